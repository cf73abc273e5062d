"""The derivative of y = x**2 + 3*x, in both of gpugrad's manners.

At x = 2 the slope is 7.0, by .backward() and by grad.

    python examples/scalar.py
    python examples/scalar.py --x 0.5
"""

import argparse

import gpugrad as gg


def polynomial(x):
    return x**2 + 3 * x


def by_backward(x: float) -> tuple[float, float]:
    """PyTorch's manner: a tensor remembers how it was computed; .backward() walks back."""
    leaf = gg.tensor(x, dtype="float64", requires_grad=True)
    y = polynomial(leaf)
    y.backward()  # adds dy/dx to leaf.grad
    return y.item(), leaf.grad.item()


def by_grad(x: float) -> tuple[float, float]:
    """JAX's manner: ``grad`` turns a function into the function that is its derivative."""
    return polynomial(x), gg.grad(polynomial)(x)


def twice(x: float) -> float:
    """A derivative is a function like any other, so it has one too."""
    return gg.grad(gg.grad(polynomial))(x)


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--x", type=float, default=2.0, help="where (default 2.0)")
    x = parser.parse_args(argv).x

    y, slope = by_backward(x)
    print(f"by .backward():  y = {y}, dy/dx = {slope}")
    y, slope = by_grad(x)
    print(f"by grad:         y = {y}, dy/dx = {slope}")
    print(f"grad of grad:    d2y/dx2 = {twice(x)}")


if __name__ == "__main__":
    main()
