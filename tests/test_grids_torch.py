"""grid_sample and affine_grid against torch: every setting, values and gradients."""

from itertools import product

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.nn import functional as F

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")  # of torch, about its defaults
SETTINGS = list(
    product(
        ("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection"), (True, False), (2, 3)
    )
)


def cells(*arrays):
    """The arrays as Tensors of both libraries that want gradients."""
    ours = [gg.tensor(x, requires_grad=True) for x in arrays]
    return ours, [torch.tensor(x, requires_grad=True) for x in arrays]


def compared(y, z, ours, theirs, random):
    np.testing.assert_allclose(y.detach().numpy(), z.detach().numpy(), atol=1e-12)
    share = random.normal(size=z.shape)
    y.backward(gg.tensor(share))
    z.backward(torch.tensor(share))
    for a, b in zip(ours, theirs, strict=True):
        found = np.zeros(a.shape) if a.grad is None else a.grad.numpy()
        np.testing.assert_allclose(found, b.grad.numpy(), atol=1e-10)


@pytest.mark.parametrize(("mode", "padding", "corners", "axes"), SETTINGS)
def test_values_and_gradients(mode, padding, corners, axes):
    if mode == "bicubic" and axes == 3:
        return
    random = np.random.default_rng(len(mode + padding))
    for size in ((4, 5, 3), (1, 6, 2)):
        x = random.normal(size=(2, 3, *size[:axes]))
        grid = random.uniform(-2.5, 2.5, (2, *(3, 4, 2)[:axes], axes))
        ours, theirs = cells(x, grid)
        y = F.grid_sample(*ours, mode, padding, corners)
        z = torch.nn.functional.grid_sample(*theirs, mode, padding, corners)
        compared(y, z, ours, theirs, random)


@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
def test_corners_and_edges(mode, padding):
    x = np.arange(12.0).reshape(1, 1, 3, 4)
    lines = np.array([-1.0, -0.75, 0.0, 0.75, 1.0])
    grid = np.stack(np.meshgrid(lines, lines), axis=-1)[None]
    for corners in (True, False):
        y = F.grid_sample(gg.tensor(x), gg.tensor(grid), mode, padding, corners)
        z = torch.nn.functional.grid_sample(
            torch.tensor(x), torch.tensor(grid), mode, padding, corners
        )
        np.testing.assert_allclose(y.numpy(), z.numpy(), atol=1e-12)


@pytest.mark.parametrize("corners", [True, False])
@pytest.mark.parametrize("size", [(2, 3, 4, 5), (2, 3, 1, 4), (2, 1, 2, 3, 4)])
def test_affine_grid(size, corners):
    random = np.random.default_rng(0)
    axes = len(size) - 2
    ours, theirs = cells(random.normal(size=(2, axes, axes + 1)))
    y = F.affine_grid(*ours, size, corners)
    z = torch.nn.functional.affine_grid(*theirs, size, corners)
    compared(y, z, ours, theirs, random)


@pytest.mark.parametrize(
    "call",
    [
        lambda f, x, g: f.grid_sample(x, g[:1]),
        lambda f, x, g: f.grid_sample(x, g[..., :1]),
        lambda f, x, g: f.grid_sample(x, g, "cubic"),
        lambda f, x, g: f.grid_sample(x, g, padding_mode="same"),
        lambda f, x, g: f.grid_sample(x[..., :0], g),
        lambda f, x, g: f.grid_sample(x[0], g),
        lambda f, x, g: f.affine_grid(g[0], (3, 1, 4, 4)),
        lambda f, x, g: f.affine_grid(g[:, :2], (2, 1, 4)),
        lambda f, x, g: f.affine_grid(x[:, 0, :2, :3], (2, 1, 0, 4)),
    ],
)
def test_what_torch_refuses_is_refused(call):
    for f, library in ((torch.nn.functional, torch), (F, gg)):
        with pytest.raises((ValueError, RuntimeError)):
            call(f, library.ones((2, 2, 5, 5)), library.zeros((2, 3, 3, 2)))
