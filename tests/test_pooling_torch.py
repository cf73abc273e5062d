"""Poolings of every rank against torch: settings by random sampling, values, places, gradients."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.nn import functional as F

torch = pytest.importorskip("torch")
CASES = 24
KINDS = ("MaxPool", "AvgPool", "LPPool", "AdaptiveMaxPool", "AdaptiveAvgPool")


def some(random, axes, least, most):
    """A number for all axes, or one for each."""
    one = random.random() < 0.5
    return int(random.integers(least, most)) if one else random.integers(least, most, axes).tolist()


def drawn(random, kind, axes):
    """Constructor's arguments at random."""
    if kind.startswith("Adaptive"):
        size = some(random, axes, 1, 6)
        if isinstance(size, list) and axes > 1 and random.random() < 0.3:
            size[0] = None
        return (size,), {}
    kernel = some(random, axes, 1, 4) if kind != "LPPool" or axes > 1 else 3
    how = {"ceil_mode": bool(random.random() < 0.5)}
    if random.random() < 0.6:
        how["stride"] = some(random, axes, 1, 4)
    if kind == "LPPool":
        return (float(random.choice([2, 4])), kernel), how
    how["padding"] = int(random.integers(0, np.min(kernel) // 2 + 1))
    if kind == "MaxPool":
        how["dilation"] = some(random, axes, 1, 3)
    else:
        how["count_include_pad"] = bool(random.random() < 0.5)
        if axes > 1 and random.random() < 0.2:
            how["divisor_override"] = 3
    return (kernel,), how


def inputs(random, axes):
    """Numbers of which some are equal, of several or of one, for both libraries."""
    shape = [*[2] * (random.random() < 0.7), 3, *random.integers(5, 8, axes)]
    x = np.round(4 * random.normal(size=shape)) / 4 + 0.01  # away from 0, where roots have corners
    return gg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)


def compare(random, ours, theirs, a, b, words=""):
    y, z = ours(a), theirs(b)
    if isinstance(z, tuple):
        (y, places), (z, there) = y, z
        assert str(places.dtype) == "int64"
        np.testing.assert_array_equal(places.numpy(), there.numpy(), err_msg=words)
    np.testing.assert_allclose(
        y.detach().numpy(), z.detach().numpy(), rtol=1e-11, atol=1e-12, err_msg=words
    )
    share = random.normal(size=z.shape)
    y.backward(gg.tensor(share))
    z.backward(torch.tensor(share))
    np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-9, atol=1e-10, err_msg=words)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_values_places_and_gradients(kind, axes):
    random = np.random.default_rng([axes, len(kind)])
    for _ in range(CASES):
        arguments, how = drawn(random, kind, axes)
        if "Max" in kind:
            how["return_indices"] = bool(random.random() < 0.5)
        ours, theirs = (getattr(m.nn, f"{kind}{axes}d")(*arguments, **how) for m in (gg, torch))
        assert repr(ours) == repr(theirs)
        compare(random, ours, theirs, *inputs(random, axes), f"{arguments} {how}")


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_unpooling(axes):
    random = np.random.default_rng(axes)
    for size in (None, [2, 3, *[7] * axes], [7] * axes):
        how = {"kernel_size": 2, "stride": 2}
        x = torch.tensor(random.normal(size=(2, 3, *[7 if size else 8] * axes)))
        y, places = getattr(torch.nn, f"MaxPool{axes}d")(**how, return_indices=True)(x)
        ours, theirs = (getattr(m.nn, f"MaxUnpool{axes}d")(**how) for m in (gg, torch))
        assert repr(ours) == repr(theirs)
        if size is None:  # as many axes as one example has
            y, places = y[0], places[0]
        a, b = gg.tensor(y.numpy(), requires_grad=True), y.clone().requires_grad_()
        compare(
            random,
            lambda a, i=places, s=size, u=ours: u(a, gg.tensor(i.numpy()), output_size=s),
            lambda b, i=places, s=size, u=theirs: u(b, i, output_size=s),
            a,
            b,
        )


@pytest.mark.parametrize(
    "call",
    [
        lambda f, x: f.max_pool2d(x, 3, 1, 2),
        lambda f, x: f.max_pool2d(x, 9),
        lambda f, x: f.max_pool2d(x[0, 0], 2),
        lambda f, x: f.avg_pool2d(x, 2, padding=-1),
        lambda f, x: f.avg_pool2d(x, 2, stride=0),
        lambda f, x: f.avg_pool2d(x, 2, divisor_override=0),
        lambda f, x: f.adaptive_avg_pool2d(x, -1),
        lambda f, x: f.adaptive_avg_pool2d(x, (1, 2, 3)),
        lambda f, x: f.adaptive_max_pool2d(x[..., :0], 2),
        lambda f, x: f.max_unpool2d(*f.max_pool2d_with_indices(x, 2), 2, output_size=(9, 9)),
        lambda f, x: f.max_unpool2d(*f.max_pool2d_with_indices(x, 2), 1),
    ],
)
def test_what_torch_refuses_is_refused(call):
    for f, library in ((torch.nn.functional, torch), (F, gg)):
        with pytest.raises((ValueError, RuntimeError, IndexError)):
            call(f, library.ones((1, 2, 5, 5)))
