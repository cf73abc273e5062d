"""Determinants, and powers and exponentials of matrices."""

from typing import Any, NamedTuple

from ..engine.functions import function_of
from ..ops import determinant, matrix_functions
from ..tensor.cell import Tensor


class SlogdetResult(NamedTuple):
    """Result of ``slogdet``: sign and logarithm of the absolute value."""

    sign: Any
    logabsdet: Any


def det(a: Any) -> Tensor:
    """Determinants of square matrices (..., n, n).

    First and second derivatives are right at singular matrices too; higher ones raise LinAlgError
    there.
    """
    return function_of(determinant.det)(a)


def slogdet(a: Any) -> SlogdetResult:
    """Sign, or complex unit, of determinants, and the logarithm of their absolute value.

    x: (..., n, n).  A singular matrix gives 0 and -inf, and its derivative raises LinAlgError.
    """
    return SlogdetResult(*function_of(determinant.slogdet)(a))


def matrix_power(a: Any, n: int) -> Tensor:
    """Product of ``n`` matrices ``a`` (..., n, n); a negative n multiplies inverses."""
    if type(n) is not int and not hasattr(n, "__index__"):
        raise TypeError(f"matrix_power: n={n!r}; the exponent is an integer")
    return function_of(matrix_functions.matrix_power)(a, n=int(n))


def expm(a: Any) -> Tensor:
    """Matrix exponential of (..., n, n), as scipy.linalg.expm, with derivatives of any order."""
    return function_of(matrix_functions.expm)(a)
