"""Plain NumPy code on Tensors: its functions find gpugrad.numpy's, or say that there is none."""

import subprocess
import sys

import numpy as np
import numpy_cases_elements as elements
import numpy_cases_making as making
import numpy_cases_places as places
import numpy_cases_reductions as reductions
import numpy_cases_shapes as shapes
import numpy_cases_statistics as statistics
import numpy_cases_vectors as vectors
import pytest
from numpy_case import agree, moved
from source import CHECKOUT

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.numpy.dispatch import implementation

TABLES = (elements, making, places, reductions, shapes, statistics, vectors)
ALL = [case for table in TABLES for case in table.CASES if case.floats]
FIRST = {case.name: case for case in reversed(ALL)}
UNASKED = {  # what NumPy answers by itself: it makes arrays, or asks for attributes only
    "arange",
    "array",
    "asarray",
    "asanyarray",
    "ascontiguousarray",
    "full",
    "r_",
    "c_",
    "isscalar",
    "iscomplexobj",
    "isrealobj",
    "geomspace",
    "matrix_transpose",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
    "unstack",
    "ix_",
    "meshgrid",
    "poly1d",
    "astype",
    "kaiser",
    "fromfunction",
}


def leaf(values):
    return gg.tensor(np.asarray(values), requires_grad=True)


@pytest.mark.parametrize("name", sorted(FIRST.keys() - UNASKED))
def test_a_function_of_numpy_is_ours(name):
    case = FIRST[name]
    expected = case.numpys(*case.arguments)
    tensors = case.changed(gg.tensor)
    agree(case.numpys(*tensors), expected)


@pytest.mark.parametrize("name", sorted(FIRST.keys() - UNASKED))
def test_no_gradient_is_dropped(name):
    """What depends on a leaf smoothly is recorded."""
    case = FIRST[name]
    if not case.order:
        return
    result = case.numpys(*case.changed(leaf))
    parts = result if isinstance(result, tuple | list) else (result,)
    assert any(isinstance(y, gg.Tensor) and y.requires_grad for y in parts)


def test_numpy_code_differentiates_as_it_stands():
    def loss(weights, x, y):  # written for NumPy alone
        logits = np.dot(x, weights)
        return np.mean(np.logaddexp(0, logits) - y * logits) + 0.1 * np.sum(np.abs(weights))

    x, y = np.array([[0.5, 1.0], [-1.5, 2.0]]), np.array([1.0, 0.0])
    weights = np.array([0.3, -0.7])
    found = gg.grad(loss)(weights, x, y)
    share = 1 / (1 + np.exp(-x @ weights)) - y
    np.testing.assert_allclose(found, x.T @ share / 2 + 0.1 * np.sign(weights), rtol=1e-12)
    assert loss(leaf(weights), x, y).item() == pytest.approx(loss(weights, x, y))


def test_submodules():
    t, matrix = leaf([1.0, 2.0, 3.0]), leaf([[2.0, 1.0], [1.0, 3.0]])
    agree(np.linalg.inv(matrix), np.linalg.inv(matrix.detach().numpy()))
    agree(np.fft.fft(t), np.fft.fft([1.0, 2.0, 3.0]))
    np.linalg.norm(t).backward()
    np.testing.assert_allclose(t.grad.numpy(), np.array([1.0, 2.0, 3.0]) / 14**0.5)
    assert implementation(np.linalg.trace) is not implementation(np.trace)


def test_operators_agree_on_both_sides():
    """array + tensor is promoted as tensor + array is, by gpugrad's table."""
    t, whole = gg.tensor([1.0, 2.0]), np.array([1, 2])
    for left, right in ((t + whole, whole + t), (t * whole, whole * t), (t**whole, None)):
        assert left.dtype == np.float32
        assert right is None or right.dtype == np.float32
    assert (whole - t).tolist() == [0.0, 0.0]
    assert (whole @ t).item() == 5.0
    assert (whole > t).tolist() == [False, False]
    assert (np.float64(2.0) * leaf([1.0])).requires_grad


def test_methods_of_ufuncs():
    t = leaf([[1.0, 2.0], [3.0, 5.0]])
    agree(np.add.reduce(t), [4.0, 7.0])
    agree(np.multiply.accumulate(t, 1), [[1.0, 2.0], [3.0, 15.0]])
    agree(np.subtract.outer(t[0], t[1]), [[-2.0, -4.0], [-1.0, -3.0]])
    assert np.maximum.reduce(t, axis=None).requires_grad


