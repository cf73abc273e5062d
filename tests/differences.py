"""What differs between the outcomes of a call in gpugrad and in NumPy, in words."""

import re
from collections.abc import Callable, Set
from fnmatch import fnmatch
from typing import Any, NamedTuple

import numpy as np

import gpugrad as gg

ERRORS = (TypeError, ValueError, IndexError, ArithmeticError, NotImplementedError)
TOLERANCE = {"e": 4e-3, "f": 2e-5, "F": 2e-5, "d": 1e-9, "D": 1e-9}  # by the dtype's letter


NOT_FINITE = "values that are not finite"  # where one of them is not, and all others agree


class NoReference(Exception):
    """What a reference raises where it does not know what is right."""


class Known(NamedTuple):
    """Differences by decision: of some functions, or of all; how their text begins; why."""

    names: str
    text: str
    reason: str
    forms: Set[str] = frozenset()  # of arguments, if it is only for those
    settings: bool = False  # if it is only where something else than an array is strange


PYTHONS = {f"Python's {kind}" for kind in ("bool", "int", "float", "complex")}
NUMBERS = PYTHONS | {"0-d", "NumPy's number"}
ORDERED = "maximum minimum fmax fmin clip max min amax amin sort argsort"
SUMS = "sum mean dot einsum linalg.vecdot"
ADDED = (
    f"{SUMS} prod std var linalg.qr linalg.cholesky pad poly geomspace interp "
    "scipy.fft.* scipy.signal.*"
)
UNSIGNED = {"uint8", "uint16", "uint32", "uint64"}
COMPLEX = {"complex64", "complex128", "Python's complex"}
NARROW = {"bool", "Python's bool", "int8", "int16", "uint8", "uint16", "float16"}
NOTHING = {"nothing", "nothing in each row"}
WILD = {"infinities", "NaN"}
ROUNDED = {"limits", "edges of domains", "ties", "bool", "complex64", "complex128", *NARROW}
REAL = "real numbers alone"
LARGEST = {"limits", "infinities", "NaN"}  # forms of which sums depend on their order
DECIDED = [
    Known("", "accepts", "what can be read is read: [1] as an axis, 1.0 as 1", settings=True),
    Known("", "accepts", "lists are read as arrays everywhere", {"list"}),
    Known("", "accepts", "numbers and 0-d arrays are arrays of no axes", NUMBERS),
    Known(
        "", "the error", "a setting of no sense: both refuse, by the words of Python", settings=True
    ),
    Known("", "the error names a step", "both refuse; hstack says what concatenate says"),
    Known(ORDERED, "refuses", "complex numbers have no order; NumPy's is that of their real parts"),
    Known(
        "", "accepts what is refused: TypeError: array type float16", "halves have linear algebra"
    ),
    Known("linalg.lstsq", "dtype int64", "the rank is an index, int64 as every index here"),
    Known("real imag", "dtype bool for int64", "NumPy asks Python's True for its parts"),
    Known(
        "spacing", "values", "NumPy's of halves has no sign", {"float16", "int8", "uint8", "bool"}
    ),
    Known(
        "take ravel_multi_index unravel_index", "refuses", "indices are integers, not bool or float"
    ),
    Known("take choose delete insert repeat pad", "refuses", "places and counts are whole numbers"),
    Known("unique_values", "values", "values are sorted; the standard leaves their order open"),
    Known("argsort", "values", "sorts are stable"),
    Known(
        "convolve correlate polymul", NOT_FINITE, "zeros around, times infinity, are NaN", LARGEST
    ),
    Known(ADDED, NOT_FINITE, "infinities: the order of a sum", {"infinities", "limits"}),
    Known(SUMS, "values", "the largest numbers, which cancel: the order of a sum", {"limits"}),
    Known("trapezoid unwrap", "values", "differences of unsigned integers do not wrap", UNSIGNED),
    Known("nanquantile nanpercentile", "shape", "of nothing, NumPy forgets the axis of q"),
    Known(
        "split array_split", "shape", "NumPy cuts lists by the length of their first axis", {"list"}
    ),
    Known("linalg.svd", "values", "singular vectors of 0 are free", {"zeros"}),
    Known("var std nanvar nanstd", "", "a complex mean or correction has no sense", COMPLEX),
    Known("nan_to_num nanmin nanmax", "values", "an initial NaN is NaN", {"NaN"}),
    Known("gradient", "values", "a slope by coordinates uses the middle point, too", LARGEST),
    Known("digitize", "", "edges with a NaN have no order", {"NaN"}),
    Known("linalg.pinv polyfit", "values", "a tolerance that is NaN", {"NaN"}),
    Known("indices diag_indices", "", "indices are integers", settings=True),
    Known("round around", "accepts", "truth values round to themselves", {"bool"}),
    Known("choose", "accepts", "indices of every width", {"uint64"}),
    Known("lexsort select choose", "the error does not name", "no list of arrays; both refuse"),
    Known("lexsort arange", "accepts", "one element is a number", {"one element", "one axis more"}),
    Known("arange tensordot", "", "NumPy's unsigned numbers wrap when they are negated", UNSIGNED),
    Known("std linspace", "shape", "a step of nothing, a correction of an array", settings=True),
    Known("quantile nanquantile", "dtype", "truth values are no fractions", settings=True),
    Known("quantile nanquantile", "accepts", "weights that are NaN give NaN", {"NaN"}),
    Known("nan_to_num", "accepts", "the imaginary part is dropped, as from arrays", COMPLEX),
    Known("geomspace", "values", "complex numbers rounded to integers", COMPLEX),
    Known("cov", "a raw error: RuntimeError: cov", "NumPy's kind of error for weights of no fit"),
    Known("cov corrcoef", "shape", "of nothing beside a vector, NumPy forgets the vector"),
    Known("bincount", "refuses", "weights of no fit, though there is nothing", {"nothing"}),
    Known("average", "accepts", "of nothing it is NaN", {"nothing in each row"}),
    Known("histogram histogram2d", "dtype", "a complex range", COMPLEX),
    Known("histogram histogram_bin_edges", "the error", "NumPy's words: its estimators are called"),
    Known("histogram histogramdd histogram2d", "accepts", "bins as wide as all floats", LARGEST),
    Known("reciprocal", "values", "1 / 0 is NumPy's, of complex numbers as of division", COMPLEX),
    Known("nanmean", "values", "of nothing NaN, without an imaginary part", COMPLEX),
    Known("polydiv", "shape", "NumPy keeps leading zeros, and divides by them"),
    Known("trim_zeros", "result", "NumPy gives lists for lists", {"list"}),
    Known("kaiser", "", "a complex beta; its imaginary part is dropped", COMPLEX),
    Known("histogramdd", "the error", "a number is no points; both refuse"),
    Known("interp", "refuses", "complex points have no order", COMPLEX),
    Known(
        "take take_along_axis", "accepts what is refused: IndexError", "a device reads NaN there"
    ),
    Known("sinc", "refuses", "not written for complex numbers"),
]


