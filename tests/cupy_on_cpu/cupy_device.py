"""CuPy brought up on the stand-in: libraries loaded, answers given, compilers replaced."""

import atexit
from importlib import import_module
from typing import Any

import numpy as np

from . import blas, factorisations, fourier, kernels, libraries, patching, places, spectra, vendor


def bring_up() -> None:
    """Make ``import cupy`` and device "cuda" of this process work without a GPU."""
    libraries.driver()
    for library in places.VENDORS:
        libraries.vendor(library)
    for part in (blas, factorisations, spectra, fourier):
        part.answer()
    vendor.handles(vendor.SPARSE, "cusparse")
    patching.patch(import_module(places.STATIC_RUNTIME))
    import_module("cupy")
    for name in places.MORE_STATIC_RUNTIMES:
        patching.patch(import_module(name))
    _sort_by_numpy(import_module(places.THRUST))
    kernels.install(places.ours("driver"), import_module(places.CUPY_COMPILER))
    atexit.register(vendor.close)


def _sort_by_numpy(thrust: Any) -> None:
    """Replace the sorts, whose device code is inside the module; NaN comes last in both."""

    def sort(dtype: Any, data: int, _keys: int, shape: Any, *_: Any) -> None:
        values = vendor.row(data, int(np.prod(shape)), dtype).reshape(shape)
        values[...] = np.sort(values, axis=-1, kind="stable")

    def argsort(dtype: Any, order: int, data: int, _keys: int, shape: Any, *_: Any) -> None:
        values = vendor.row(data, int(np.prod(shape)), dtype).reshape(shape)
        found = vendor.row(order, values.size, np.intp).reshape(shape)
        found[...] = np.argsort(values, axis=-1, kind="stable")
        values[...] = np.take_along_axis(values, found, -1)

    def lexsort(dtype: Any, order: int, keys: int, count: int, size: int, *_: Any) -> None:
        table = vendor.row(keys, count * size, dtype).reshape(count, size)
        vendor.row(order, size, np.intp)[...] = np.lexsort(table)

    def enqueued(function: Any) -> Any:
        return lambda *given: vendor.enqueue(lambda: function(*given))

    thrust.sort, thrust.argsort, thrust.lexsort = map(enqueued, (sort, argsort, lexsort))
