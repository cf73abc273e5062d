"""Strange input is refused by the operation's name, with the way out; the other order of bytes is
read."""

import re

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp

X = np.array([1.0, 2.0])


def with_rule(cotangent):
    @gg.custom_vjp
    def ruled(x):
        return x

    ruled.defvjp(lambda x: (x, None), lambda kept, g: (cotangent,))
    return ruled


def with_tangent(tangent):
    @gg.custom_jvp
    def ruled(x):
        return x

    ruled.defjvp(lambda primals, tangents: (primals[0], tangent))
    return ruled


def with_grad(value):
    x = gg.tensor(X, requires_grad=True)
    x.grad = value


MASKED = np.ma.array([1.0, 2.0], mask=[False, True])
STRANGE = {
    "tensor of None": (lambda: gg.tensor(None), TypeError, "^tensor: NoneType; give numbers"),
    "tensor of a dict": (lambda: gg.tensor({"a": 1.0}), TypeError, "^tensor: dict"),
    "tensor of a text": (lambda: gg.tensor("a"), TypeError, "^tensor: str of <U1"),
    "tensor of a hole": (lambda: gg.tensor([1.0, None]), TypeError, "^tensor: list of object"),
    "array of texts": (lambda: gg.tensor(X) + np.array(["a", "b"]), TypeError, "^add: .*<U1"),
    "array of objects": (lambda: gg.exp(np.array([X, None], object)), TypeError, "^exp: .*object"),
    "gpugrad.numpy's array of None": (lambda: gnp.array(None), TypeError, "^array: NoneType; give"),
    "gpugrad.numpy's sum of a dict": (lambda: gnp.sum({}), TypeError, "^array: dict; give numbers"),
    "gpugrad.numpy's sine of a text": (lambda: gnp.sin("a"), TypeError, "^array: str of <U1"),
    "concat of nothing": (lambda: gg.concat([]), ValueError, "^concat: no arrays"),
    "concat of a number": (lambda: gg.concat(3.0), TypeError, "not iterable"),
    "stack of nothing": (lambda: gg.stack([]), ValueError, "^stack: no arrays"),
    "stack of a scalar": (lambda: gg.stack(gg.tensor(1.0)), ValueError, "^stack: no arrays"),
    "jvp of no tuple": (lambda: gg.jvp(gg.sum, X, (X,)), TypeError, r"^jvp: primals .*\(x,\)"),
    "jvp along no tuple": (lambda: gg.jvp(gg.sum, (X,), X), TypeError, "^jvp: tangents is a tup"),
    "jvp along None": (lambda: gg.jvp(gg.sin, (1.0,), (None,)), (TypeError, ValueError), "^jvp: "),
    "jvp along a text": (lambda: gg.jvp(gg.sin, (1.0,), ("a",)), TypeError, "^jvp: .* is str for"),
    "hvp of no tuple": (lambda: gg.hvp(gg.sum, X, X), TypeError, "^hvp: primals is a tuple"),
    "vjp of a text": (lambda: gg.vjp(gg.sin, 1.0)[1]("a"), TypeError, "^vjp: .* is str for"),
    "argnums by name": (lambda: gg.grad(gg.sin, "x")(1.0), TypeError, "^grad: argnums='x'; give"),
    "argnums None": (lambda: gg.grad(gg.sin, None)(1.0), TypeError, "^grad: argnums=None; give"),
    "a text as cotangent": (lambda: gg.grad(with_rule("a"))(1.0), TypeError, "^ruled: .* is str"),
    "a list as cotangent": (lambda: gg.grad(with_rule(["a"]))(1.0), TypeError, "^ruled: .* is str"),
    "a text as tangent": (
        lambda: gg.jvp(with_tangent("a"), (1.0,), (1.0,)),
        TypeError,
        "^ruled: .* is str",
    ),
    "a masked array": (lambda: gg.tensor(MASKED), TypeError, "masked array.*filled"),
    "masked arrays in a list": (lambda: gg.tensor([MASKED]), TypeError, "masked array.*filled"),
    "NumPy's masked array": (lambda: gnp.array(MASKED), TypeError, "masked array.*filled"),
    "a masked operand": (lambda: gg.exp(MASKED), TypeError, "exp: MaskedArray"),
    "a number as .grad": (lambda: with_grad(5), TypeError, "^grad: int; give a Tensor, or None"),
    "NumPy in grad": (
        lambda: gg.grad(lambda x: gg.sum(np.array([x[0], x[1]])))(X),
        RuntimeError,
        r"transform \(grad.*gg\.stack",
    ),
    "NumPy of a leaf": (
        lambda: np.array([gg.tensor(1.0, requires_grad=True)]),
        RuntimeError,
        r"requires grad .*gg\.stack",
    ),
}

