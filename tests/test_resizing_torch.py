"""interpolate against torch: modes and settings by random sampling, values and gradients."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.nn import functional as F

torch = pytest.importorskip("torch")
CASES = 25
MODES = {  # mode -> numbers of axes
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "area": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "bicubic": (2,),
    "trilinear": (3,),
    "bilinear filtered": (2,),
    "bicubic filtered": (2,),
    "lanczos filtered": (2,),
}


def drawn(random, mode, axes):
    name, _, filtered = mode.partition(" ")
    how = {"mode": name, "antialias": bool(filtered)}
    if random.random() < 0.5:
        least = 2 if filtered else 1  # torch filters columns into one that has equal elements
        size = random.integers(least, 13, axes).tolist()
        how["size"] = size if axes > 1 else size[0]
    else:
        factors = random.choice([0.4, 0.5, 0.75, 1, 1.3, 2, 2.6, 3], axes).tolist()
        how["scale_factor"] = factors if random.random() < 0.5 else factors[0]
        how["recompute_scale_factor"] = [None, True, False][random.integers(3)]
    if name not in ("nearest", "nearest-exact", "area", "lanczos"):
        how["align_corners"] = [None, True, False][random.integers(3)]
    return how


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("mode", "axes"), [(m, n) for m, ranks in MODES.items() for n in ranks])
def test_values_and_gradients(mode, axes, dtype):
    random = np.random.default_rng([axes, len(mode)])
    close = {"float32": 3e-5, "float64": 1e-11}[dtype]
    for _ in range(CASES):
        how = drawn(random, mode, axes)
        x = random.normal(size=(2, 3, *random.integers(5, 9, axes))).astype(dtype)
        a, b = gg.tensor(x, requires_grad=True), torch.tensor(x, requires_grad=True)
        y, z = F.interpolate(a, **how), torch.nn.functional.interpolate(b, **how)
        assert y.dtype == dtype
        np.testing.assert_allclose(
            y.detach().numpy(), z.detach().numpy(), atol=close, err_msg=f"{x.shape} {how}"
        )
        share = random.normal(size=z.shape).astype(dtype)
        y.backward(gg.tensor(share))
        z.backward(torch.tensor(share))
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), atol=4 * close)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact"])
def test_the_nearest_of_many_sizes(mode):
    """To the bit for images of float32; for others torch's own kernels differ in a few."""
    for n in range(1, 40):
        x = np.broadcast_to(np.arange(n, dtype="f4"), (1, 1, 3, n)).copy()
        for m in range(1, 60, 3):
            y = F.interpolate(gg.tensor(x), size=(2, m), mode=mode).numpy()
            z = torch.nn.functional.interpolate(torch.tensor(x), size=(2, m), mode=mode).numpy()
            np.testing.assert_array_equal(y, z, err_msg=f"{n} to {m}")


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"size": 3, "scale_factor": 2},
        {"size": (3, 3, 3)},
        {"scale_factor": (2, 2, 2)},
        {"scale_factor": 2, "mode": "linear"},
        {"scale_factor": 2, "mode": "nearest", "align_corners": False},
        {"scale_factor": 2, "mode": "cubic"},
        {"size": 0},
        {"scale_factor": 0.1},
        {"size": 3, "recompute_scale_factor": True},
        {"size": 3, "antialias": True},
        {"size": 2.5},
        {"scale_factor": "a"},
        {"size": 3, "mode": "lanczos"},
    ],
    ids=str,
)
def test_what_torch_refuses_is_refused(how):
    kinds = (ValueError, TypeError, NotImplementedError, RuntimeError)
    for f, library in ((torch.nn.functional, torch), (F, gg)):
        with pytest.raises(kinds):
            f.interpolate(library.ones((1, 2, 5, 5)), **how)