DECIDED += [  # of Fourier transforms, scipy and nn.functional
    Known("*fft.*", "values", "of nothing, lengthened, zeros; NumPy does not write them", NOTHING),
    Known("*fft.?fftn *fft.fftn", "dtype", "numbers are floats, though no axis is left", PYTHONS),
    Known("linalg.*norm", "refuses", "keepdims is a truth value", settings=True),
    Known("*fft.*", "refuses", "lengths and types are whole numbers above 0", settings=True),
    Known("scipy.fft.irfft*", "refuses", "half of one number is none", {"one element"}),
    Known("scipy.fft.*", "values", "the largest numbers, which cancel", {"limits"}),
    Known("scipy.*", "dtype", "halves stay; whole numbers, and truth values, are float64", NARROW),
    Known("scipy.*", "values", "SciPy computes these in float32 or halves, or they wrap", NARROW),
    Known("scipy.*", "values", "SciPy's -x of unsigned numbers wraps", UNSIGNED),
    Known("scipy.stats.*", "dtype float32", "float32 stays", {"float32"}),
    Known("scipy.special.*", "dtype float32", "float32 stays", {"float32"}),
    Known("scipy.integrate.*", "dtype", "y has the dtype of y0", {"float32"}),
    Known("scipy.stats.* scipy.special.*", "refuses what is accepted: TypeError", REAL, COMPLEX),
    Known("scipy.stats.*", "accepts", "SciPy's ppf takes no complex q, only casts it", COMPLEX),
    Known("scipy.stats.*", NOT_FINITE, "tails and limits are numbers here, NaN or inf in SciPy"),
    Known("scipy.stats.*", "values", "tails have digits down to the smallest", {"denormals"}),
    Known("scipy.stats.nbinom.log*", "values", "rounding, of 0", {"edges of domains"}),
    Known("scipy.stats.dirichlet.*", "accepts", "whether shares fit is not looked at; NaN, 0"),
    Known("scipy.stats.dirichlet.*", "shape", "of one share SciPy makes a number"),
    Known("scipy.stats.multi*", "accepts", "NaN goes through", {"NaN"}),
    Known("scipy.stats.multi*", "refuses", "a matrix without a Cholesky factor; a number as x"),
    Known("scipy.special.*", "accepts", "of nothing it is nothing; truth values are 0 and 1"),
    Known("scipy.special.multigammaln", "refuses", "the dimension is Python's", settings=True),
    Known("scipy.special.log_softmax scipy.special.softmax", NOT_FINITE, "of inf NaN, as torch's"),
    Known("scipy.special.logsumexp", NOT_FINITE, "weights as large as all floats", {"limits"}),
    Known("scipy.special.expm1", NOT_FINITE, "NumPy's imaginary part of inf is NaN", COMPLEX),
    Known("scipy.special.polygamma", NOT_FINITE, "orders as large as all integers", {"limits"}),
    Known("scipy.signal.*", "", "of nothing it is nothing, in every mode", NOTHING),
    Known("scipy.signal.*", NOT_FINITE, "zeros around, times infinity, are NaN", LARGEST),
    Known("scipy.linalg.*", "accepts what is refused: ValueError", "NaN and inf go through", WILD),
    Known("scipy.linalg.*", "accepts what is refused: ValueError: Big", "bytes are turned"),
    Known("scipy.linalg.*", "", "SciPy reads such bytes as they lie", {"big-endian"}),
    Known("scipy.linalg.solve", "accepts what is refused: NotImpl", "complex and transposed"),
    Known("scipy.linalg.*", "refuses what is accepted: LinAlgError", "no matrix; singular; NaN"),
    Known("scipy.linalg.solve", "refuses", "right-hand sides are not broadcast", NUMBERS),
    Known("scipy.linalg.*", "dtype", "real where it can be, and as exact as the argument"),
    Known("scipy.linalg.*", "values", "nearly singular: rounding", ROUNDED),
    Known("scipy.linalg.toeplitz", "refuses", "a number is no vector", NUMBERS),
    Known("scipy.linalg.cho_solve", "accepts", "of nothing it is nothing", NOTHING),
    Known("scipy.integrate.odeint", "a raw error: RuntimeError", "documented: no step is small"),
    Known("scipy.integrate.odeint", "accepts", "y of any shape, complex too"),
    Known("scipy.integrate.odeint", "refuses", "there is a first time", NOTHING),
    Known("scipy.integrate.odeint", "values", "solutions that overflow", UNSIGNED),
    Known("nn.functional.*", "accepts what is refused", "torch asks for one dtype, of floats"),
    Known("nn.functional.*", "dtype", "whole numbers are floats; dtypes mix"),
    Known("nn.functional.*", "refuses what is accepted: TypeError", REAL, COMPLEX),
    Known("nn.functional.*", "refuses", "sizes are whole numbers, Python's", settings=True),
    Known("nn.functional.*_loss", "refuses", "targets are not broadcast"),
    Known(
        "nn.functional.*", NOT_FINITE, "torch's or a plain formula's inf - inf", WILD | {"limits"}
    ),
    Known("nn.functional.smooth*", "values", "a beta that has no digits left", {"denormals"}),
    Known("nn.functional.*pool2d", "values", "the largest numbers cancel", {"limits"}),
    Known("nn.functional.cross_entropy", "refuses", "scores and labels of as many"),
    Known("nn.functional.batch_norm", "refuses", "channels of nothing", NOTHING),
]


