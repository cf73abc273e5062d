"""Clipping of gradients: gg.nn.utils."""

import inspect

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.nn import utils

ORDERS = [1.0, 2.0, 3.5, float("inf")]
everywhere = pytest.mark.parametrize(
    "where", ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)


def parameters(where="cpu", dtype="float32", seed=0):
    """Three parameters with gradients, one without, and the gradients in one line."""
    random = np.random.default_rng(seed)
    made = [
        gg.zeros(s, dtype=dtype, device=where, requires_grad=True) for s in ((3, 2), (4,), (), (5,))
    ]
    for p in made[:3]:
        p.grad = gg.tensor(random.normal(size=p.shape), dtype=dtype, device=where)
    return made, line(made)


def line(made):
    return np.concatenate([p.grad.numpy().astype("float64").ravel() for p in made[:3]])


@everywhere
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("most", [0.5, 100.0])
def test_the_norm_is_given_and_bounded(order, most, where):
    made, before = parameters(where)
    norm = utils.clip_grad_norm_(made, most, order)
    exact = np.linalg.norm(before, order)
    assert norm.device == where and norm.item() == pytest.approx(exact, rel=1e-6)
    np.testing.assert_allclose(line(made), before * min(1, most / (exact + 1e-6)), rtol=1e-5)
    assert made[3].grad is None


def test_a_norm_that_is_known_scales():
    made, before = parameters()
    utils.clip_grads_with_norm_(made, 1.0, gg.tensor(4.0))
    np.testing.assert_allclose(line(made), before / 4, rtol=1e-6)
    grads = [p.grad for p in made[:3]]
    assert utils.get_total_norm(grads).item() == pytest.approx(np.linalg.norm(before) / 4)
    assert utils.get_total_norm([]).item() == 0.0


@everywhere
def test_elements_are_clipped(where):
    made, before = parameters(where)
    utils.clip_grad_value_(made, 0.5)
    np.testing.assert_allclose(line(made), np.clip(before, -0.5, 0.5), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_are_added_up_in_float32(dtype):
    p = gg.zeros(1000, dtype=dtype, requires_grad=True)
    p.grad = gg.full(1000, 200.0, dtype=dtype)
    assert utils.clip_grad_norm_(p, 1.0).item() == pytest.approx(200 * 1000**0.5, rel=1e-6)
    assert p.grad.dtype == dtype
    np.testing.assert_allclose(p.grad.numpy().astype("float32"), 1000**-0.5, rtol=1e-2)


def test_norms_that_are_not_finite():
    p = gg.zeros(2, requires_grad=True)
    p.grad = gg.tensor([1.0, float("inf")])
    with pytest.raises(RuntimeError, match=r"clip_grad_norm_: the norm of order 2\.0 is inf"):
        utils.clip_grad_norm_([p], 1.0, error_if_nonfinite=True)
    assert p.grad.tolist() == [1.0, float("inf")]
    with np.errstate(invalid="ignore"):
        assert utils.clip_grad_norm_([p], 1.0).item() == float("inf")
    assert p.grad[0].item() == 0.0 and np.isnan(p.grad[1].item())
    with pytest.warns(UserWarning, match="empty generator"):
        utils.clip_grad_norm_((p for p in ()), 1.0)


@everywhere
def test_clipping_is_legal_in_a_compiled_step(where):
    def run(compiled):
        w = gg.tensor([1.0, -2.0, 3.0], device=where, requires_grad=True)
        optimizer = gg.optim.SGD([w], lr=0.1)

        def step(x):
            optimizer.zero_grad()
            gg.sum((w * x) ** 2).backward()
            norm = utils.clip_grad_norm_([w], 1.0)
            utils.clip_grad_value_([w], 0.5)
            optimizer.step()
            return norm

        function = gg.compile(step, wait=True) if compiled else step
        x = gg.tensor([1.0, 0.5, 2.0], device=where)
        return [function(x).item() for _ in range(4)], w.detach().numpy()

    (norms, w), (wanted, v) = run(True), run(False)
    np.testing.assert_allclose(norms, wanted, rtol=1e-6)
    np.testing.assert_allclose(w, v, rtol=1e-6)


@pytest.mark.parametrize("order", ORDERS)
def test_clipping_is_torchs(order):
    torch = pytest.importorskip("torch")
    made, _ = parameters()
    theirs = [torch.zeros(p.shape, requires_grad=True) for p in made]
    for p, q in zip(theirs[:3], made[:3], strict=True):
        p.grad = torch.tensor(q.grad.numpy())
    for mine, torchs in ((utils, torch.nn.utils),):
        found = mine.clip_grad_norm_(made, 0.7, order)
        assert found.item() == pytest.approx(torchs.clip_grad_norm_(theirs, 0.7, order).item())
        mine.clip_grad_value_(made, 0.2)
        torchs.clip_grad_value_(theirs, 0.2)
    for p, q in zip(theirs[:3], made[:3], strict=True):
        np.testing.assert_allclose(q.grad.numpy(), p.grad.numpy(), rtol=1e-5)
    for name in utils.__all__:
        if "clip" in name or "norm" in name:
            a, b = (inspect.signature(getattr(x, name)) for x in (utils, torch.nn.utils))
            assert [(p.name, p.default) for p in a.parameters.values()] == [
                (p.name, p.default) for p in b.parameters.values()
            ]
