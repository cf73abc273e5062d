"""The names that users call: the standard's, NumPy's and torch's, and how they read arguments."""

import inspect

import numpy as np
import pytest
from sample import complexes, numbers

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.testing import gradcheck

STANDARD = """
abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_invert
bitwise_or bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp expm1
floor floor_divide greater greater_equal hypot imag isfinite isinf isnan less less_equal log log1p
log2 log10 logaddexp logical_and logical_not logical_or logical_xor maximum minimum multiply
negative nextafter not_equal positive pow real reciprocal remainder round sign signbit sin sinh
square sqrt subtract tan tanh trunc
arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like
tril triu zeros zeros_like
astype take take_along_axis matmul matrix_transpose broadcast_arrays broadcast_to concat
expand_dims flip moveaxis permute_dims repeat reshape roll squeeze stack tile unstack argmax argmin
count_nonzero nonzero searchsorted where unique_all unique_counts unique_inverse unique_values
argsort sort cumulative_prod cumulative_sum max mean min prod std sum var all any diff
"""
X = numbers(2, 3)


def tensor(data, **keywords):
    return gg.tensor(np.asarray(data), **keywords)


@pytest.mark.parametrize("name", STANDARD.split())
def test_the_standards_names_are_there(name):
    function = getattr(gg, name)
    assert callable(function)
    assert inspect.getdoc(function)


def test_the_public_names_hold_nothing_else():
    for name in ("call", "calls", "np", "numpy"):
        assert not hasattr(gg, name) or inspect.ismodule(getattr(gg, name))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("asin", "arcsin"),
        ("atan2", "arctan2"),
        ("abs", "absolute"),
        ("pow", "power"),
        ("concat", "concatenate"),
        ("permute_dims", "transpose"),
        ("remainder", "mod"),
        ("max", "amax"),
        ("bitwise_invert", "invert"),
        ("clip", "clamp"),
    ],
)
def test_further_spellings_are_the_same_function(name, other):
    assert getattr(gg, name) is getattr(gg, other)


CALLS = [
    (lambda m, x: m.sum(x, 0), X),
    (lambda m, x: m.sum(x, axis=(0, 1), keepdims=True), X),
    (lambda m, x: m.sum(x, dtype="float64"), X.astype(np.float32)),
    (lambda m, x: m.prod(x, axis=-1, dtype="float64"), np.arange(6).reshape(2, 3)),
    (lambda m, x: m.clip(x, -0.5, 0.5), X),
    (lambda m, x: m.clip(x, min=0), X),
    (lambda m, x: m.clip(x, None, 0.8 * X[0]), X),
    (lambda m, x: m.clip(x, 0.9 * X[:, :1], 1), X),
    (lambda m, x: m.concatenate([x, x], axis=1), X),
    (lambda m, x: m.stack((x, x), axis=-1), X),
    (lambda m, x: m.repeat(x, np.array([1, 2, 0]), axis=1), X),
    (lambda m, x: m.repeat(x, 2, axis=0), X),
    (lambda m, x: m.diff(x, n=1, axis=0, prepend=x[:1]), X),
    (lambda m, x: m.diff(x, 2, append=x[:, :1]), X),
    (lambda m, x: m.meshgrid(x[0], x[1]), X),
    (lambda m, x: m.meshgrid(x[0], x[1][:2], x[0][:1], indexing="ij"), X),
    (lambda m, x: m.cumsum(x), X),
    (lambda m, x: m.cumsum(x, 1), X),
    (lambda m, x: m.cumprod(x, axis=0), X),
    (lambda m, x: m.cumulative_sum(x, axis=1, include_initial=True), X),
    (lambda m, x: m.sort(x, axis=0, stable=True), X),
    (lambda m, x: m.argsort(x, stable=True), X),
    (lambda m, x: m.searchsorted(x[0], x[1], sorter=np.argsort(X[0])), X),
    (lambda m, x: m.unique_counts(x), np.array([[3, 1], [1, 1]])),
    (lambda m, x: m.unique_inverse(x), np.array([[3, 1], [1, 1]])),
    (lambda m, x: m.unique_values(x), np.array([[3, 1], [1, 1]])),
    (lambda m, x: m.moveaxis(x, 0, 1), X),
    (lambda m, x: m.swapaxes(x, 0, 1), X),
    (lambda m, x: m.roll(x, 1, axis=1), X),
    (lambda m, x: m.take(x, [1, 0], axis=1), X),
    (lambda m, x: m.var(x, axis=1), X),
    (lambda m, x: m.linalg.vector_norm(x) if m is np else m.norm(x), X),
    (
        lambda m, x: (
            m.linalg.vector_norm(x, ord=1, axis=0) if m is np else m.norm(x, ord=1, axis=0)
        ),
        X,
    ),
    (lambda m, x: m.linalg.vector_norm(x, ord=np.inf) if m is np else m.norm(x, ord=np.inf), X),
    (lambda m, x: m.linalg.vector_norm(x, ord=0) if m is np else m.norm(x, ord=0), X),
    (lambda m, x: m.broadcast_arrays(x, x[:1]), X),
    (lambda m, x: m.abs(x), complexes(3)),
]


