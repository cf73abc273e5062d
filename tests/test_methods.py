"""Methods of Tensors, and the functions that make new ones."""

import ml_dtypes
import numpy as np
import pytest
from sample import numbers

import gpugrad as gg
import gpugrad.numpy as gnp

X, Y = numbers(2, 3), numbers(2, 3, seed=1)

METHODS = {
    "sum": lambda x: x.sum(axis=0),
    "mean": lambda x: x.mean(axis=1, keepdims=True),
    "var": lambda x: x.var(),
    "std": lambda x: x.std(axis=0),
    "max": lambda x: x.max(axis=1),
    "min": lambda x: x.min(),
    "prod": lambda x: x.prod(axis=0),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "reshape": lambda x: x.reshape(3, 2),
    "reshape to a tuple": lambda x: x.reshape((3, -1)),
    "transpose": lambda x: x.transpose(),
    "transpose axes": lambda x: x.transpose(1, 0),
    "ravel": lambda x: x.ravel(),
    "flatten": lambda x: x.flatten(),
    "squeeze": lambda x: x[:1].squeeze(axis=0),
    "swapaxes": lambda x: x.swapaxes(0, 1),
    "argmax": lambda x: x.argmax(axis=1),
    "argmin": lambda x: x.argmin(),
    "any": lambda x: x.any(),
    "all": lambda x: x.all(axis=0),
    "cumsum": lambda x: x.cumsum(axis=1),
    "cumprod": lambda x: x.cumprod(),
    "clip": lambda x: x.clip(-0.5, 0.5),
    "astype": lambda x: x.astype("float32"),
    "copy": lambda x: x.copy(),
    "repeat": lambda x: x.repeat(2, axis=1),
    "diagonal": lambda x: x.diagonal(),
    "take": lambda x: x.take(np.array([0, 5])),
    "argsort": lambda x: x.argsort(),
    "real": lambda x: x.real,
    "imag": lambda x: x.imag,
    "conj": lambda x: x.conj(),
    "dot": lambda x: x.dot(x.T),
    "reshape in another order": lambda x: x.reshape(3, 2, order="F"),
    "ravel in another order": lambda x: x.ravel("F"),
    "flatten in another order": lambda x: x.flatten(order="F"),
    "flatten by position": lambda x: x.flatten("f"),
    "reshape as it lies": lambda x: x.reshape(3, 2, order="A"),
    "round": lambda x: x.round(),
    "round to decimals": lambda x: x.round(1),
    "round before the point": lambda x: (100 * x).round(-1),
    "builtin round": lambda x: round(x[0, 0], 2),
    "std of a sample": lambda x: x.std(ddof=1),
    "var of a sample": lambda x: x.var(0, ddof=1),
    "sum of some": lambda x: x.sum(axis=1, where=x > 0),
    "sum of more": lambda x: x.sum(initial=2.5),
    "sum in a dtype": lambda x: x.sum(dtype=int),
    "prod of some": lambda x: x.prod(where=x > 0),
    "mean in a dtype": lambda x: x.mean(0, dtype=np.float64),
    "max and a number": lambda x: x.max(axis=1, initial=0.1),
    "min of some": lambda x: x.min(initial=1, where=x > 0),
    "any of some": lambda x: (x > 0).any(where=x > 0),
    "conjugate": lambda x: x.conjugate(),
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_methods_as_numpys(method):
    found, expected = method(gg.tensor(X)), method(X)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-12)
    assert found.shape == np.shape(expected)


def test_what_a_method_does_not_take_is_not_passed_over():
    x = gg.tensor(X)
    for wrong in (
        lambda: gg.round(x, 1),
        lambda: gg.flatten(x, "F"),
        lambda: gg.matmul(x, x, x),
        lambda: x.sum(0, True, 3),
        lambda: x.sum(0, axis=0),
        lambda: x.argmax(0, out=x),
        lambda: x.sum(out=x),
        lambda: x.std(order=1),
    ):
        with pytest.raises(TypeError, match=r"at most|given twice|out|unknown setting order"):
            wrong()


def test_flatten_takes_torchs_axes_too():
    """NumPy's argument is a string, torch's are numbers: none can be taken for the other."""
    x = gg.tensor(np.arange(24.0).reshape(2, 3, 4))
    for y, shape in (
        (x.flatten(1), (2, 12)),
        (x.flatten(0, 1), (6, 4)),
        (x.flatten(start_dim=-2), (2, 12)),
        (x.flatten(end_dim=-2), (6, 4)),
        (x.flatten(2, 2), (2, 3, 4)),
        (x[0, 0, 0].flatten(), (1,)),
    ):
        np.testing.assert_array_equal(y.numpy(), np.reshape(np.ravel(x.numpy())[: y.size], shape))
    assert gg.grad(lambda x: (x.flatten(1)[:, 5] ** 2).sum())(x).numpy().nonzero()[2].tolist() == [
        1,
        1,
    ]


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda x: x.ravel(1), TypeError, "ravel: order=1; it is a string"),
        (lambda x: x.reshape(-1, order=1), TypeError, "reshape: order=1"),
        (lambda x: x.ravel("Fortran"), ValueError, "ravel: order='Fortran'; use 'C' or 'F'"),
        (lambda x: x.flatten(1, order="F"), TypeError, "flatten: order='F' is of all axes"),
        (lambda x: x.flatten(1, 0), ValueError, "flatten: axis 1 comes after axis 0"),
        (lambda x: x.flatten(2), ValueError, "flatten: axis 2 of an array of 2 axes"),
        (lambda x: gnp.ravel(x, 1), TypeError, "ravel: order=1"),
        (lambda x: gnp.reshape(x, 6, "X"), ValueError, "reshape: order='X'"),
        (lambda x: gnp.unravel_index([1], (2, 3), 1), TypeError, "unravel_index: order=1"),
        (lambda x: gnp.ravel_multi_index([[1], [1]], (2, 3), order="X"), ValueError, "order='X'"),
    ],
)
def test_an_order_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call(gg.tensor(X))


