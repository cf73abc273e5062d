"""Optimizers of users: a rule is read as an expression, and what cannot be read says why."""

import inspect

import numpy as np
import pytest
from blocks import of_docstring

import gpugrad as gg
from gpugrad.backend.host import updates
from gpugrad.codegen.refusals import NotElementwise
from gpugrad.codegen.text import body
from gpugrad.codegen.update_text import DOUBLE
from gpugrad.optim import Optimizer

needs_compiler = pytest.mark.needs_compiler
everywhere = pytest.mark.parametrize(
    "where", ["cpu", pytest.param("simulated", marks=needs_compiler)]
)


def from_docstring():
    """The optimizer that Optimizer's docstring shows."""
    names = {"gg": gg}
    exec(of_docstring(inspect.getdoc(Optimizer)).partition("w = ")[0], names)
    return names["Lion"]


def lion(p, g, state, lr, betas, weight_decay):
    """Chen et al., Symbolic Discovery of Optimization Algorithms, algorithm 2."""
    update = np.sign(betas[0] * state["m"] + (1 - betas[0]) * g)
    state["m"] = betas[1] * state["m"] + (1 - betas[1]) * g
    return p - lr * (update + weight_decay * p)


@everywhere
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_the_example_of_ten_lines(where, dtype):
    draw, settings = np.random.default_rng(3), {"lr": 0.25, "betas": (0.5, 0.75)}
    shapes, home = [(5,), (3, 700), ()], {"dtype": dtype, "device": where}
    tensors = [gg.tensor(draw.normal(size=s), requires_grad=True, **home) for s in shapes]
    exact = [p.detach().numpy().astype("float64") for p in tensors]
    states = [{"m": 0.0} for _ in exact]
    optimizer = from_docstring()(tensors, weight_decay=0.125, **settings)
    for _ in range(3):
        for i, p in enumerate(tensors):
            p.grad = gg.tensor(draw.normal(size=p.shape), **home)
            g = p.grad.numpy().astype("float64")
            exact[i] = lion(exact[i], g, states[i], weight_decay=0.125, **settings)
        optimizer.step()
    for p, wanted in zip(tensors, exact, strict=True):
        found = p.detach().numpy().astype("float64")
        eps = {"float16": 4e-3, "bfloat16": 4e-2, "float32": 1e-6, "float64": 1e-14}[dtype]
        np.testing.assert_allclose(found, wanted, rtol=eps, atol=eps)
    assert list(optimizer.state[tensors[0]]) == ["exp_avg"]
    assert set(optimizer.state_dict()["param_groups"][0]) == {
        "params",
        "lr",
        "betas",
        "weight_decay",
    }


def optimizer_of(rule, **settings):
    """An optimizer with such a rule for one parameter, 2.0, of gradient 1.0."""
    p = gg.tensor([2.0], dtype="float64", requires_grad=True)
    p.grad = gg.ones(1, dtype="float64")
    return type("Mine", (Optimizer,), {"rule": rule})([p], **settings), p


def plain(xp, p, g, *, lr=0.5):
    return p - lr * g


def test_a_rule_may_leave_out_the_step_and_have_no_state():
    optimizer, p = optimizer_of(plain)
    optimizer.step()
    assert p.item() == 1.5 and optimizer.state[p] == {}


def test_what_consists_of_settings_alone_is_computed_once_in_double():
    def rule(xp, p, g, *, lr, step, decay):
        return p - lr / (1 + decay * step) ** 0.5 * g * (p > 1)

    optimizer, _ = optimizer_of(rule, lr=0.5, decay=0.1)
    kernel, numbers = optimizer.kernel(optimizer.param_groups[0])
    assert kernel.numbers == ("decay",) and numbers == (0.1,)
    ((_, once),) = kernel.once.outputs
    assert body(kernel.once, DOUBLE)[1][0].startswith("t") and "pow" in str(
        body(kernel.once, DOUBLE)
    )
    assert "lr" not in repr(kernel.each.outputs) and "lr" in repr(once)


