"""Determinants, and powers and exponentials of matrices."""

from typing import Any, NamedTuple

from ..engine.functions import function_of
from ..ops import determinant, matrix_functions
from ..tensor.cell import Tensor


class SlogdetResult(NamedTuple):
    """What ``slogdet`` gives."""

    sign: Any
    logabsdet: Any


def det(a: Any) -> Tensor:
    """The determinants of square matrices (..., n, n).

    First and second derivatives are right at singular matrices too; higher ones are a LinAlgError
    there.
    """
    return function_of(determinant.det)(a)


def slogdet(a: Any) -> SlogdetResult:
    """The sign, or complex unit, and the logarithm of the magnitude of determinants.

    A singular matrix gives 0 and -inf, and has no derivative: LinAlgError.
    """
    return SlogdetResult(*function_of(determinant.slogdet)(a))


def matrix_power(a: Any, n: int) -> Tensor:
    """The product of ``n`` matrices ``a`` (..., n, n); of a negative n, of their inverses."""
    if type(n) is not int and not hasattr(n, "__index__"):
        raise TypeError(f"matrix_power: n={n!r}; the exponent is an integer")
    return function_of(matrix_functions.matrix_power)(a, n=int(n))


def expm(a: Any) -> Tensor:
    """e to the power of square matrices (..., n, n), as scipy.linalg.expm; of any order."""
    return function_of(matrix_functions.expm)(a)
