"""Convolutions of every rank against torch: settings by random sampling, values and gradients."""

import numpy as np
import pytest

import gpugrad as gg

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same'")  # torch's own
CASES = 16


def some(random, axes, least, most):
    """A number for all axes, or one for each."""
    one = random.random() < 0.5
    return int(random.integers(least, most)) if one else random.integers(least, most, axes).tolist()


def drawn(random, axes, transposed):
    """Constructor's arguments and the shape of an input, at random."""
    groups = int(random.choice([1, 2]))
    inputs, outputs = (int(n) for n in 2 * random.integers(1, 3, 2))
    stride, dilation = some(random, axes, 1, 4), some(random, axes, 1, 3)
    how = {"stride": stride, "dilation": dilation, "groups": groups}
    how |= {"padding": some(random, axes, 0, 3), "bias": bool(random.random() < 0.7)}
    if transposed:
        larger = np.maximum(stride, dilation)
        how["output_padding"] = int(random.integers(0, larger.min()))
    else:
        how["padding_mode"] = str(random.choice(["zeros", "reflect", "replicate", "circular"]))
        if random.random() < 0.3:
            how |= {"padding": str(random.choice(["same", "valid"])), "stride": 1}
    kernel = some(random, axes, 1, 4)
    size = random.integers(6, 8, axes).tolist()
    batch = [2] if random.random() < 0.7 else []
    return (inputs, outputs, kernel), how, (*batch, inputs, *size)


def both(name, arguments, how):
    """The layers of both libraries with torch's parameters."""
    theirs = getattr(torch.nn, name)(*arguments, dtype=torch.float64, **how)
    ours = getattr(gg.nn, name)(*arguments, dtype="float64", **how)
    ours.load_state_dict({k: v.detach().numpy() for k, v in theirs.state_dict().items()})
    return ours, theirs


@pytest.mark.parametrize("name", [f"Conv{t}{n}d" for t in ("", "Transpose") for n in (1, 2, 3)])
def test_values_and_gradients(name):
    random = np.random.default_rng(len(name))
    for _ in range(CASES):
        arguments, how, shape = drawn(random, int(name[-2]), "Transpose" in name)
        ours, theirs = both(name, arguments, how)
        assert repr(ours) == repr(theirs)
        x = random.normal(size=shape)
        a, b = gg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        y, z = ours(a), theirs(b)
        share = random.normal(size=z.shape)
        y.backward(gg.tensor(share))
        z.backward(torch.tensor(share))
        np.testing.assert_allclose(
            y.detach().numpy(), z.detach().numpy(), atol=1e-12, err_msg=str(how)
        )
        for p, q in ((a, b), *zip(ours.parameters(), theirs.parameters(), strict=True)):
            np.testing.assert_allclose(p.grad.numpy(), q.grad.numpy(), atol=1e-11)


@pytest.mark.parametrize("size", [[11], [2, 3, 11], [12]])
def test_the_size_of_an_output_can_be_chosen(size):
    ours, theirs = both("ConvTranspose1d", (4, 3, 3), {"stride": 2})
    x = np.random.default_rng(0).normal(size=(2, 4, 5))
    y, z = ours(gg.tensor(x), output_size=size), theirs(torch.tensor(x), output_size=size)
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), atol=1e-12)


@pytest.mark.parametrize(
    ("name", "how"),
    [("Conv3d", {"groups": 2}), ("ConvTranspose2d", {"groups": 2}), ("ConvTranspose1d", {})],
)
def test_first_values_have_torchs_bounds(name, how):
    ours, theirs = (nn(64, 32, 3, **how) for nn in (getattr(m.nn, name) for m in (gg, torch)))
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert p.shape == q.shape
        np.testing.assert_allclose(
            np.abs(p.detach().numpy()).max(), q.abs().max().item(), rtol=0.15
        )


def refusal(call):
    with pytest.raises((ValueError, RuntimeError, TypeError)) as error:
        call()
    return error.type


@pytest.mark.parametrize(
    ("how", "size"),
    [
        ({"padding_mode": "reflect"}, None),
        ({"padding_mode": "nothing"}, None),
        ({"stride": 2, "output_padding": 2}, None),
        ({"stride": 2}, [4, 4]),
        ({"padding": 5}, None),
    ],
)
def test_what_torch_refuses_is_refused(how, size):
    for library in (torch, gg):
        x = library.ones((1, 2, 3, 3))
        refusal(lambda m=library, x=x: m.nn.ConvTranspose2d(2, 2, 3, **how)(x, output_size=size))


@pytest.mark.parametrize(("mode", "width"), [("reflect", 3), ("circular", 4)])
def test_a_frame_wider_than_the_input_is_refused(mode, width):
    for library in (torch, gg):
        layer = library.nn.Conv2d(1, 1, 3, padding=width, padding_mode=mode)
        refusal(lambda m=library, layer=layer: layer(m.ones((1, 1, 3, 9))))
        layer = library.nn.Conv2d(1, 1, 3, padding=width - 1, padding_mode=mode)
        assert tuple(layer(library.ones((1, 1, 3, 9))).shape)[:2] == (1, 1)
