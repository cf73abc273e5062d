"""The device's raw operations, on the stand-in arrays, give what the host's give."""

import ml_dtypes
import numpy as np
import pytest

from gpugrad.backend.host.natives import NATIVES, UFUNCS
from gpugrad.backend.positions import ARRAY
from gpugrad.backend.select import HOST, backend
from gpugrad.ops import REGISTRY

pytestmark = pytest.mark.needs_compiler

rng = np.random.default_rng(0)
X = rng.standard_normal((3, 4, 5)).astype(np.float32)
Y = rng.standard_normal((5, 6))
Z = (rng.standard_normal((4, 4)) + 1j * rng.standard_normal((4, 4))).astype(np.complex64)
WHOLE = rng.integers(-5, 6, (4, 6))
ROWS = np.array([2, 0, 2, 1, -1])
EVERY = (None, None, None)
# On a device the first two are kernels only, and the others are what their rules say.
HOSTS = {"erf", "erfc", "embedding", "within"}

CASES = [
    *(
        (name, (X,), {"axis": a, "keepdims": k})
        for name in ("sum", "mean")
        for a in (None, 0, 1, -1, (0, 2), (0, 1, 2), ())
        for k in (False, True)
    ),
    ("sum", (WHOLE,), {"axis": 0}),
    ("mean", (WHOLE,), {"axis": 0}),
    ("mean", (WHOLE > 0,), {}),
    ("sum", (WHOLE > 0,), {}),
    ("sum", (Z,), {"axis": 1}),
    ("sum", (X[:, :0],), {"axis": 1}),
    ("sum", (X[:0],), {"axis": 1}),
    ("sum", (X.swapaxes(0, 2),), {"axis": 1}),
    ("sum_to", (X,), {"shape": (4, 1)}),
    ("sum_to", (X,), {"shape": (3, 4, 5)}),
    ("sum_to", (X,), {"shape": ()}),
    ("sum_to", (WHOLE,), {"shape": (6,)}),
    *(
        (name, (X,), {"axis": a, "keepdims": True})
        for name in ("prod", "max", "min", "any", "all")
        for a in (None, 1, (0, 2))
    ),
    *((name, (X,), {"axis": a}) for name in ("argmax", "argmin") for a in (None, 0, -1)),
    ("cumsum", (X,), {"axis": 1}),
    ("running_product", (X,), {}),
    ("count_nonzero", (WHOLE,), {"axis": 0, "keepdims": True}),
    ("count_nonzero", (WHOLE,), {}),
    ("nonzero", (WHOLE,), {}),
    ("reshape", (X,), {"shape": (4, -1)}),
    ("broadcast_to", (X,), {"shape": (2, 3, 4, 5)}),
    ("expand_dims", (X,), {"axis": (0, 2)}),
    ("squeeze", (X[:, :1],), {"axis": 1}),
    ("matrix_transpose", (X,), {}),
    ("permute_dims", (X,), {"axes": (2, 0, 1)}),
    ("flip", (X,), {"axis": (0, 2)}),
    ("flip", (X,), {}),
    ("roll", (X, 2), {}),
    ("roll", (X, (1, -2)), {"axis": (0, 2)}),
    ("repeat", (X, 3), {"axis": 1}),
    ("diagonal", (X,), {"offset": 1, "axis1": 2, "axis2": 0}),
    ("expand_dims", (X,), {"axis": -1}),
    ("broadcast_to", (np.asarray(X[0, 0, 0]),), {"shape": (2, 3)}),
    ("tril", (X,), {"k": 1}),
    ("triu", (X,), {"k": -1}),
    ("concat", (X, X[:, :2]), {"axis": 1}),
    ("pad", (X,), {"pad_width": ((1, 0), (0, 2), (0, 0)), "value": 3.0}),
    ("where", (X > 0, X, 2.0), {}),
    ("astype", (X, np.int32), {}),
    ("astype", (Z, np.float32), {}),
    ("real", (Z,), {}),
    ("imag", (Z,), {}),
    ("scale", (np.float32([0, 2, 3]), X[0, 0, :3]), {}),
    ("scale", (np.float32([0, np.inf, 3]), np.array([True, False, True])), {}),
    ("power", (X, 2), {}),
    ("round", (X,), {}),
    ("binary_exponent", (X,), {}),
    ("argsort", (WHOLE,), {"axis": 0, "descending": False}),
    ("argsort", (WHOLE,), {"axis": 1, "descending": True}),
    ("searchsorted", (np.sort(Y[0]), Y[1]), {"side": "right"}),
    ("unique_all", (WHOLE,), {}),
    ("take", (X, ROWS), {"axis": 0}),
    ("take", (X, ROWS), {"axis": None}),
    ("getitem", (X,), {"spec": (1, Ellipsis, (None, None, -1))}),
    ("getitem", (X, ROWS), {"spec": (EVERY, ARRAY)}),
    ("getitem", (X, X > 0), {"spec": (ARRAY,)}),
    ("getitem", (X, ROWS, ROWS), {"spec": (ARRAY, EVERY, ARRAY)}),
    ("setitem", (X, X[0, 0]), {"spec": (1, None, EVERY)}),
    ("setitem", (X, np.float32(7), X > 0), {"spec": (ARRAY,)}),
    ("unindex", (X[:2],), {"spec": ((0, 2, None),), "shape": (3, 4, 5)}),
    ("unindex", (X[ROWS], ROWS), {"spec": (ARRAY,), "shape": (3, 4, 5)}),
    ("unindex", (X[:, ROWS], ROWS), {"spec": (EVERY, ARRAY), "shape": (3, 4, 5)}),
    ("unindex", (Z[ROWS], ROWS), {"spec": (ARRAY,), "shape": (4, 4)}),
    ("unindex", (X[X > 0], X > 0), {"spec": (ARRAY,), "shape": (3, 4, 5)}),
    ("scatter_add", (X, ROWS, np.ones((5, 4, 5), np.float32)), {}),
    ("scatter_add", (WHOLE, ROWS, np.ones((5, 6), np.int64)), {}),
    ("scatter_add", (X.astype(np.float16), ROWS, np.full((5, 4, 5), 0.1, np.float16)), {}),
    ("zeros", ((2, 3),), {"dtype": np.float32}),
    ("ones", (3,), {"dtype": bool}),
    ("full", ((2,), 5), {"dtype": np.int8}),
    ("full", ((2,), 5.0), {}),
    ("arange", (2, 9, 3), {}),
    ("arange", (4,), {"dtype": np.float32}),
    ("linspace", (0, 1, 5), {}),
    ("eye", (3, 4), {"k": 1}),
    ("zeros_like", (X,), {}),
    ("ones_like", (X,), {"dtype": np.int32}),
    ("full_like", (X, 2), {}),
    ("arange_like", (X, 3), {}),
    *(
        ("matmul", pair, {})
        for pair in (
            (X, Y.astype(np.float32)),
            (Y.T, Y),
            (Y.T @ Y, Y.T),
            (X[0], X[0].T),
            (X, X.swapaxes(1, 2)),
            (X[:, None], X.swapaxes(1, 2)[None]),
            (X[0, 0], X[0].T),
            (X[0], X[0, 0]),
            (X[0, 0], X[0, 0]),
            (X[:, ::2], X[0, :, ::-1].T),
            (X[:, :0], Y.astype(np.float32)),
            (X[:1, :1], X.swapaxes(1, 2)),
            (X[..., :0], Y.astype(np.float32)[:0]),
            (Z, Z.T),
            (WHOLE, WHOLE.T),
            (X[:, :, :1], X[:, :1]),
            (np.broadcast_to(X[0], (3, 4, 5)), X.swapaxes(1, 2)),
            (X[:, 0], X[:, 0].T),
        )
    ),
]