NO_DTYPES = ("float31", "string", "datetime64", object, 3, ["a"])
TAKING_DTYPES = {
    "zeros": lambda dtype: gg.zeros(2, dtype=dtype),
    "tensor": lambda dtype: gg.tensor([1.0], dtype=dtype),
    "astype": lambda dtype: gg.ones(2).astype(dtype),
    "sum": lambda dtype: gg.sum(gg.ones(2), dtype=dtype),
    "gpugrad.numpy": lambda dtype: gnp.ones(2, dtype=dtype),
    "uniform": lambda dtype: gg.random.uniform(0.0, 1.0, 2, dtype=dtype),
    "a layer": lambda dtype: gg.nn.Linear(2, 2, dtype=dtype),
    "the default": gg.set_default_dtype,
}


@pytest.mark.parametrize("name", TAKING_DTYPES)
@pytest.mark.parametrize("dtype", NO_DTYPES, ids=str)
def test_what_is_no_dtype_is_refused_with_those_known(name, dtype):
    with pytest.raises(TypeError, match=r"^dtype .* is not supported; known: bool, int8"):
        TAKING_DTYPES[name](dtype)


@pytest.mark.parametrize("case", STRANGE)
def test_strange_input_is_explained(case):
    function, error, words = STRANGE[case]
    with pytest.raises(error, match=words):
        function()


SWAPPED = X.astype(X.dtype.newbyteorder("S"))
READ = {
    "sin": gg.sin,
    "sum": gg.sum,
    "add": lambda x: x + gg.tensor([1.0, 2.0]),
    "tensor": gg.tensor,
    "matmul": lambda x: x @ gg.tensor([[1.0, 2.0], [3.0, 4.0]]),
    "sort": gg.sort,
    "numpy's": gnp.exp,
    "array": gnp.array,
    "asarray": gg.asarray,
    "reshape": lambda x: gnp.reshape(x, (2, 1)),
    "list": lambda x: gnp.array([x[0], x[1]]),
}


@pytest.mark.parametrize("name", READ)
def test_the_other_order_of_bytes_is_read(name):
    found, expected = READ[name](SWAPPED), READ[name](X)
    assert found.dtype == expected.dtype == np.float64
    assert found.dtype.isnative
    np.testing.assert_array_equal(found.numpy(), expected.numpy())


def test_the_other_order_of_bytes_in_integers_and_gradients():
    assert gg.exp(np.array([1, 2]).astype(">i4")).dtype == np.float32
    assert gg.grad(lambda x: gg.sum(x * SWAPPED))(X).tolist() == X.tolist()
    x = gg.tensor(SWAPPED, requires_grad=True)
    (x**2).sum().backward()
    assert x.grad.tolist() == [2.0, 4.0]


