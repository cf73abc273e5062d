"""Calls of every function of gpugrad.scipy and of Fourier transforms, as SciPy takes them."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import test_scipy_linalg as linalg
import test_scipy_special as special
from sample import complexes, numbers
from scipy import stats
from scipy_stats_tables import INSIDE, SHAPES, TAILS

from gpugrad.scipy import stats as ours

A, X, HERMITIAN, POSITIVE = linalg.A, linalg.X, linalg.HERMITIAN, linalg.POSITIVE
Z = complexes(3, 4)
TOLERANCE = {  # of calls that are not as exact as their dtypes
    "integrate.odeint": 1e-5,
    **dict.fromkeys(("linalg.logm", "linalg.sqrtm", "special.stdtrit", "special.betaincinv"), 1e-7),
}

# numpy.fft's and scipy.fft's: (name, arguments, settings)
FFT = [
    *(
        (name, (x,), how)
        for name in ("fft", "ifft", "hfft", "irfft")
        for x, how in ((Z, {}), (Z, {"n": 6, "axis": 0, "norm": "ortho"}))
    ),
    *(
        (name, (Z.real,), how)
        for name in ("rfft", "ihfft")
        for how in ({}, {"n": 2, "axis": 0, "norm": "forward"})
    ),
    *((name, (Z,), {}) for name in ("fft2", "ifft2", "fftn", "ifftn", "irfft2", "irfftn")),
    *((name, (Z.real,), {}) for name in ("rfft2", "rfftn")),
    ("fftn", (complexes(2, 3, 4),), {"s": (2, 5), "axes": (0, 2)}),
    *((name, (x,), {}) for name in ("fftshift", "ifftshift") for x in (Z, np.arange(5))),
    ("fftshift", (Z,), {"axes": (1,)}),
    *((name, (5, 0.5), {}) for name in ("fftfreq", "rfftfreq")),
]
COSINES = [
    (name, (Z.real, kind), how)
    for name in ("dct", "idct", "dst", "idst")
    for kind in (1, 2, 3, 4)
    for how in ({}, {"n": 5, "axis": 0, "norm": "ortho"})
]
SPECIAL = [
    *(
        (name, [x.reshape(-1, *(1,) * (len(xs) - 1 - i)) for i, x in enumerate(xs)], {})
        for name, xs in special.ARGUMENTS.items()
    ),
    *((name, (special.LINE,), {}) for name in ("cbrt", "exp2", "expm1", "log1p")),
    ("zeta", (special.POSITIVE,), {}),
    ("multigammaln", (np.array([1.6, 3.0, 40.0]), 3), {}),
    *(
        (name, (special.A,), {"axis": axis})
        for name in ("softmax", "log_softmax", "logsumexp")
        for axis in (None, -1, (0, 1))
    ),
    ("logsumexp", (special.A, 1, special.B), {"return_sign": True}),
]
SIGNAL = [
    *(
        (name, (x, y, mode, method), {})
        for name in ("convolve", "correlate")
        for x, y in ((numbers(5), numbers(3)), (Z[:2], numbers(2, 2)))
        for mode in ("full", "same", "valid")
        for method in ("direct", "fft", "auto")
    ),
    ("fftconvolve", (Z, numbers(3, 2)), {"axes": 1}),
    ("fftconvolve", (numbers(5), numbers(3), "same"), {}),
]
INTEGRATE = [
    (
        "odeint",
        (lambda y, t, k: -k * y, np.array([1.0, 2.0]), np.array([0.0, 0.5, 1.0]), (0.7,)),
        {},
    )
]
TABLES = {"fft": FFT + COSINES, "special": SPECIAL, "signal": SIGNAL, "integrate": INTEGRATE}


# scipy.linalg: functions of the module and of arrays


def _without_phases(vectors: Any) -> Any:
    """Eigenvectors and rotations but for what is free in them."""
    return abs(vectors)


LINALG: dict[str, tuple] = {
    **linalg.CALLS,
    "block_diag": (lambda m, a, b: m.block_diag(a, b, 2.0), A, X),
    "eigvalsh b": (lambda m, a, b: m.eigvalsh(a, b), A + A.T, POSITIVE),
    "eig": (lambda m, a: m.eig(a)[0], A),
    "eigvals": (lambda m, a: m.eigvals(a), A),
    "eigh": (lambda m, a: (m.eigh(a)[0], _without_phases(m.eigh(a)[1])), HERMITIAN),
    "eigh b": (lambda m, a, b: _without_phases(m.eigh(a, b)[1]), A + A.T, POSITIVE),
    "qr": (lambda m, a: [_without_phases(x) for x in m.qr(a, mode="economic")], A),
    "svd": (lambda m, a: m.svd(a)[1], X),
    "lstsq": (lambda m, a, b: m.lstsq(a, b)[0], A[:, :2], X[:, 0]),
    "cho_factor": (lambda m, a: m.cho_factor(a, lower=True)[1], POSITIVE),
}


def calls() -> Iterator[tuple[str, Any, Mapping[str, Any], Callable, Callable]]:
    """(name, arguments, settings, our function, SciPy's)."""
    for module, table in TABLES.items():
        pair = import_module(f"gpugrad.scipy.{module}"), import_module(f"scipy.{module}")
        for name, arguments, settings in table:
            yield f"{module}.{name}", arguments, settings, *(getattr(m, name) for m in pair)
    pair = import_module("gpugrad.scipy.linalg"), import_module("scipy.linalg")
    for text, (call, *arrays) in LINALG.items():
        yield f"linalg.{text.split()[0]}", arrays, {}, *(partial(call, m) for m in pair)
    for name, arguments in distributions():
        yield f"stats.{name}", arguments, {}, *(_function(m, name) for m in (ours, stats))


def _function(module: Any, name: str) -> Callable:
    distribution, function = name.split(".")
    return getattr(getattr(module, distribution), function)


def distributions() -> Iterator[tuple[str, tuple]]:
    """(distribution.function, arguments)."""
    for name, x in INSIDE.items():
        shapes = (*SHAPES.get(name, ()), 0.3, 1.4)
        points = {"pdf logpdf " + " ".join(TAILS): np.array(x), "ppf isf": np.array([0.2, 0.7])}
        for several, at in points.items():
            yield from ((f"{name}.{one}", (at, *shapes)) for one in several.split())
        yield from ((f"{name}.{one}", shapes) for one in ("mean", "var", "std", "entropy"))
    counts = {"poisson": (0.7,), "bernoulli": (0.3,), "binom": (5, 0.3), "nbinom": (2.5, 0.4)}
    for name, shapes in counts.items():
        at = np.array([0, 1, 4] if name != "bernoulli" else [0, 1, 0])
        yield from ((f"{name}.{one}", (at, *shapes)) for one in ("pmf", "logpmf", *TAILS))
        yield from ((f"{name}.{one}", shapes) for one in ("mean", "var", "std"))
    yield from vectors()


def vectors() -> Iterator[tuple[str, tuple]]:
    """The same of distributions of vectors."""
    alpha, shares = np.array([0.5, 2.0, 3.0]), np.array([[0.2, 0.5], [0.3, 0.25], [0.5, 0.25]])
    for one in ("pdf", "logpdf"):
        yield f"dirichlet.{one}", (shares, alpha)
        yield f"multivariate_normal.{one}", (numbers(4, 3), numbers(3), POSITIVE)
    yield from ((f"dirichlet.{one}", (alpha,)) for one in ("mean", "var", "entropy"))
    yield "multivariate_normal.entropy", (numbers(3), POSITIVE)
