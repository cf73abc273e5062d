"""Tensors and Modules of gpugrad.torch: views, gradients, kinds of results, what is refused."""

import copy
import gc
import pickle
import weakref

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.torch as torch
from gpugrad.torch import nn
from gpugrad.torch.nn import functional as F


def leaf(*shape):
    return torch.arange(float(np.prod(shape))).reshape(*shape).clone().requires_grad_()


# --- kinds


def test_results_are_tensors_of_this_package():
    x = leaf(2, 3)
    for y in (x + 1, 2 * x, x @ x.T, gg.sum(x), np.ones((2, 3), "f4") + x, gg.ones((2, 3)) * x):
        assert isinstance(y, torch.Tensor)
    assert isinstance(gg.ones(2) + gg.ones(2), gg.Tensor)
    assert not isinstance(gg.ones(2) + gg.ones(2), torch.Tensor)


def test_nothing_leaks_into_gpugrads_own_tensors():
    x = gg.ones((2, 3))
    assert x.size == 6 and x.transpose(1, 0).shape == (3, 2) and not hasattr(x, "unsqueeze_")
    assert x.max(axis=1).shape == (2,)


def test_numbers_make_no_array_wider():
    """A model does not go to double without a word."""
    assert (torch.ones(2) / torch.tensor(8.0, dtype=torch.float64)).dtype == torch.float32
    assert (torch.ones(2) * np.sqrt(64.0)).dtype == torch.float32
    assert (torch.arange(2) * torch.tensor(0.5)).dtype == torch.float32
    wide = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    (torch.ones(2) * wide).sum().backward()
    assert wide.grad.dtype == torch.float64 and wide.grad.item() == 2