DERIVATIVES = {
    "grad": lambda x: gg.grad(lambda x: gg.sum(x**3))(x),
    "value_and_grad": lambda x: gg.value_and_grad(lambda x: gg.sum(x**3))(x)[1],
    "containers": lambda x: gg.grad(lambda p: gg.sum(p["a"] * 2))({"a": x})["a"],
    "elementwise_grad": lambda x: gg.elementwise_grad(gg.exp)(x),
    "vjp": lambda x: gg.vjp(gg.exp, x)[1](x)[0],
    "jvp": lambda x: gg.jvp(gg.exp, (x,), (x,))[1],
    "linearize": lambda x: gg.linearize(gg.exp, x)[1](x),
    "jacfwd": lambda x: gg.jacfwd(gg.exp)(x),
    "jacrev": lambda x: gg.jacrev(gg.exp)(x),
    "hessian": lambda x: gg.hessian(lambda x: gg.sum(x**3))(x),
    "hvp": lambda x: gg.hvp(lambda x: gg.sum(x**3), (x,), (x,)),
    "plain NumPy": lambda x: gg.grad(lambda x: np.sum(np.sin(x)))(x),
}


@pytest.mark.parametrize("name", DERIVATIVES)
def test_the_other_order_of_bytes_in_transforms(name):
    found, expected = DERIVATIVES[name](SWAPPED), DERIVATIVES[name](X)
    assert found.dtype.isnative and type(found) is type(expected)
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


NO_NUMBERS = {  # arrays that NumPy has
    "text": np.array(["a"]),
    "bytes": np.array([b"a"]),
    "objects": np.array([None]),
    "dates": np.array(["2020-01-01"], "datetime64[D]"),
    "times": np.zeros(1, "timedelta64[s]"),
    "records": np.zeros(1, [("a", "f4")]),
    "void": np.zeros(1, "V3"),
}
MAKE = {  # what makes Tensors of arrays, by the name that its errors begin with
    "tensor": [gg.tensor, lambda x: gg.tensor(x, dtype="float32")],
    "asarray": [gg.asarray, lambda x: gg.asarray(x, dtype="float32")],
    "full": [lambda x: gg.full((1,), x, dtype="float32")],
    "full_like": [lambda x: gg.full_like(gg.ones(1), x)],
    "array": [gnp.array, gnp.asarray, lambda x: gnp.full((1,), x), lambda x: gnp.array(x, float)],
    "x[...] = v": [lambda x: gg.ones(1).__setitem__(0, x)],
}


@pytest.mark.parametrize("values", NO_NUMBERS.values(), ids=NO_NUMBERS)
@pytest.mark.parametrize(
    ("name", "make"), [(name, make) for name, each in MAKE.items() for make in each]
)
def test_arrays_of_what_are_no_numbers_are_refused(name, make, values):
    with pytest.raises(TypeError, match=rf"^{re.escape(name)}: ndarray of .*; give numbers"):
        make(values)
    with pytest.raises(TypeError, match=r"masked array.*filled"):
        make(MASKED)


@pytest.mark.parametrize("read", [gg.from_dlpack, gnp.from_dlpack])
def test_masks_are_not_dropped_by_dlpack(read):
    with pytest.raises(TypeError, match=r"masked array.*filled"):
        read(MASKED)


def test_long_doubles_are_converted_where_a_dtype_is_given():
    values = np.array([1.5], np.longdouble)
    assert gg.asarray(values, dtype="float64").tolist() == [1.5]
    assert gg.full((1,), values, dtype="float32").tolist() == [1.5]


@pytest.mark.parametrize(
    "value",
    [
        "abc",
        None,
        [1.0, 2.0],
        np.array(["a"]),
        np.array([None]),
        gg.ones(2),
        gg.nn.Parameter([1.0]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_data_of_a_parameter_is_an_array_of_numbers(value):
    weight = gg.nn.Parameter([1.0, 2.0])
    with pytest.raises(TypeError, match=rf"^Parameter: data is {type(value).__name__}.*give an ar"):
        weight.data = value
    weight.data = np.ones(2, "float32")
    assert weight.tolist() == [1, 1]