@pytest.mark.parametrize(("call", "x"), CALLS)
def test_arguments_are_read_as_numpy_reads_them(call, x):
    found, expected = call(gg, tensor(x)), call(np, x)
    if not isinstance(expected, tuple | list):
        found, expected = (found,), (expected,)
    assert len(found) == len(expected)
    for one, wanted in zip(found, expected, strict=True):
        assert one.shape == np.shape(wanted)
        np.testing.assert_allclose(one.numpy(), wanted, rtol=1e-12)


def _gives_floats(call, x):
    results = call(np, x)
    results = results if isinstance(results, tuple | list) else (results,)
    return any(np.asarray(one).dtype.kind == "f" for one in results)


@pytest.mark.parametrize(
    ("call", "x"), [c for c in CALLS if c[1].dtype == np.float64 and _gives_floats(*c)]
)
def test_what_functions_make_of_arguments_differentiates(call, x):
    gradcheck(lambda x: call(gg, x), [x], order=2)


def test_gelu_has_two_forms():
    exact, approximate = gg.gelu(X).numpy(), gg.gelu(X, approximate="tanh").numpy()
    assert 1e-6 < np.abs(exact - approximate).max() < 1e-3


def test_clip_of_integers_by_floats_gives_floats():
    assert gg.clip(gg.tensor([1, 5]), 0.5, 2.5).tolist() == [1.0, 2.5]
    assert gg.clip(gg.tensor([1, 5]), 2, 3).dtype == np.int64


REDUCING = [gg.sum, gg.mean, gg.prod, gg.max, gg.min, gg.any, gg.all, gg.argmax, gg.argmin]
REDUCING += [gg.var, gg.std, gg.logsumexp, gg.linalg.vector_norm]
MOVING = [gg.softmax, gg.log_softmax, gg.sort, gg.argsort, gg.flip, gg.unstack, gg.squeeze]
MOVING += [gg.expand_dims, gg.cumulative_sum, gg.cumulative_prod, gg.diff, gnp.median]
ALONG = {  # functions of an axis
    **{function.__name__: function for function in REDUCING + MOVING},
    "roll": lambda x, axis: gg.roll(x, 1, axis=axis),
    "repeat": lambda x, axis: gg.repeat(x, 2, axis=axis),
    "concat": lambda x, axis: gg.concat([x, x], axis=axis),
    "stack": lambda x, axis: gg.stack([x, x], axis=axis),
    "split": lambda x, axis: gg.split(x, 1, axis=axis),
    "moveaxis": lambda x, axis: gg.moveaxis(x, axis, 0),
    "take": lambda x, axis: gg.take(x, gg.tensor([0], device=x.device), axis=axis),
    "take_along_axis": lambda x, axis: gg.take_along_axis(x, gg.argsort(x), axis=axis),
    "fft": lambda x, axis: gg.fft.fft(x, axis=axis),
    "delete": lambda x, axis: gnp.delete(x, 0, axis=axis),
}


