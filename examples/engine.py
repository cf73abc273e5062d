"""Reverse-mode differentiation in sixty lines of plain Python, beside gpugrad.

Everything that gpugrad does for arrays is here for single numbers: a value remembers its parents
and its partial derivatives by them; the walk back, newest first, multiplies and adds.

    python examples/engine.py            # (x1 + x2) * x3 at 2, 3, 4: gradients 4, 4, 5
"""

import argparse
from itertools import count

import gpugrad as gg

newer = count().__next__


class Value:
    """A number that remembers how it was computed."""

    def __init__(self, number, parents=(), partials=()):
        self.number = number
        self.parents = parents  # the values that this one was computed from
        self.partials = partials  # the derivative of this value by each of them
        self.order = newer()
        self.grad = 0.0

    def __add__(self, other):
        return Value(self.number + other.number, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        return Value(self.number * other.number, (self, other), (other.number, self.number))

    def backward(self):
        """Put d(self)/d(value) into the ``grad`` of every value that this one came from."""
        self.grad = 1.0
        for value in sorted(history(self), key=lambda v: v.order, reverse=True):
            # Every user of ``value`` is newer than it, so its gradient is complete by now.
            for parent, partial in zip(value.parents, value.partials, strict=True):
                parent.grad += value.grad * partial  # the chain rule


def history(value):
    """``value`` and everything that it was computed from, without recursion."""
    seen, pending = set(), [value]
    while pending:
        current = pending.pop()
        if current not in seen:
            seen.add(current)
            pending.extend(current.parents)
    return seen


def expression(x1, x2, x3):
    return (x1 + x2) * x3


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "x",
        type=float,
        nargs="*",
        default=[2.0, 3.0, 4.0],
        metavar="X",
        help="x1 x2 x3 (default 2 3 4)",
    )
    numbers = parser.parse_args(argv).x
    if len(numbers) != 3:
        parser.error(f"{len(numbers)} numbers; it takes three, or none")

    plain = [Value(number) for number in numbers]
    result = expression(*plain)
    result.backward()
    print(f"plain Python: {result.number}, gradients {[value.grad for value in plain]}")

    tensors = [gg.tensor(number, requires_grad=True) for number in numbers]
    result = expression(*tensors)
    result.backward()
    print(f"gpugrad:      {result.item()}, gradients {[t.grad.item() for t in tensors]}")


if __name__ == "__main__":
    main()
