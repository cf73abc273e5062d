"""Mixed precision: which dtypes operations compute in, master weights, the scaler's rules."""

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.torch as torch
from gpugrad import nn
from gpugrad.engine import casting
from gpugrad.nn import functional as F
from gpugrad.ops import REGISTRY


def numbers(*shape, dtype="float32"):
    return gg.tensor(np.random.default_rng(0).normal(size=shape).astype("f4"), dtype=dtype)


X, W = numbers(4, 3), numbers(3, 3)
LSTM = nn.LSTM(3, 2)
PRODUCTS = {
    "matmul": lambda: X @ W,
    "linear": lambda: F.linear(X, W),
    "einsum": lambda: gg.einsum("ij,jk->ik", X, W),
    "tensordot": lambda: gg.tensordot(X, W, axes=1),
    "conv2d": lambda: F.conv2d(numbers(1, 1, 4, 4), numbers(2, 1, 3, 3)),
    "conv_transpose1d": lambda: F.conv_transpose1d(numbers(1, 1, 4), numbers(1, 2, 3)),
    "LSTM": lambda: LSTM(numbers(4, 2, 3))[0].detach(),
    "conv1d": lambda: F.conv1d(numbers(1, 1, 4), numbers(2, 1, 3), numbers(2)),
}
HALF = numbers(4, 3, dtype="bfloat16")
FULL = {
    "exp": lambda: gg.exp(HALF),
    "log": lambda: gg.log(abs(HALF)),
    "sum": lambda: gg.sum(HALF),
    "softmax": lambda: gg.softmax(HALF),
    "layer_norm": lambda: F.layer_norm(HALF, 3),
    "cross_entropy": lambda: F.cross_entropy(HALF, gg.tensor([0, 1, 2, 0])),
    "mse_loss": lambda: F.mse_loss(HALF, HALF),
    "power": lambda: HALF**3,
}


@pytest.mark.parametrize("name", PRODUCTS)
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_products_are_computed_in_halves(name, dtype):
    plain = PRODUCTS[name]()
    with nn.autocast(dtype):
        found = PRODUCTS[name]()
    assert (plain.dtype, str(found.dtype)) == (gg.float32, dtype)
    error = 0.02 if dtype == "bfloat16" else 0.002
    np.testing.assert_allclose(
        found.astype("float32").numpy(), plain.numpy(), rtol=error, atol=3 * error
    )


@pytest.mark.parametrize("name", FULL)
def test_what_loses_too_much_is_computed_in_float32(name):
    with nn.autocast("bfloat16"):
        assert FULL[name]().dtype == gg.float32


def test_the_rest_is_computed_in_what_it_is_given():
    with nn.autocast("bfloat16"):
        assert gg.relu(HALF).dtype == gg.bfloat16 and (HALF + X).dtype == gg.float32
        assert gg.relu(X).dtype == gg.float32
        wide = X.astype("float64")
        assert (wide @ W.astype("float64")).dtype == gg.float64


def test_the_lists_name_operations():
    assert REGISTRY.keys() >= casting.IN_HALVES | casting.IN_FULL
    assert not casting.IN_HALVES & casting.IN_FULL


def test_it_ends_and_is_switched_off():
    with nn.autocast():
        with nn.autocast(enabled=False):
            assert (X @ W).dtype == gg.float32
        assert (X @ W).dtype == gg.bfloat16
    assert (X @ W).dtype == gg.float32 and not casting.opened
    assert nn.autocast("float16")(lambda: X @ W)().dtype == gg.float16
    with pytest.raises(TypeError, match="autocast: dtype float32"):
        nn.autocast("float32")


def test_parameters_and_their_gradients_stay_in_float32():
    model = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2))
    with nn.autocast("bfloat16"):
        loss = F.cross_entropy(model(X), gg.tensor([0, 1, 1, 0]))
    loss.backward()
    assert all(p.dtype == p.grad.dtype == gg.float32 for p in model.parameters())
    exact = F.cross_entropy(model(X), gg.tensor([0, 1, 1, 0]))
    np.testing.assert_allclose(loss.item(), exact.item(), rtol=0.02)


def test_within_transforms_and_compiled_steps():
    def loss(w):
        with nn.autocast("bfloat16"):
            return gg.sum(gg.tanh(X @ w))

    plain = gg.grad(loss)(W)
    assert plain.dtype == gg.float32
    fused = gg.compile(gg.grad(loss), wait=True)(W)  # it rounds to halves less often
    np.testing.assert_allclose(fused.numpy(), plain.numpy(), atol=0.02)
    product = gg.compile(lambda a, b: a @ b, wait=True)
    kinds = [str(product(X, W).dtype)]
    with nn.autocast("bfloat16"):
        kinds.append(str(product(X, W).dtype))
    kinds.append(str(product(X, W).dtype))
    assert kinds == ["float32", "bfloat16", "float32"]


@pytest.mark.needs_compiler
def test_on_a_device():
    with nn.autocast("float16"):
        y = X.to("simulated") @ W.to("simulated")
    assert y.dtype == gg.float16


def trained(scaler, gradient):
    w = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = gg.optim.SGD([w], lr=0.5)
    scaler.scale(gg.sum(w * gg.tensor(gradient))).backward()
    scaler.step(optimizer)
    scaler.update()
    return w.tolist()


def test_a_scaler_steps_by_the_gradients_themselves():
    scaler = nn.GradScaler(init_scale=8.0, growth_interval=2)
    assert trained(scaler, [1.0, -1.0]) == [0.5, 2.5] and scaler.get_scale() == 8
    trained(scaler, [1.0, 1.0])
    assert scaler.get_scale() == 16


def test_a_step_with_infinite_gradients_is_left_out():
    scaler = nn.GradScaler(init_scale=8.0)
    assert trained(scaler, [1.0, float("inf")]) == [1, 2] and scaler.get_scale() == 4
    again = nn.GradScaler()
    again.load_state_dict(scaler.state_dict())
    assert again.state_dict() == scaler.state_dict()


def test_unscaling_for_clipping_and_twice():
    scaler = nn.GradScaler(init_scale=8.0)
    w = gg.tensor([1.0], requires_grad=True)
    optimizer = gg.optim.SGD([w], lr=1.0)
    scaler.scale(gg.sum(3 * w)).backward()
    scaler.unscale_(optimizer)
    assert w.grad.tolist() == [3]
    with pytest.raises(RuntimeError, match=r"unscale_\(\) was called since"):
        scaler.unscale_(optimizer)
    off = nn.GradScaler(enabled=False)
    assert off.scale(w) is w and off.get_scale() == 1 and off.state_dict() == {}


def test_torchs_spellings():
    x = torch.ones(2, 2)
    with torch.autocast(device_type="cuda"):
        assert (x @ x).dtype == torch.float16
    with torch.amp.autocast("cpu", dtype=torch.bfloat16):
        assert (x @ x).dtype == torch.bfloat16
    with torch.cuda.amp.autocast():
        assert (x @ x).dtype == torch.float16
    assert torch.amp.GradScaler("cuda", init_scale=2.0).get_scale() == 2
    assert torch.cuda.amp.GradScaler(4.0).get_scale() == 4