@pytest.mark.parametrize("where", ["host", "device"])
@pytest.mark.parametrize("name", ALONG)
def test_an_axis_out_of_range_is_numpys_error(name, where, device):
    x = gg.tensor(X, device="cpu" if where == "host" else device.name)
    for axis in (5, -6):
        with pytest.raises(np.exceptions.AxisError, match=f"axis {axis} ") as told:
            ALONG[name](x, axis=axis)
        assert isinstance(told.value, ValueError) and isinstance(told.value, IndexError)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gg.sum(X, axis=2), ValueError, r"sum: axis 2 .*float64\[2, 3\]"),
        (lambda: gg.moveaxis(X, 2, 0), ValueError, "moveaxis: axis 2 of an array of 2 axes; use "),
        (lambda: gg.moveaxis(X, (0, 0), (0, 1)), ValueError, "names an axis twice"),
        (lambda: X + gg.tensor(np.ones(2)), ValueError, "add: .*broadcast"),
        (lambda: gg.broadcast_arrays(X, X[:, :2]), ValueError, "do not broadcast"),
        (lambda: gg.reshape(X, (4, 2)), ValueError, r"reshape: .*\[2, 3\]"),
        (lambda: gg.tensor(X)[5], IndexError, r"x\[\.\.\.\]: index 5 is out of bounds"),
        (lambda: gg.tensor(X)["a"], IndexError, "index: str 'a'; use integers, .*slices"),
        (lambda: gg.tensor(X)[np.array([0.5])], IndexError, "index: an array of float64"),
        (lambda: gg.stack([X, X[:1]]), ValueError, "stack: arrays of different shapes"),
        (lambda: gg.split(X, 2, axis=1), ValueError, "split: 3 elements in 2 equal parts"),
        (lambda: gg.pad(X, (1, 2, 3)), ValueError, "pad: .* pair"),
        (lambda: gg.cumulative_sum(X), ValueError, r"cumulative_sum: .*\(2, 3\) needs an axis"),
        (lambda: gg.gelu(X, "exact"), ValueError, "use 'none' or 'tanh'"),
        (lambda: gg.norm(X, ord="fro"), ValueError, "vector_norm: ord='fro' is for matrices"),
        (lambda: gg.var(complexes(3)), TypeError, "var: of complex128; take it of gg.real"),
        (lambda: gg.meshgrid(X[0], indexing="x"), ValueError, "use 'xy' or 'ij'"),
        (lambda: gg.searchsorted(X[0], X[1], side="mid"), ValueError, "use 'left' or 'right'"),
        (lambda: gg.take_along_axis(X, np.array([1])), ValueError, "same number of axes"),
        (lambda: gg.max(np.zeros((0, 2)), axis=0), ValueError, "max: zero-size"),
        (lambda: gg.astype(X, "float8"), TypeError, "float8"),
        (lambda: gg.permute_dims(X, (0,)), ValueError, "name each once"),
        (lambda: gg.tensor(X).to("abacus"), ValueError, "unknown device 'abacus'"),
    ],
)
def test_errors_name_the_operation_the_values_and_the_way_out(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("function", [gg.unstack, lambda x: gg.split(x, (2,), axis=1)])
def test_outputs_that_nobody_uses_have_zero_gradients(function):
    gradcheck(lambda x: gg.sin(function(x)[1]), [X], order=2)
    x = gg.tensor(X, requires_grad=True)
    function(x)[0].sum().backward()
    assert set(x.grad.numpy().ravel()) == {0.0, 1.0}


@pytest.mark.parametrize("function", [gg.concat, gg.stack])
def test_arrays_joined_with_constants_differentiate(function):
    gradcheck(lambda x: gg.sin(function([X, gg.asarray(x), X])), [X], order=2)


@pytest.mark.parametrize("array", [np.array([1.0, None]), np.array(["1.0"])])
def test_arrays_of_no_numbers_are_refused(array):
    with pytest.raises(TypeError, match=r"exp: arrays of .* are not taken"):
        gg.exp(array)


def test_lists_get_the_default_float():
    gg.set_default_dtype("float64")
    try:
        assert gg.exp([1.0]).dtype == np.float64
    finally:
        gg.set_default_dtype("float32")
    assert gg.exp([1.0]).dtype == np.float32