def decided(name: str, text: str, forms: set[str], settings: bool) -> bool:
    """Whether a difference of the function ``name`` is one by decision.

    forms: of its strange arguments; settings: whether one of those is no array in the tables.
    """
    return any(
        (not known.names or any(fnmatch(name, one) for one in known.names.split()))
        and text.startswith(known.text)
        and (not known.forms or forms & known.forms)
        and settings >= known.settings
        for known in DECIDED
    )


def outcome(function: Callable[..., Any], arguments: list[Any], settings: dict[str, Any]) -> Any:
    """The result of a call, or its exception."""
    try:
        return function(*arguments, **settings)
    except Exception as error:
        return error


def compare(names: set[str], ours: Any, theirs: Any, precision: float = 0.0) -> str | None:
    """What differs between two outcomes; None if they agree.

    names: of the function, with which errors begin.  precision: of what went in.
    """
    if isinstance(theirs, MemoryError):
        return None
    if isinstance(ours, Exception):
        return _compare_errors(names, ours, theirs)
    if isinstance(theirs, NoReference):
        return None
    if isinstance(theirs, Exception):
        return f"accepts what is refused: {_said(theirs)}; gives {_shown(ours)}"
    return _compare_results(ours, theirs, precision)


def _compare_errors(names: set[str], ours: Exception, theirs: Any) -> str | None:
    if not isinstance(ours, (*ERRORS, type(theirs))):
        return f"a raw error: {_said(ours)}"
    begun = re.match(r"(?:linalg\.|ufunc ')?(\w+)[:. ]", str(ours))
    if not begun or begun[1] not in names:
        step = begun and any(hasattr(module, begun[1]) for module in (np, np.linalg, gg))
        what = "names a step of" if step else "does not name"
        return f"the error {what} what was called: {_said(ours)}"
    if not isinstance(theirs, Exception):
        return f"refuses what is accepted: {_said(ours)}; theirs {_shown(theirs)}"
    return None


