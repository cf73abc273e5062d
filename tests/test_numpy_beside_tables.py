"""gpugrad.numpy where a table of calls does not do: errors, brackets, types, copies, devices."""

import numpy as np
import pytest
from numpy_case import agree
from sample import numbers

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.testing import gradcheck

A, V = numbers(2, 3, seed=1), numbers(3, seed=2)
WHOLE = np.array([[3, 1, 4], [5, 9, 2]])

BOTH_REFUSE = {  # name -> calls that are errors of the same kind in NumPy
    "add": [(A, V[:2])],
    "append": [(A, V, 0)],
    "array_split": [(V, 0)],
    "broadcast_to": [(V, (2,))],
    "choose": [([3], [V, V]), ([0.5], [V])],
    "compress": [(A > 0, A)],
    "concatenate": [([],), ([1.0, 2.0],), ([A, V],), ([A, A], 2)],
    "cross": [(numbers(4), numbers(4))],
    "cumulative_sum": [(A,)],
    "diag": [(numbers(2, 2, 2),)],
    "diagonal": [(V,)],
    "dot": [(A, A)],
    "einsum": [("ij,jk", A, A), ("ij", V), ()],
    "expand_dims": [(A, 4), (A, (0, 0))],
    "fliplr": [(V,)],
    "flipud": [(1.0,)],
    "geomspace": [(0, 1)],
    "hstack": [(iter([V, V]),), ([V, A],)],
    "inner": [(A, V[:2])],
    "ix_": [(A,)],
    "linspace": [(0, 1, -1)],
    "matmul": [(A, A), (2.0, A)],
    "matrix_transpose": [(V,)],
    "max": [(np.zeros((0, 2)), 0), (A, 5)],
    "mean": [(A, 2), (3.0, 0)],
    "moveaxis": [(A, 0, 3), (A, (0, 1), 0)],
    "pad": [(A, -1), (A, 1, "nonsense"), (A, ((1, 1), (1, 1), (1, 1))), (np.zeros(0), 1, "edge")],
    "ravel_multi_index": [(([2], [0]), (2, 3)), (([1],), (2, 3))],
    "repeat": [(A, [1, 2], 1)],
    "reshape": [(A, (4, 2)), (A, (-1, -1))],
    "rollaxis": [(A, 2), (A, 0, 5)],
    "rot90": [(V,), (A, 1, (0, 0))],
    "select": [([], []), ([A > 0], [A, A]), ([WHOLE], [A])],
    "sort": [(A, 2), (A, -1, "nonsense"), (1.0,)],
    "split": [(V, 2)],
    "squeeze": [(A, 0)],
    "stack": [([A, V],), ([],)],
    "subtract": [(A > 0, A > 0)],
    "sum": [(A, (0, 0)), (A, 7)],
    "take": [(A, [7], 1)],
    "tensordot": [(A, A.T), (A, V, ((0,), (0,)))],
    "transpose": [(A, (0, 0)), (A, (0,))],
    "unravel_index": [([6], (2, 3)), ([0.5], (2,))],
    "unstack": [(np.array(1.0),)],
    "vdot": [(A, V)],
    "vecdot": [(A, A[0, :2]), (1.0, V)],
    "vsplit": [(V, 1)],
    "where": [(A > 0, A)],
}
REFUSALS = [(name, arguments) for name, several in BOTH_REFUSE.items() for arguments in several]


@pytest.mark.parametrize(("name", "arguments"), REFUSALS)
def test_what_numpy_refuses_is_refused(name, arguments):
    """With an error that NumPy's users would catch, and a text that names the function."""
    with pytest.raises(Exception) as theirs:
        getattr(np, name)(*arguments)
    with pytest.raises((ValueError, TypeError, IndexError)) as ours:
        getattr(gnp, name)(*arguments)
    kinds = (ValueError, TypeError, IndexError)
    shared = [kind for kind in kinds if isinstance(theirs.value, kind)]
    assert any(isinstance(ours.value, kind) for kind in shared)


@pytest.mark.parametrize(
    "name", ["sum", "mean", "concatenate", "max", "take", "sort", "round", "dot"]
)
def test_out_is_refused(name):
    arguments = {"concatenate": ([A, A],), "take": (A, [0])}.get(name, (A,))
    with pytest.raises(TypeError):
        getattr(gnp, name)(*arguments, out=np.zeros(3))


def test_a_mask_without_a_first_value_is_refused():
    with pytest.raises(ValueError, match=r"maximum of elements .*give initial="):
        gnp.max(A, where=A > 0)
    with pytest.raises(ValueError, match="ddof=1 and correction=1 are one thing"):
        gnp.var(A, ddof=1, correction=1)
    with pytest.raises(TypeError, match="deviations from a mean are floats"):
        gnp.std(A, dtype=int)
    with pytest.raises(ValueError, match="bounds twice"):
        gnp.clip(A, 0, min=1)


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


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="known: bool, int8"):
        gnp.array(["a", "b"])
    with pytest.raises(TypeError, match="datetime64"):
        gnp.sum(np.array(["2020-01-01"], dtype="datetime64[D]"))


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
def test_new_arrays_are_made_on_the_default_device_or_beside_others():
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