def test_copies_and_pickles():
    x = leaf(2, 3)
    for y in (copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert isinstance(y, torch.Tensor) and y.requires_grad and y.size(1) == 3
        assert isinstance(y * 2, torch.Tensor)
    view = pickle.loads(pickle.dumps(x.detach()[0]))
    assert view.tolist() == [0, 1, 2] and view.add_(1).tolist() == [1, 2, 3]


# --- views


def test_a_view_of_a_view_writes_through():
    x = torch.zeros(2, 3, 4)
    x[1].t()[2].fill_(5)
    assert x.sum().item() == 15 and x[1, :, 2].tolist() == [5, 5, 5]


def test_gradients_pass_through_what_was_written_into_a_view():
    a, b = leaf(3), leaf(2, 3)
    x = b * 1
    x[0].mul_(a)
    (x * x).sum().backward()
    assert torch.equal(a.grad, 2 * a * b[0] ** 2) and torch.equal(b.grad[1], 2 * b[1])


def test_a_leaf_is_refused_also_through_a_view():
    x = leaf(2, 3)
    with pytest.raises(RuntimeError, match="leaf requires grad"):
        x[0].zero_()
    with torch.no_grad():
        x[0].zero_()
    assert x[0].tolist() == [0, 0, 0] and x.requires_grad


def test_data_and_detach_write_past_the_history():
    x = leaf(2, 3)
    x.data.fill_(7)
    x.detach()[0] = 1
    assert x.tolist() == [[1, 1, 1], [7, 7, 7]] and x.requires_grad and x.is_leaf


def test_a_detached_state_holds_nothing_alive():
    """As truncated backpropagation through time does step after step."""
    state = leaf(4)
    seen = []
    for _ in range(3):
        state = (state * 2).detach()
        seen.append(weakref.ref(state))
    gc.collect()
    assert [ref() is None for ref in seen] == [True, True, False]


def test_a_result_of_another_dtype_is_cast_or_refused():
    x = torch.zeros(2)
    assert x.add_(torch.ones(2, dtype=torch.float64)).dtype == torch.float32
    with pytest.raises(RuntimeError, match="result type float32 can't be cast to the int64"):
        torch.zeros(2, dtype=torch.long).add_(0.5)


# --- gradients


def test_the_gradient_is_a_tensor_of_this_package():
    x = leaf(3)
    (x**2).sum().backward()
    assert x.grad is x.grad and x.grad.size(0) == 3
    x.grad.zero_()
    (x**2).sum().backward()
    assert torch.equal(x.grad, 2 * x)
    x.grad.data.clamp_(max=1)
    assert x.grad.max() == 1


def test_autograd_grad_leaves_the_leaves_alone():
    x, unused = leaf(3), leaf(2)
    y = x * 2
    z = (y**2).sum()
    first, second = torch.autograd.grad(z, [x, y], create_graph=True)
    assert torch.equal(first, 8 * x) and torch.equal(second, 2 * y) and x.grad is None
    (again,) = torch.autograd.grad(first.sum(), x)
    assert again.tolist() == [8, 8, 8]
    with pytest.raises(RuntimeError, match="allow_unused=True"):
        torch.autograd.grad((x * 1).sum(), [unused])
    assert torch.autograd.grad((x * 1).sum(), [unused], allow_unused=True) == (None,)
    given = torch.autograd.grad([x * 1, x * 2], x, [torch.ones(3), torch.ones(3)])
    assert given[0].tolist() == [3, 3, 3]


class Doubled(torch.autograd.Function):
    """A rule that is wrong on purpose, so that it is seen to be used."""

    @staticmethod
    def forward(ctx, x, factor):
        ctx.save_for_backward(x)
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * x.size(0) * ctx.factor, None


def test_a_function_with_a_derivative_of_its_own():
    x = leaf(3)
    y = Doubled.apply(x, 2.0)
    assert isinstance(y, torch.Tensor) and y.tolist() == [0, 2, 4]
    y.sum().backward()
    assert x.grad.tolist() == [6, 6, 6]


def test_contexts_of_recording():
    x = leaf(2)

    @torch.no_grad()
    def plain():
        return (x * 2).requires_grad

    @torch.no_grad
    def bare():
        return (x * 2).requires_grad

    assert not plain() and not bare() and torch.is_grad_enabled()
    with torch.no_grad(), torch.enable_grad():
        assert (x * 2).requires_grad
    again = torch.no_grad()
    with again, torch.enable_grad(), again:
        assert not (x * 2).requires_grad
    assert torch.is_grad_enabled() and torch.inference_mode(False)(lambda: x * 2)().requires_grad
    with torch.inference_mode(), torch.set_grad_enabled(False):
        assert not (x * 2).requires_grad


def test_hooks_see_tensors_of_this_package():
    x, seen = leaf(3), []
    handle = x.register_hook(lambda g: seen.append(g.size(0)))
    y = x * 2
    y.retain_grad()
    y.sum().backward()
    handle.remove()
    (x * 2).sum().backward()
    assert seen == [3] and y.grad.tolist() == [1, 1, 1]


# --- transforms and compiled steps


def rows(x):
    """Spellings that mean something else in NumPy."""
    best = x.view(x.size(0), -1).max(1)
    return (best.values * x.std(1) + x.transpose(0, 1).sum(0)).sum()


def test_functions_of_transforms_see_torchs_methods():
    x = torch.tensor(np.random.default_rng(0).normal(size=(3, 4)).astype("f4"))
    y = x.clone().requires_grad_()
    rows(y).backward()
    found = torch.func.grad(rows)(x)
    np.testing.assert_allclose(found.numpy(), y.grad.numpy(), rtol=1e-5)
    assert isinstance(found, torch.Tensor)
    value, moved = torch.func.jvp(rows, (x,), (torch.ones_like(x),))
    np.testing.assert_allclose(moved.item(), y.grad.sum().item(), rtol=1e-4)
    many = torch.func.vmap(lambda row: row.size(0) * row.max(0)[0])(x)
    assert torch.equal(many, 4 * x.max(1)[0])
    step = torch.compile(rows)
    for _ in range(3):
        np.testing.assert_allclose(step(x).item(), value.item(), rtol=1e-6)


# --- modules


class Network(nn.Module):
    """What gpugrad makes within it becomes torch's."""

    def __init__(self):
        super().__init__()
        self.inner = gg.nn.Sequential(gg.nn.Linear(3, 4), gg.nn.BatchNorm1d(4))
        self.outer = nn.Linear(4, 2)
        self.register_buffer("scale", torch.ones(2))

    def forward(self, x):
        return F.log_softmax(self.outer(F.relu(self.inner(x))) * self.scale, dim=1)


def test_modules_hold_tensors_of_this_package():
    model = Network()
    assert all(isinstance(p, torch.nn.Parameter) for p in model.parameters())
    assert all(isinstance(b, torch.Tensor) for b in model.buffers())
    assert isinstance(model.inner[0], nn.Linear) and isinstance(model.inner[0], gg.nn.Linear)
    assert isinstance(model.outer, nn.Module) and repr(nn.Linear(1, 2)) == repr(gg.nn.Linear(1, 2))
    y = model(torch.randn(5, 3))
    assert y.size(1) == 2
    F.nll_loss(y, torch.zeros(5, dtype=torch.long)).backward()
    assert all(p.grad.size() == p.size() for p in model.parameters())


def test_what_is_written_into_a_state_dict_reaches_the_model():
    model = nn.Linear(2, 1)
    model.state_dict()["weight"].fill_(3)
    assert model.weight.tolist() == [[3, 3]]
    model.weight.data.normal_(0, 0.02)
    assert model.weight.abs().max() < 1 and model.weight.requires_grad
    model.weight.data = torch.ones(1, 2)
    assert model.weight.tolist() == [[1, 1]]


def test_a_base_rate_saved_before_is_a_number_of_its_own():
    model = nn.Linear(2, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    model(torch.ones(1, 2)).sum().backward()
    with torch.no_grad():
        for p in model.parameters():
            p -= optimizer.param_groups[0]["lr"] * p.grad
    assert model.weight.grad.tolist() == [[1, 1]]


def test_devices_are_texts_with_a_type():
    where = torch.device("cuda", 1)
    assert (where, where.type, where.index) == ("cuda:1", "cuda", 1)
    assert repr(where) == "device(type='cuda', index=1)"
    assert torch.zeros(1).device == torch.device("cpu") and torch.device("cuda").index is None
    with pytest.raises(RuntimeError, match="'mps' is not here"):
        torch.device("mps")


@pytest.mark.needs_compiler
def test_the_simulated_device():
    x = torch.randn(2, 3, device="simulated", requires_grad=True)
    y = (x.max(1).values * x.view(-1)[:2]).sum()
    y.backward()
    assert x.grad.device.type == "simulated" and y.cpu().device.type == "cpu"
    x.data[0].zero_()
    assert x.detach().cpu()[0].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: torch.exp(2.0), TypeError, "exp: input is float"),
        (lambda: torch.ones(2, 3).t().mm(torch.ones(3)), RuntimeError, "mm: shapes"),
        (lambda: torch.arange(3).mean(), RuntimeError, "mean: could not infer"),
        (lambda: torch.ones(2).split([1, 2]), RuntimeError, "split: lengths"),
        (lambda: torch.ones(2).topk(3), RuntimeError, "topk: k=3 of 2"),
        (lambda: torch.ones(2, 2, 2).t(), RuntimeError, "t: a tensor of 3 axes"),
        (lambda: torch.ones(2).sum().backward(inputs=[]), TypeError, "inputs= is not here"),
    ],
)
def test_what_is_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