def _compare_results(ours: Any, theirs: Any, precision: float) -> str | None:
    if isinstance(theirs, tuple | list):
        if not isinstance(ours, tuple | list) or len(ours) != len(theirs):
            return f"result {_shown(ours)} for {_shown(theirs)}"
        each = (_compare_results(*pair, precision) for pair in zip(ours, theirs, strict=True))
        return next((text for text in each if text), None)
    if not isinstance(ours, gg.Tensor):
        same = repr(ours) == repr(theirs) and not isinstance(theirs, np.ndarray)
        return None if same else f"result {_shown(ours)} for {_shown(theirs)}"
    found, expected = ours.detach().numpy(), np.asarray(theirs)
    if found.shape != expected.shape:
        return f"shape {found.shape} for {expected.shape}"
    if found.dtype != expected.dtype.newbyteorder("="):
        return f"dtype {found.dtype} for {expected.dtype}"
    tolerance = max(precision, precision_of(expected))
    if close(found, expected, tolerance):
        return None
    finite = np.isfinite(found) & np.isfinite(expected)
    kind = "values" if not close(found[finite], expected[finite], tolerance) else NOT_FINITE
    return f"{kind} {_shown(found)} for {_shown(expected)}"


def precision_of(x: Any) -> float:
    """How far results may differ that are computed of ``x`` or given as it."""
    return TOLERANCE.get(getattr(getattr(x, "dtype", None), "char", ""), 0.0)


def close(found: np.ndarray, expected: np.ndarray, tolerance: float) -> bool:
    """Whether values agree: NaN and infinities at the same places, integers exactly."""
    if expected.dtype.kind not in "fc":
        return np.array_equal(found, expected)
    size = np.abs(expected[np.isfinite(expected)])
    near = tolerance * min(float(size.max(initial=0.0)), 1.0)
    if expected.dtype.kind == "c":
        parts = ((found.real, expected.real), (found.imag, expected.imag))
    else:
        parts = ((found.astype(np.float64), expected.astype(np.float64)),)
    return all(np.allclose(*part, rtol=tolerance, atol=near, equal_nan=True) for part in parts)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".split("\n")[0][:160]


def _shown(value: Any) -> str:
    text = (
        np.array2string(value.detach().numpy() if isinstance(value, gg.Tensor) else value)
        if (isinstance(value, gg.Tensor | np.ndarray))
        else repr(value)
    )
    return " ".join(text.split())[:160]