def moved(device, value):
    return device.asarray(value) if isinstance(value, np.ndarray) else value


def kept_layout(device, value):
    """The array on the device with the strides that it has on the host."""
    if not isinstance(value, np.ndarray) or value.flags.c_contiguous or 0 in value.strides:
        return moved(device, value)
    order = sorted(range(value.ndim), key=lambda i: -abs(value.strides[i]))
    turned = value.transpose(order)
    return device.asarray(np.ascontiguousarray(turned)).transpose(*np.argsort(order).tolist())


@pytest.mark.parametrize("case", CASES, ids=lambda c: c[0])
def test_an_operation_gives_what_the_hosts_gives(case):
    name, values, settings = case
    device = backend("simulated")
    with np.errstate(all="ignore"):
        wanted = NATIVES[name](*values, **settings)
        found = device.natives[name](*(kept_layout(device, v) for v in values), **settings)
    if not isinstance(wanted, tuple):
        wanted, found = (wanted,), (found,)
    for here, there in zip(wanted, found, strict=True):
        assert isinstance(there, device.array_types) and there.dtype == here.dtype
        assert there.shape == np.shape(here)
        np.testing.assert_allclose(there.get(), here, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", UFUNCS.split())
@pytest.mark.parametrize("dtype", ["float32", "complex64", "int32", "bool"])
def test_elements_are_the_hosts(name, dtype):
    function, device = NATIVES[name], backend("simulated")
    values = [np.arange(1, 5).astype(dtype), np.array([2, 1, 3, 3]).astype(dtype)][: function.nin]
    with np.errstate(all="ignore"):
        try:
            wanted = function(*values)
        except TypeError:
            with pytest.raises(TypeError):
                device.natives[name](*(device.asarray(v) for v in values))
            return
    found = device.natives[name](*(device.asarray(v) for v in values))
    np.testing.assert_array_equal(found.get(), wanted)
    assert found.dtype == wanted.dtype


def test_every_operation_of_the_host_has_one_here_and_a_case():
    assert NATIVES.keys() - backend("simulated").natives.keys() == HOSTS
    cased = {case[0] for case in CASES} | set(UFUNCS.split())
    assert NATIVES.keys() - cased == HOSTS | {"empty", "empty_like", "from_dlpack"}


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16])
def test_products_of_halves_add_up_in_float32(dtype):
    device = backend("simulated")
    a, b = (rng.standard_normal(s).astype(dtype) for s in ((2, 3, 4000), (4000, 5)))
    found = device.natives["matmul"](device.asarray(a), device.asarray(b))
    wanted = a.astype(np.float64) @ b.astype(np.float64)
    assert found.dtype == dtype
    np.testing.assert_allclose(found.get().astype(np.float64), wanted, rtol=1e-2, atol=0.02)
    ones = device.natives["full"]((1, 5000), 1, dtype=dtype)
    assert float(device.natives["sum"](ones).get()) == float(dtype(5000))
    assert float(device.natives["matmul"](ones, ones.reshape(-1, 1)).get()[0, 0]) == float(
        dtype(5000)
    )