@everywhere
@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_settings_are_rounded_after_they_were_computed(where, compiled, dtype, monkeypatch):
    """In float32, 1 - 0.9999999 is 19 percent too large."""
    if not compiled:
        monkeypatch.setattr(updates, "kernel", lambda rule, dtype: None)
    p = gg.zeros(1, dtype=dtype, device=where, requires_grad=True)
    p.grad = gg.ones(1, dtype=dtype, device=where)

    def rule(xp, p, g, *, lr, beta):
        return p - lr * (1 - beta) * g

    type("Mine", (Optimizer,), {"rule": rule})([p], lr=1.0, beta=0.9999999).step()
    assert p.item() == pytest.approx(-1e-7, rel=1e-2 if dtype == "bfloat16" else 1e-6)


def test_new_values_of_settings_need_no_new_kernel():
    optimizer, p = optimizer_of(lambda xp, p, g, *, lr, pull: p - lr * g * pull, lr=0.5, pull=1)
    (group,) = optimizer.param_groups
    kernel, _ = optimizer.kernel(group)
    group["pull"], group["lr"] = np.float32(0.5), 1.0
    assert optimizer.kernel(group) == (kernel, (0.5,))
    optimizer.step()
    assert p.item() == 1.5


def test_a_setting_that_python_decides_by_is_part_of_the_text():
    def rule(xp, p, g, *, lr, decay, kind, maximize):
        g = g + decay * p if decay else g
        g = -g if maximize else g
        return p - lr * (xp.sign(g) if kind == "sign" else g)

    settings = {"lr": 0.5, "decay": 0.0, "kind": "sign", "maximize": False}
    optimizer, p = optimizer_of(rule, **settings)
    first, numbers = optimizer.kernel(optimizer.param_groups[0])
    assert numbers == () and "decay" not in repr(first.each.outputs)
    optimizer.step()
    assert p.item() == 1.5
    optimizer.param_groups[0].update(decay=4.0, kind="plain", maximize=True)
    second, _ = optimizer.kernel(optimizer.param_groups[0])
    assert second is not first and second.symbol("float64").isidentifier()
    optimizer.step()
    assert p.item() == 1.5 + 0.5 * (1 + 4 * 1.5)


def two(xp, p, g, mean, *, lr):
    return p


def branching(xp, p, g, *, lr):
    return p - lr * g if g > 0 else p


def by_rate(xp, p, g, *, lr):
    return p - g if lr else p


def no_rate(xp, p, g):
    return p - g


def several(xp, p, g, *state, lr):
    return p - lr * g


def foreign(xp, p, g, *, lr):
    return p - lr * g * np.ones(3)


def whole(xp, p, g, *, lr):
    return p - lr * g / xp.sum(g)


@pytest.mark.parametrize(
    ("rule", "error", "words"),
    [
        (two, TypeError, "Mine: a rule returns the new p, mean"),
        (branching, NotElementwise, "Mine: a Python branch on greater"),
        (by_rate, NotElementwise, "Mine: a Python branch on lr"),
        (no_rate, TypeError, "Mine: a rule takes xp.*, lr among them"),
        (several, TypeError, "Mine: a rule takes xp"),
        (foreign, TypeError, "Mine: "),
        (whole, NotElementwise, "Mine: sum works on whole arrays"),
    ],
)
def test_a_rule_that_cannot_be_read(rule, error, words):
    with pytest.raises(error, match=words):
        optimizer_of(rule, lr=0.5)[0].step()


def test_settings_that_do_not_fit_are_named():
    for settings, words in (
        ({"rate": 1.0}, "Mine: unknown setting rate; known: lr"),
        ({"lr": 1.0, "rate": 1.0}, "rate"),
    ):
        with pytest.raises(TypeError, match=words):
            optimizer_of(plain, **settings)
    with pytest.raises(TypeError, match="Mine: missing setting lr"):
        optimizer_of(by_rate)
    with pytest.raises(TypeError, match="Optimizer: an optimizer has a rule"):
        Optimizer([gg.zeros(1, requires_grad=True)])
    optimizer, _ = optimizer_of(lambda xp, p, g, *, lr, k: p - lr * k, lr=1.0, k=np.ones(2))
    with pytest.raises(TypeError, match="Mine: the setting k is a number, not ndarray"):
        optimizer.step()