REFUSED = {
    "numpy.isnat": lambda t: np.isnat(t),
    "numpy.add.at": lambda t: np.add.at(t, [0], 1),
    "numpy.add.reduceat": lambda t: np.add.reduceat(t, [0]),
    "numpy.maximum.accumulate": lambda t: np.maximum.accumulate(t),
    "numpy.busday_count": lambda t: np.busday_count(t, t),
    "numpy.may_share_memory": lambda t: np.may_share_memory(t, t),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_there_is_not_is_refused_by_name(name):
    with pytest.raises(TypeError, match=rf"{name.replace('.', '[.]')} has no derivative here"):
        REFUSED[name](leaf([1.0, 2.0]))


def test_writing_into_an_array_is_refused():
    t, buffer = leaf([1.0, 2.0]), np.zeros(2)
    for call in (
        lambda: np.sin(t, out=buffer),
        lambda: np.sum(t, out=np.zeros(())),
        lambda: np.concatenate([t, t], out=np.zeros(4)),
    ):
        with pytest.raises(TypeError, match="out="):
            call()
    with pytest.raises(TypeError, match="out="):
        buffer += t
    with pytest.raises(TypeError, match="where="):
        np.exp(t, where=[True, False])


@pytest.mark.parametrize("t", [gg.tensor([1.0, 2.0]), leaf([1.0, 2.0]).detach()])
def test_numpy_itself_takes_tensors_that_record_nothing(t, tmp_path):
    np.save(tmp_path / "one.npy", t)
    np.savez(tmp_path / "two.npz", t, named=t)
    assert np.load(tmp_path / "one.npy").tolist() == [1, 2]
    assert np.load(tmp_path / "two.npz")["named"].tolist() == [1, 2]
    assert np.array2string(t) == "[1. 2.]" and np.may_share_memory(t, t)
    assert np.add.reduceat(t, [0]).tolist() == [3]
    assert sorted(np.random.default_rng(0).permutation(t)) == [1, 2]
    buffer = np.zeros(2)
    np.add.at(buffer, [1, 1, 0], gg.tensor([1.0, 2.0, 3.0]))
    assert buffer.tolist() == [3, 3]
    with pytest.raises(TypeError, match=r"numpy\.add\.at has no derivative"):
        np.add.at(t, [0], 1)


def test_what_records_nothing_is_written_into_arrays():
    t, buffer = gg.tensor([1.0, 2.0]), np.zeros(2)
    buffer += t
    np.multiply(buffer, t, out=buffer)
    assert buffer.tolist() == [1, 4] and type(buffer) is np.ndarray
    assert np.sum(t, out=np.zeros(())) == 3
    np.copyto(buffer, t)
    assert buffer.tolist() == [1, 2]
    np.putmask(buffer, buffer > 1, t)
    np.put(buffer, [0], t[1:])
    np.place(buffer, buffer > 5, t)
    assert buffer.tolist() == [2, 2]
    with pytest.raises(TypeError, match="copyto: writes into its argument"):
        np.copyto(buffer, leaf([1.0, 2.0]))


@pytest.mark.needs_compiler
def test_numpy_itself_copies_no_tensor_from_a_device():
    t = gg.tensor([1.0, 2.0], device="simulated")
    with pytest.raises(TypeError, match=r"write \.numpy\(\)"):
        np.may_share_memory(t, t)


def test_masked_reductions_have_their_gradients():
    t = leaf([1.0, 2.0, 4.0])
    np.prod(t, where=[True, False, True]).backward()
    assert t.grad.tolist() == [4.0, 0.0, 1.0]


def test_another_librarys_function_of_the_same_name_is_not_ours():
    def mean(x):
        raise AssertionError

    mean.__module__ = "numpy"
    assert implementation(mean) is None
    assert implementation(np.mean) is gnp.mean


def test_special_functions_of_scipy():
    special = pytest.importorskip("scipy.special")
    t = leaf([0.3, 0.7])
    agree(special.erf(t), special.erf([0.3, 0.7]))
    assert special.gammaln(t).requires_grad
    with pytest.raises(TypeError, match="has no derivative here"):
        special.airy(t)


SCIPYS = {  # what is called -> a call of it within a transform
    "stats.norm.logpdf": lambda m, x: m.stats.norm.logpdf(x),
    "stats.norm.pdf": lambda m, x: m.stats.norm(x).pdf(1.0),
    "stats.multivariate_normal.pdf": lambda m, x: m.stats.multivariate_normal.pdf(x),
    "special.softmax": lambda m, x: m.special.softmax(x),
    "linalg.inv": lambda m, x: m.linalg.inv(np.eye(2) * x),
    "fft.dct": lambda m, x: m.fft.dct(x),
}


@pytest.mark.parametrize("name", SCIPYS)
def test_functions_of_scipy_name_what_stands_for_them(name):
    scipy = pytest.importorskip("scipy")
    words = rf"scipy\.{name} computes with NumPy alone, use gpugrad\.scipy\.{name}, or write"
    with pytest.raises(RuntimeError, match=words):
        gg.grad(lambda x: gg.sum(SCIPYS[name](scipy, x)))(np.ones(2))
    with pytest.raises(RuntimeError, match=words):
        SCIPYS[name](scipy, leaf([1.0, 2.0]))


def test_functions_of_scipy_that_nothing_stands_for_are_named():
    pytest.importorskip("scipy")
    from scipy import special, stats

    with pytest.raises(RuntimeError, match=r"scipy\.stats\.zipf\.pmf .* has none such yet"):
        gg.grad(lambda a: stats.zipf.pmf(2, a))(3.0)
    with pytest.raises(TypeError, match=r"^scipy\.special\.agm has no derivative here"):
        gg.grad(lambda x: special.agm(x, 1.0))(1.0)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", ["sin", "add", "sum", "concatenate", "where", "einsum", "median"])
def test_tensors_on_a_device_dispatch_too(name):
    case = FIRST[name]
    with gg.use_device("simulated"):
        there = case.numpys(*map(moved, case.arguments))
        assert there.device == "simulated"
    agree(there, case.numpys(*case.arguments))


@pytest.mark.needs_compiler
def test_raw_arrays_of_a_device_beside_tensors():
    device = gg.tensor([1.0, 2.0], device="simulated")
    raw = device.data
    assert (raw + device).tolist() == (device + raw).tolist() == [2.0, 4.0]
    assert np.concatenate([raw, device]).tolist() == [1.0, 2.0, 1.0, 2.0]


def test_the_module_is_loaded_when_it_is_first_needed():
    program = (
        "import sys, numpy as np, gpugrad as gg\n"
        "print('gpugrad.numpy' in sys.modules)\n"
        "np.sum(gg.tensor([1.0]))\n"
        "print('gpugrad.numpy' in sys.modules, gg.numpy.__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True", "gpugrad.numpy"]
