"""Sylvester's equation and square roots of matrices, written once for both backends.

A matrix is brought to its eigenvalues after a shift by some half of the digits, which makes any
matrix have as many vectors as rows (E. B. Davies, "Approximate diagonalization", SIAM J. Matrix
Anal. Appl. 29, 2007).  Corrections by what is left of the equation itself undo the shift.
"""

from collections.abc import Callable
from functools import partial
from math import inf
from typing import Any, NamedTuple

import numpy as np

from .matrix_functions import Matrices

CORRECTIONS = 4  # each makes the error smaller by about half of the digits
GOOD = 8  # for a root: what is left, in units of precision times rows
SLACK = 1e3  # of what is left of an equation, in units of precision times rows and sizes
NEAR = 1e-3  # of a negative eigenvalue: an imaginary part that may be the shift's
SINGULAR = "Sylvester's equation has no single solution: an eigenvalue of a is one of -b"
ROOTLESS = "no square root was found; the matrix may be singular"


class Modes(NamedTuple):
    """Eigenvalues, the matrix of eigenvectors and its inverse."""

    values: Any
    vectors: Any
    inverse: Any


def natives(m: Matrices, eig: Callable, checked: Callable) -> dict[str, Callable]:
    """The operations that are computed here, by name.

    checked(message, failed, y): y, or an error, or NaN for the matrices that failed.
    """
    return {
        "solve_sylvester": partial(solve_sylvester, m, eig, checked),
        "sqrtm": partial(sqrtm, m, eig, checked),
    }


def solve_sylvester(m: Matrices, eig: Callable, checked: Callable, a: Any, b: Any, q: Any) -> Any:
    """The x with a x + x b = q; stacks of one shape broadcast."""
    xp, dtype = m.xp, q.dtype
    if not q.size:
        batch = np.broadcast_shapes(*(x.shape[:-2] for x in (a, b, q)))
        return xp.zeros((*batch, *q.shape[-2:]), dtype=dtype)
    left, right = (_modes(m, eig, x, _unit(x) ** 0.5) for x in (a, b))
    a, b, q = (_complex(x) for x in (a, b, q))
    gaps = left.values[..., :, None] + right.values[..., None, :]

    def guessed(q: Any) -> Any:
        inner = m.matmul(m.matmul(left.inverse, q), right.vectors) / gaps
        return m.matmul(m.matmul(left.vectors, inner), right.inverse)

    x = guessed(q)
    for _ in range(CORRECTIONS):
        x = x + guessed(q - m.matmul(a, x) - m.matmul(x, b))
    rest = _largest(xp, q - m.matmul(a, x) - m.matmul(x, b))
    size = _largest(xp, q) + (_largest(xp, a) + _largest(xp, b)) * _largest(xp, x)
    sound = rest <= SLACK * _unit(q) * max(q.shape[-2:]) * size
    return checked(SINGULAR, ~sound, x if dtype.kind == "c" else x.real)


def sqrtm(m: Matrices, eig: Callable, checked: Callable, x: Any) -> Any:
    """The principal square roots; real ones of real matrices where all of a stack have one."""
    n = x.shape[-1]
    if not x.size:
        return x.copy()
    found = [_root(m, eig, one) for one in x.reshape(-1, n, n)]
    real = all(one.real for one in found)
    roots = m.xp.concatenate([(one.y.real if real else one.y)[None] for one in found])
    failed = m.xp.concatenate([one.failed[None] for one in found])
    return checked(ROOTLESS, failed.reshape(x.shape[:-2]), roots.reshape(x.shape))


class Root(NamedTuple):
    """A square root, whether it is real, and whether it is wrong."""

    y: Any
    real: bool
    failed: Any


def _root(m: Matrices, eig: Callable, x: Any) -> Root:
    """The square root of one matrix.

    Without a shift where that will do: it would move the root of an eigenvalue 0 by its own root.
    """
    xp, unit = m.xp, _unit(x)
    tried = []
    for shift in (0.0, unit**0.5):
        y = _root_by(m, _modes(m, eig, x, shift), _complex(x), shift)
        rest = _largest(xp, m.matmul(y, y) - x) / (_largest(xp, x) + 1e-37)
        read = m.number(rest)
        tried.append((inf if read is None or read != read else read, y, rest))
        if read is None or read <= GOOD * unit * len(x):
            break
    _, y, rest = min(tried, key=lambda one: one[0])
    imaginary = m.number(_largest(xp, y.imag) / (_largest(xp, y) + 1e-37))
    real = x.dtype.kind != "c" and imaginary is not None and imaginary <= SLACK * unit * len(x)
    return Root(y, real, ~(rest <= unit**0.5))


def _root_by(m: Matrices, modes: Modes, x: Any, shift: float) -> Any:
    xp, values = m.xp, modes.values
    roots = xp.sqrt(values)
    if shift:  # of two negative eigenvalues that were one it may have made a pair
        paired = (values.real < 0) & (abs(values.imag) <= NEAR * abs(values)) & (roots.imag < 0)
        roots = xp.where(paired, -roots, roots)
    gaps = roots[:, None] + roots[None, :]
    usable = gaps != 0
    gaps = xp.where(usable, gaps, gaps.dtype.type(1))
    y = m.matmul(modes.vectors * roots, modes.inverse)
    for _ in range(CORRECTIONS):
        rest = x - m.matmul(y, y)
        inner = m.matmul(m.matmul(modes.inverse, rest), modes.vectors)
        inner = xp.where(usable, inner / gaps, gaps.dtype.type(0))
        y = y + m.matmul(m.matmul(modes.vectors, inner), modes.inverse)
    return y


def _modes(m: Matrices, eig: Callable, x: Any, shift: float) -> Modes:
    """The eigenvalues and vectors of ``x`` with ``shift`` times its size added here and there."""
    if shift:
        n = x.shape[-1]
        places = m.xp.arange(n * n, dtype=np.float64)
        waves = m.xp.cos(places * (places + 1.7)).reshape(n, n)  # no matrix that is met has these
        size = _largest(m.xp, x)[..., None, None]
        x = x + (waves * shift).astype(size.dtype) * size
    values, vectors = eig(x)
    return Modes(values, vectors, m.inverse(vectors))


def _largest(xp: Any, x: Any) -> Any:
    return xp.max(abs(x), axis=(-2, -1))


def _complex(x: Any) -> Any:
    return x.astype(np.result_type(x.dtype, np.complex64), copy=False)


def _unit(x: Any) -> float:
    """The precision of ``x``'s real numbers."""
    return float(np.finfo(x.dtype).eps)
