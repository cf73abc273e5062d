"""Derivatives of the exponential of a function of two variables, from those of the function."""

from math import comb
from typing import Any

Orders = tuple[int, int]


def of_exponential(derivatives: dict[Orders, Any], m: int, n: int = 0) -> dict[Orders, Any]:
    """The derivatives of e**h, each over e**h, up to ``m`` by the first and ``n`` by the second.

    derivatives: of h, by orders.  Leibniz's rule on (e**h)' = h' e**h (Faà di Bruno's formula).
    """
    table: dict[Orders, Any] = {(0, 0): 1.0}
    for i in range(m + 1):
        for j in range(n + 1):
            if i or j:
                table[i, j] = sum(_terms(table, derivatives, i, j))
    return table


def _terms(table: dict[Orders, Any], derivatives: dict[Orders, Any], i: int, j: int) -> list:
    if not i:
        return [comb(j - 1, q) * table[0, j - 1 - q] * derivatives[0, q + 1] for q in range(j)]
    return [
        comb(i - 1, p) * comb(j, q) * table[i - 1 - p, j - q] * derivatives[p + 1, q]
        for p in range(i)
        for q in range(j + 1)
    ]
