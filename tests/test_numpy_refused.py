"""gpugrad.numpy refuses what NumPy refuses, and what it cannot do, by errors with a way out."""

import numpy as np
import pytest
from sample import numbers

import gpugrad.numpy as gnp

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
    with pytest.raises(ValueError, match=r"^max: where= .*give initial="):
        gnp.max(A, where=A > 0)
    with pytest.raises(ValueError, match="ddof=1 and correction=1 are one thing"):
        gnp.var(A, ddof=1, correction=1)
    with pytest.raises(TypeError, match="deviations from a mean are floats"):
        gnp.std(A, dtype=int)
    with pytest.raises(ValueError, match="bounds twice"):
        gnp.clip(A, 0, min=1)


WORDS = {  # what is refused -> the call, the kind of error, its words
    "numbers as a mask": (lambda: gnp.sum(A, where=A), TypeError, "^sum: where= of float64; give"),
    "a mask of no fit": (lambda: gnp.std(A, where=V[:2] > 0), ValueError, "^std: where= of shape"),
    "NaN and a mask": (lambda: gnp.nanmean(A, where=A), TypeError, "^nanmean: where= of float64"),
    "nothing and a mask": (
        lambda: gnp.max(A[:0], initial=1, where=A > 0),
        ValueError,
        "^max: where= of shape",
    ),
    "a complex first value": (lambda: gnp.sum(A, initial=1j), TypeError, "1j for an array of"),
    "complex bounds": (lambda: gnp.clip(A, 1j, None), TypeError, "^clip: complex numbers have no"),
    "complex points": (lambda: gnp.interp(1j, V, V), TypeError, "^interp: x and xp are complex"),
    "half an axis": (lambda: gnp.sum(gnp.flip(A, 0.5)), TypeError, "^flip: "),
    "half a diagonal": (lambda: gnp.diag(A, 0.5), TypeError, "^diag: k=0.5; give a whole number"),
    "half an axis of lines": (lambda: gnp.median(A, 0.5), TypeError, "^median: axis=0.5; an axis"),
    "half a digit": (lambda: gnp.round(A, 0.5), TypeError, "^round: decimals=0.5; give a whole"),
    "half a frame": (lambda: gnp.pad(A, 0.5, "edge"), TypeError, "^pad: pad_width=0.5; give"),
    "half a power": (lambda: gnp.linalg.matrix_power(A, 0.5), TypeError, "^matrix_power: n=0.5"),
    "places by numbers": (
        lambda: gnp.ravel_multi_index(([0.5], [1]), (2, 3)),
        TypeError,
        "^ravel_multi_index: indices of float64",
    ),
    "an axis too many": (lambda: gnp.size(A, 2), ValueError, "^size: axis 2 of an array of 2"),
    "shapes apart": (
        lambda: gnp.broadcast_shapes((2,), (3,)),
        ValueError,
        "^broadcast_shapes: sha",
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_refusals_name_what_was_called(name):
    call, kind, words = WORDS[name]
    with pytest.raises(kind, match=words):
        call()


def test_what_is_no_number_is_refused():
    with pytest.raises(TypeError, match="array of bool, int8"):
        gnp.array(["a", "b"])
    with pytest.raises(TypeError, match="datetime64"):
        gnp.sum(np.array(["2020-01-01"], dtype="datetime64[D]"))
