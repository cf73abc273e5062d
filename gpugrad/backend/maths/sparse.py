"""The places of sparse matrices, which are found on the host: sorted, merged, multiplied."""

from typing import Any, NamedTuple

import numpy as np


class Merged(NamedTuple):
    """Places by row and then column, each of them once.

    order: what sorts the given places.  owner: for each of these, once sorted, the number of the
    place that it became, None if no two of them were the same.
    """

    rows: np.ndarray
    columns: np.ndarray
    order: np.ndarray
    owner: np.ndarray | None


def merged(rows: np.ndarray, columns: np.ndarray) -> Merged:
    """Places in any order, and repeated, as those of a matrix."""
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    first = np.ones(len(rows), bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    owner = None if first.all() else np.cumsum(first) - 1
    return Merged(rows[first], columns[first], order, owner)


def starts(rows: np.ndarray, count: int) -> np.ndarray:
    """Where each of ``count`` rows begins among sorted ``rows``, and where the last ends."""
    return np.searchsorted(rows, np.arange(count + 1))


def rows_of(indptr: np.ndarray) -> np.ndarray:
    """The row of each element, from where rows begin."""
    return np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))


def factors(columns: np.ndarray, indptr: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All pairs of elements that meet in a product of matrices: numbers of those of the left one,
    which stand in ``columns``, and of the right one, whose rows begin at ``indptr``."""
    counts = np.diff(indptr)[columns]
    left = np.repeat(np.arange(len(columns)), counts)
    within = np.arange(len(left)) - np.repeat(np.cumsum(counts) - counts, counts)
    return left, indptr[columns[left]] + within


def joined(a: Any, b: Any) -> tuple[np.ndarray, np.ndarray]:
    """The rows and the columns of two patterns, one after the other."""
    return np.concatenate([a.rows, b.rows]), np.concatenate([a.columns, b.columns])


def read(rows: Any, columns: Any, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Places as int64; TypeError for what are no whole numbers, ValueError for what lies outside
    of ``shape``."""
    places = []
    for what, given, count in (("row", rows, shape[0]), ("column", columns, shape[1])):
        found = np.asarray(given)
        if found.size and found.dtype.kind not in "iu":
            raise TypeError(f"csr_array: {what} indices of {found.dtype}; give whole numbers")
        wrong = found[(found < 0) | (found >= count)]
        if wrong.size:
            raise ValueError(f"csr_array: {what} {wrong[0]} in a matrix of shape {shape}")
        places.append(found.astype(np.int64))
    if places[0].shape != places[1].shape or places[0].ndim != 1:
        raise ValueError(
            f"csr_array: rows of shape {places[0].shape} and columns of {places[1].shape}; give "
            "two vectors of the same length"
        )
    return places[0], places[1]