def test_divmod():
    for found, expected in (
        (divmod(gg.tensor(X), 0.3), divmod(X, 0.3)),
        (divmod(1.5, gg.tensor(Y)), divmod(1.5, Y)),
    ):
        for part, wanted in zip(found, expected, strict=True):
            np.testing.assert_array_equal(part.numpy(), wanted)


def test_membership():
    x = gg.tensor(X)
    assert X[1, 2] in x
    assert 7.0 not in x


def test_several_elements_are_no_truth_value_and_no_number():
    with pytest.raises(ValueError, match=r"^bool: a tensor of shape \(2, 3\) has 6 .*\.any\(\)"):
        bool(gg.tensor(X) > 0)
    with pytest.raises(ValueError, match=r"^item: a tensor of shape \(2, 3\) has 6 .*\.tolist\(\)"):
        float(gg.tensor(X))


def test_methods_as_torchs():
    x = gg.tensor(X, requires_grad=True)
    assert x.view(-1).shape == x.reshape(6).shape == (6,)
    assert x.unsqueeze(0).shape == (1, 2, 3)
    assert x.permute(1, 0).shape == (3, 2)
    assert x.double().dtype == np.float64
    assert x.float().dtype == np.float32
    assert x.to("float16").dtype == np.float16
    assert x.to("cpu") is x
    assert x.to(x.dtype) is x
    copy = x.clone()
    copy.sum().backward()
    assert copy.data is not x.data
    assert x.grad.tolist() == [[1] * 3] * 2
    assert [part.shape for part in x.unstack()] == [(3,), (3,)]


@pytest.mark.needs_compiler
def test_gradients_come_back_from_another_device():
    x = gg.tensor(X, dtype="float32", device="cpu", requires_grad=True)
    away = x.to("simulated")
    assert away.device == "simulated"
    (away.to("cpu") * 2).sum().backward()
    assert x.grad.device == "cpu"
    assert x.grad.tolist() == [[2] * 3] * 2


MADE = {
    "zeros": (lambda: gg.zeros((2, 3)), np.zeros((2, 3), np.float32)),
    "ones": (lambda: gg.ones(3, dtype="int32"), np.ones(3, np.int32)),
    "full": (lambda: gg.full((2,), 1.5), np.full(2, 1.5, np.float32)),
    "full of integers": (lambda: gg.full(2, 7), np.full(2, 7)),
    "zeros_like": (lambda: gg.zeros_like(X), np.zeros_like(X)),
    "ones_like": (lambda: gg.ones_like(gg.tensor([1, 2])), np.ones(2, np.int64)),
    "full_like": (lambda: gg.full_like([1.0, 2.0], 3), np.full(2, 3, np.float32)),
    "arange": (lambda: gg.arange(4), np.arange(4)),
    "arange of floats": (lambda: gg.arange(0, 1, 0.25), np.arange(0, 1, 0.25, np.float32)),
    "arange down": (lambda: gg.arange(5, 0, -2, dtype="int8"), np.arange(5, 0, -2, np.int8)),
    "linspace": (lambda: gg.linspace(0, 1, 5), np.linspace(0, 1, 5, dtype=np.float32)),
    "linspace open": (
        lambda: gg.linspace(0, 1, 4, endpoint=False, dtype="float64"),
        np.linspace(0, 1, 4, endpoint=False),
    ),
    "eye": (lambda: gg.eye(2, 3, k=1), np.eye(2, 3, 1, np.float32)),
    "eye of bfloat16": (lambda: gg.eye(2, dtype="bfloat16"), np.eye(2, dtype=ml_dtypes.bfloat16)),
    "asarray": (lambda: gg.asarray([[1, 2]]), np.array([[1, 2]])),
    "asarray of floats": (lambda: gg.asarray(X, dtype="float32"), X.astype(np.float32)),
    "from_dlpack": (lambda: gg.from_dlpack(X.copy()), X),
}


@pytest.mark.parametrize(("make", "expected"), MADE.values(), ids=MADE)
def test_new_tensors(make, expected):
    made = make()
    assert isinstance(made, gg.Tensor)
    assert made.dtype == expected.dtype
    np.testing.assert_array_equal(made.numpy(), expected)


def test_new_tensors_take_the_common_keywords():
    for make in (gg.zeros, gg.ones, gg.empty):
        made = make((2, 2), dtype="float64", device="cpu", requires_grad=True)
        assert (made.dtype, made.device, made.is_leaf) == (np.float64, "cpu", True)
        assert made.requires_grad
    assert gg.empty_like(X).shape == X.shape
    with pytest.raises(TypeError, match="int64 has no gradient"):
        gg.arange(3, requires_grad=True)


def test_asarray_shares_and_dlpack_does():
    array = X.copy()
    assert gg.asarray(array).data is array
    assert gg.asarray(array, copy=True).data is not array
    with pytest.raises(ValueError, match="copy=False"):
        gg.asarray([1.0], copy=False)
    x = gg.tensor(X, requires_grad=True)
    assert gg.asarray(x) is x
    gg.asarray(x, dtype="float32").sum().backward()  # the gradient passes
    assert x.grad.dtype == np.float64
    shared = gg.from_dlpack(gg.tensor(array).detach())
    assert np.shares_memory(np.from_dlpack(shared), shared.data)