def test_a_transposed_operand_of_a_product_is_not_copied(monkeypatch):
    device = backend("simulated")
    x = device.asarray(X)

    def no_copy(*arguments, **settings):
        raise AssertionError("copied")

    monkeypatch.setattr(device.module, "ascontiguousarray", no_copy)
    device.natives["matmul"](x, x.transpose(0, 2, 1))
    device.natives["matmul"](x[0].T, x[1])
    device.natives["matmul"](x[:, :, 1:], x[:, :, 1:].transpose(0, 2, 1))
    with pytest.raises(AssertionError, match="copied"):
        device.natives["matmul"](x[:, :, ::2], x[:, :3])


def test_products_of_shapes_that_do_not_fit_are_refused():
    device = backend("simulated")
    with pytest.raises(ValueError, match=r"matmul: inner sizes differ, \(4, 5\) @ \(4, 5\)"):
        device.natives["matmul"](device.asarray(X[0]), device.asarray(X[0]))
    with pytest.raises(ValueError, match="do not broadcast"):
        device.natives["matmul"](device.asarray(X), device.asarray(X[:2].swapaxes(1, 2)))


def test_constants_and_the_rest_of_a_backend():
    device = backend("simulated")
    assert device.name == "simulated" and backend("simulated") is device
    two = device.constant(2.0, np.dtype("float32"))
    assert two.shape == () and two.item() == 2 and two is device.constant(2.0, np.dtype("float32"))
    assert device.to_host(device.ones(two)) == 1
    np.testing.assert_array_equal(device.to_host(device.asarray([[1, 2]])), [[1, 2]])
    device.synchronize()


def test_operations_that_ask_for_a_native_have_one(device):
    known = {*HOST.natives, *device.natives}
    assert not [op.name for op in REGISTRY.values() if op.native and op.name not in known]
