"""gpugrad.numpy where a table of calls does not do: brackets, types, copies, devices."""

import numpy as np
import pytest
from numpy_case import agree
from sample import numbers

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.testing import gradcheck

A, V = numbers(2, 3, seed=1), numbers(3, seed=2)
WHOLE = np.array([[3, 1, 4], [5, 9, 2]])


def test_ways_out_of_reductions_have_no_share():
    """An element that a mask leaves out has no gradient, whatever it is."""
    x = gg.tensor([1.0, np.nan, np.inf, 2.0], requires_grad=True)
    mask = np.array([True, False, False, True])
    for name in ("sum", "prod", "mean", "var", "std"):
        y = getattr(gnp, name)(x, where=mask)
        y.backward()
        assert np.isfinite(y.item()) and np.isfinite(x.grad.numpy()).all()
        assert x.grad[1:3].tolist() == [0.0, 0.0]
        x.grad = None


def test_where_all_are_equal_a_masked_deviation_has_gradient_zero():
    x = gg.tensor([1.5, 1.5, 9.0], requires_grad=True)
    gnp.std(x, where=[True, True, False]).backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_ties_with_the_first_value_are_shared():
    x, first = gg.tensor([2.0, 1.0], requires_grad=True), gg.tensor(2.0, requires_grad=True)
    gnp.max(x, initial=first).backward()
    assert (x.grad.tolist(), first.grad.item()) == ([0.5, 0.0], 0.5)


# brackets


def test_brackets_join():
    agree(gnp.r_[1:4, 0, [5.5]], np.r_[1:4, 0, [5.5]])
    agree(gnp.r_["0,2", V, V], np.r_["0,2", V, V])
    agree(gnp.r_["1,2,0", V, V], np.r_["1,2,0", V, V])
    agree(gnp.r_["-1", A, A], np.r_["-1", A, A])
    agree(gnp.r_[0:1:5j], np.r_[0:1:5j])
    agree(gnp.c_[V, [1, 2, 3]], np.c_[V, [1, 2, 3]])
    agree(gnp.c_[A, A[:, :1]], np.c_[A, A[:, :1]])
    agree(gnp.r_[V.astype(np.float32), 1.0], np.r_[V.astype(np.float32), 1.0])
    gradcheck(lambda x: gnp.r_[x, 2.0, x[:1] ** 2], (V,))
    gradcheck(lambda x: gnp.c_[x, 2 * x], (V,))


def test_grids():
    agree(gnp.mgrid[0:2, 1:4], np.mgrid[0:2, 1:4])
    agree(gnp.mgrid[0:1:3j, 0:2], np.mgrid[0:1:3j, 0:2])
    agree(gnp.mgrid[2:8:3], np.mgrid[2:8:3])
    agree(gnp.ogrid[0:2, 1:4], np.ogrid[0:2, 1:4])


def test_index_expressions():
    assert gnp.s_[1:3, ...] == np.s_[1:3, ...]
    assert gnp.index_exp[2] == np.index_exp[2] == (2,)


# types


def test_types_are_numpys():
    for name in (
        "float32",
        "int8",
        "complex128",
        "bool_",
        "floating",
        "integer",
        "generic",
        "intp",
    ):
        assert getattr(gnp, name) is getattr(np, name)
    assert gnp.dtype("int8") == np.int8
    assert isinstance(gnp.zeros(2), gnp.ndarray)
    assert (gnp.pi, gnp.e, gnp.inf, gnp.newaxis) == (np.pi, np.e, np.inf, None)
    assert np.isnan(gnp.nan) and gnp.euler_gamma == np.euler_gamma


def test_what_is_said_of_types():
    t = gg.tensor(WHOLE)
    assert gnp.result_type(t, 1.5, np.float32) == np.result_type(WHOLE, 1.5, np.float32)
    assert gnp.result_type("float32", 1) == np.float32
    assert gnp.promote_types("int64", "float32") == np.float64
    assert gnp.promote_types(gg.bfloat16, "float32") == np.float32
    assert gnp.can_cast(t, "float64") and not gnp.can_cast("float64", "int8")
    assert gnp.issubdtype(t.dtype, np.integer) and gnp.issubdtype(gg.bfloat16, np.floating)
    assert gnp.isdtype(t.dtype, "integral") and not gnp.isdtype(gg.bfloat16, "integral")
    assert gnp.finfo(np.float32).eps == np.finfo(np.float32).eps
    assert gnp.iinfo(t).max == np.iinfo(np.int64).max
    assert gnp.min_scalar_type(300) == np.uint16
    with pytest.raises(ValueError, match="nothing given"):
        gnp.result_type()


# new arrays


def test_empty_arrays_have_shape_and_dtype():
    assert (gnp.empty((2, 3)).shape, gnp.empty(2).dtype) == ((2, 3), np.float64)
    assert (gnp.empty_like(A).shape, gnp.empty_like(WHOLE).dtype) == ((2, 3), np.int64)
    assert gnp.empty_like(A, np.int8, shape=4).shape == (4,)


