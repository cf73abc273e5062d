"""Draw what was recorded: every operation with its shape and dtype, every gradient.

Three pictures (SVG, for a browser or a notebook): a neuron, whose picture the README shows; an
expression of two numbers; the loss of a network with weight decay, its parameters by their names.

    python examples/graph.py                       # graph.svg, expression.svg, network.svg
    python examples/graph.py --direction down
"""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

import gpugrad as gg
from gpugrad import nn


def leaf(value: float) -> gg.Tensor:
    return gg.tensor(value, dtype="float64", requires_grad=True)


def neuron() -> tuple[gg.Tensor, dict]:
    """Two inputs with their weights, a bias, a squashing function: all that a network repeats."""
    x1, x2, w1, w2 = leaf(2.0), leaf(0.0), leaf(-3.0), leaf(1.0)
    b = leaf(6.881373587019543)  # so that the slope of tanh is one half
    total = x1 * w1 + x2 * w2
    n = total + b
    y = gg.tanh(n)
    return y, {"x1": x1, "w1": w1, "x2": x2, "w2": w2, "b": b, "n": n, "y": y}


def expression() -> tuple[gg.Tensor, dict]:
    """Values that are used several times: their gradients add up."""
    a, b = leaf(-4.0), leaf(2.0)
    c = a + b
    d = a * b + b**3
    c = c + (c + 1)
    c = c + (1 + c - a)
    d = d + (2 * d + gg.relu(a + b))
    d = d + (3 * d + gg.relu(b - a))
    e = c - d
    f = e**2
    y = f / 2 + 10 / f
    return y, {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f, "y": y}


def network() -> tuple[gg.Tensor, nn.Module]:
    """The loss of a network on 32 points; what it was given has no gradient, so it has no box."""
    model = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
    points = gg.random.normal(size=(32, 2))
    wanted = gg.sin(points[:, :1] * points[:, 1:])
    decay = sum(gg.sum(p**2) for p in model.parameters() if p.ndim > 1)
    return nn.functional.mse_loss(model(points), wanted) + 1e-3 * decay, model


PICTURES = (  # file, what is drawn, the way from the leaves to it, what to look at
    ("graph.svg", neuron, "right", "x2 is 0, so w2 has no say: its gradient is 0"),
    ("expression.svg", expression, "down", "a and b are used over and over: gradients add"),
    ("network.svg", network, "down", "|grad|, the length of each gradient"),
)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--direction",
        choices=("down", "right"),
        help="leaves to result (neuron: right, others: down)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the network's numbers (0)")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        default=Path(__file__).resolve().parents[1] / "runs" / "graph",
        help="where the pictures go (runs/graph)",
    )
    given = parser.parse_args(argv)
    if given.seed < 0:
        parser.error("--seed takes 0 or more")
    return given


def main(argv: list[str] | None = None) -> None:
    given = arguments(argv)
    given.output.mkdir(parents=True, exist_ok=True)
    gg.random.seed(given.seed)
    table = Table("picture", "result", "what to look at", title="drawn")
    for file, make, direction, text in PICTURES:
        y, names = make()
        gg.draw(
            y,
            given.output / file,
            names=names,
            legend=file != "graph.svg",
            direction=given.direction or direction,
        )
        table.add_row(file, f"{y.item():.6g}", text)
    console = Console()
    console.print(table)
    console.print(f"written to {given.output}")


if __name__ == "__main__":
    main()
