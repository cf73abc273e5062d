"""A user's program, which type checkers accept and which runs."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad import nn, optim
from gpugrad.nn import functional as F
from gpugrad.scipy import stats
from gpugrad.testing import gradcheck


class Block(nn.Module):
    """A layer with a way around it."""

    def __init__(self, features: int, rate: float = 0.1) -> None:
        super().__init__()
        self.linear = nn.Linear(features, features)
        self.norm = nn.LayerNorm(features)
        self.drop = nn.Dropout(rate)
        self.scale = nn.Parameter(gg.ones(features))

    def forward(self, x: gg.Tensor) -> gg.Tensor:
        y: gg.Tensor = self.drop(F.gelu(self.linear(self.norm(x))))  # a module may give anything
        return x + self.scale * y


def batches(count: int, size: int) -> Iterator[tuple[gg.Tensor, gg.Tensor]]:
    """Numbers and which of three classes they are of."""
    for _ in range(count):
        x = gg.random.normal(size=(size, 4))
        yield x, gg.argmax(x[:, :3] * 2.0, axis=1)


def train(device: str | None) -> float:
    """The last loss."""
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), Block(8), nn.Linear(8, 3))
    optimizer = optim.AdamW(model.parameters(), lr=1e-2, weight_decay=1e-3)
    losses = []
    with gg.use_device(device or gg.default_device()):
        for x, target in batches(count=10, size=32):
            loss = gg.cross_entropy(model(x), target)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            with gg.no_grad():
                hits = gg.argmax(model(x), axis=1) == target
            print(f"right {gg.mean(hits.astype(gg.float32)).item():.2f}", gg.__version__)
    return float(losses[-1])


@gg.elementwise
def gate(x: gg.Tensor, y: gg.Tensor, *, slope: float = 1.0) -> gg.Tensor:
    """Fused into one kernel."""
    return x * gg.sigmoid(slope * y) + gg.log1p(gg.exp(-x))


def log_likelihood(p: gg.Tensor, data: npt.NDArray[np.float64]) -> gg.Tensor:
    """Of normally distributed data."""
    return gnp.sum(stats.norm.logpdf(data, p[0], gnp.exp(p[1])))


def estimate(data: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Standard errors at a point."""
    p = np.array([1.0, -1.0])
    value, slope = gg.value_and_grad(log_likelihood)(p, data)
    curvature = gg.hessian(log_likelihood)(p + 0.1 * slope, data)
    rows = gg.vmap(lambda p: log_likelihood(p, data))(np.stack([p, p + 1.0]))
    moved = gg.jvp(gnp.tanh, (p,), (p,))[1]
    errors: npt.NDArray[np.float64] = np.sqrt(np.diag(np.linalg.inv(-curvature)))
    parts = gg.linalg.det(curvature) + gnp.linalg.norm(p) + gg.fft.rfft(p).abs().sum()
    print(value, rows.shape, moved, parts.item(), gnp.add.outer(p, p)[0].shape)
    return errors


if __name__ == "__main__":
    x = gg.tensor([1.0, 2.0], requires_grad=True)
    total: gg.Tensor = gg.sum(x**2 + 3 * x - gate(x, x, slope=2.0)) / (1.0 + x.sum())
    total.backward()
    if x.grad is not None:
        print(x.grad.tolist(), x.T.reshape(2, 1).shape, total.item())
    gradcheck(gg.sin, np.ones(3))
    print(train(None), estimate(np.array([1.2, 0.8, 1.9])))