def test_copies_are_cells_of_their_own():
    x = gg.tensor([1.0, 2.0])
    for made in (gnp.array(x), gnp.copy(x), gnp.asarray(x, copy=True)):
        made[0] = 7.0
    assert x.tolist() == [1.0, 2.0]
    assert gnp.asarray(x) is x
    assert gnp.asarray(x, np.float32) is x
    with pytest.raises(ValueError, match="copy=False"):
        gnp.asarray([1.0], copy=False)


def test_lists_may_hold_tensors_at_any_depth():
    agree(gnp.array([[gg.tensor(1.0, dtype="float64"), 2], [3, 4]]), [[1.0, 2.0], [3.0, 4.0]])
    gradcheck(lambda x: gnp.array([[x[0], 2.0], [x[1] ** 2, x[0] * x[1]]]), (V,), order=2)
    assert gg.grad(lambda x: gnp.sum(gnp.array([x, 2 * x, 1.0])))(2.0) == 3.0


def test_memory_of_other_libraries_is_shared():
    x = np.array([1.0, 2.0])
    assert np.shares_memory(gnp.from_dlpack(x).numpy(), x)


def test_numpys_own_switches_are_here_too():
    with gnp.errstate(divide="raise"), pytest.raises(FloatingPointError):
        gnp.divide(np.array([1.0]), np.array([0.0]))
    with gnp.printoptions(precision=2):
        assert "0.33," in repr(gnp.array([1 / 3, 1.0]))


# order


def test_partitions_are_sorted():
    found = gnp.partition(V, 1).numpy()
    np.testing.assert_array_equal(found, np.sort(V))
    np.testing.assert_array_equal(V[gnp.argpartition(V, 1).numpy()], np.sort(V))
    gradcheck(lambda x: gnp.partition(x, 1), (V,))
    with pytest.raises(ValueError, match="kth=5 of 3 elements"):
        gnp.partition(V, 5)
    with pytest.raises(ValueError, match="order='x' names fields"):
        gnp.sort(V, order="x")


def test_equal_elements_have_the_gradient_of_the_first():
    x = gg.tensor([3.0, 1.0, 3.0], requires_grad=True)
    (gnp.unique_values(x) * np.array([1.0, 10.0])).sum().backward()
    assert x.grad.tolist() == [10.0, 1.0, 0.0]


def test_aliases_are_one_function():
    assert gnp.row_stack is gnp.vstack and gnp.concat is gnp.concatenate
    assert gnp.pow is gnp.power and gnp.amax is gnp.max and gnp.around is gnp.round


def test_methods_of_tensors_that_numpys_arrays_have():
    t = gg.tensor(A)
    agree(t.ptp(axis=1), np.ptp(A, axis=1))
    agree(t.trace(), np.trace(A))
    agree(t.trace(1), A.trace(1))
    agree(t.compress([True, False, True], axis=1), A.compress([True, False, True], axis=1))


def test_these_methods_have_gradients():
    def of_all(x):
        x = gg.asarray(x)
        return x.ptp() + x.trace() + x.compress([False, True], 0).sum()

    gradcheck(of_all, (A,), order=2)


# devices


@pytest.mark.needs_compiler
def test_new_arrays_are_made_on_the_default_device():
    with gg.use_device("simulated"):
        made = [
            gnp.zeros(2),
            gnp.array([1, 2]),
            gnp.arange(3),
            gnp.linspace(0, 1, 3),
            gnp.eye(2),
            gnp.mgrid[0:2],
            gnp.r_[1, 2.5],
            gnp.full(2, 7.0),
        ]
        assert {x.device for x in made} == {"simulated"}


@pytest.mark.needs_compiler
def test_results_lie_beside_the_arrays_that_they_come_from():
    there = gg.tensor(A, device="simulated")
    beside = [
        gnp.add(there, [1, 2, 3]),
        gnp.concatenate([there, [[1.0, 2.0, 3.0]]]),
        gnp.where(there > 0, there, 0),
        gnp.clip(there, [0.0, 1.0, 2.0], None),
        gnp.zeros_like(there),
        gnp.take(there, [0], 1),
        gnp.sum(there, where=[True, False, True]),
        gnp.diag(there[0]),
        gnp.pad(there, 1, "reflect"),
    ]
    assert {x.device for x in beside} == {"simulated"}
    with pytest.raises(ValueError, match="two devices"):
        gnp.add(there, gg.tensor(A, device="cpu"))


BESIDE = {  # name -> a call with a Tensor and one of NumPy's numbers
    "add": lambda x, two: gnp.add(two, x),
    "append": gnp.append,
    "convolve": gnp.convolve,
    "dot": gnp.dot,
    "isclose": gnp.isclose,
    "kron": lambda x, two: gnp.kron(two, x),
    "outer": gnp.outer,
    "where": lambda x, two: gnp.where(x > 1, x, two),
}


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", BESIDE)
def test_numpys_numbers_go_to_the_device_of_the_arrays(name):
    x, two = np.array([1.0, 2.0]), np.float64(2)
    found = BESIDE[name](gg.tensor(x, device="simulated"), two)
    assert found.device == "simulated"
    np.testing.assert_array_equal(found.numpy(), BESIDE[name](x, two).numpy())
