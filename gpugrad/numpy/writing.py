"""NumPy's functions that write into their first argument.

A Tensor is a cell: it holds the new elements afterwards, with their gradients, and what was
computed from it before keeps the old ones.  A raw array would lose the gradient and is refused.
"""

from typing import Any

from ..api import functions as gg
from ..backend.dtypes import bool_
from ..backend.numpy_rules import numpys
from ..engine.calling import called
from ..ops.axes import axes_of
from ..tensor.cell import Tensor
from .editing import resize
from .reading import array
from .searching import places_of

__all__ = ["copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"]


def _writable(name: str, x: Any) -> Any:
    if not isinstance(x, Tensor):
        raise TypeError(
            f"{name}: writes into its argument, and {type(x).__name__} does not remember how it "
            "was computed; give a Tensor, np.array(x), and go on with that"
        )
    return x


def copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """Write ``src``, broadcast, into ``dst`` where ``where`` holds, as numpy.copyto."""
    dst, src = _writable("copyto", dst), array(src, near=dst)
    if not numpys("can_cast")(src.dtype, dst.dtype, casting):
        raise TypeError(f"copyto: {src.dtype} into {dst.dtype} with casting={casting!r}")
    src = gg.broadcast_to(gg.astype(src, dst.dtype, copy=False), dst.shape)
    dst[...] = src if where is True else gg.where(array(where, bool_, near=dst), src, dst)


def putmask(a: Any, mask: Any, values: Any) -> None:
    """Write into ``a`` where ``mask`` holds the elements of ``values`` that stand there; these
    begin again where they are too few, as numpy.putmask."""
    a = _writable("putmask", a)
    filler = gg.astype(resize(array(values, near=a), a.shape), a.dtype, copy=False)
    a[...] = gg.where(gg.reshape(array(mask, bool_, near=a), a.shape), filler, a)


def place(arr: Any, mask: Any, vals: Any) -> None:
    """Write ``vals`` one after another into ``arr`` where ``mask`` holds, as numpy.place."""
    arr = _writable("place", arr)
    chosen = places_of("place", array(mask, bool_, near=arr), arr.size)
    vals = array(vals, near=arr)
    if not vals.size and chosen.size:
        raise ValueError("place: no values to write")
    _write_flat(arr, chosen, resize(vals, chosen.shape))


@called
def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> None:
    """Write ``v`` at the places ``ind`` of the flattened ``a``, as numpy.put.

    mode: what happens outside: "raise", "wrap" around, or "clip" to the ends.
    """
    a = _writable("put", a)
    places = gg.flatten(array(ind, near=a))
    if mode == "wrap":
        places = gg.remainder(places, a.size)
    elif mode == "clip":
        places = gg.clip(places, 0, a.size - 1)
    elif mode != "raise":
        raise ValueError(f"put: mode={mode!r}; use 'raise', 'wrap' or 'clip'")
    _write_flat(a, places, resize(array(v, near=a), places.shape))


def _write_flat(a: Any, places: Any, values: Any) -> None:
    flat = gg.flatten(a)
    flat[places] = values
    a[...] = gg.reshape(flat, a.shape)


@called
def put_along_axis(arr: Any, indices: Any, values: Any, axis: int | None) -> None:
    """Write ``values`` where ``take_along_axis`` would read, as numpy.put_along_axis."""
    arr, indices = _writable("put_along_axis", arr), array(indices, near=arr)
    if axis is None:
        return _write_flat(arr, indices, gg.broadcast_to(array(values, near=arr), indices.shape))
    if indices.ndim != arr.ndim:
        raise ValueError(
            f"put_along_axis: indices of shape {indices.shape} for {arr.shape}; "
            "both need the same number of axes"
        )
    axis = axes_of(axis, arr.ndim, "put_along_axis")[0]
    lines = gg.meshgrid(*(array(list(range(n)), near=arr) for n in arr.shape), indexing="ij")
    first = (slice(None),) * axis + (slice(1),)
    arr[tuple(indices if i == axis else line[first] for i, line in enumerate(lines))] = values
    return None


def fill_diagonal(a: Any, val: Any, wrap: bool = False) -> None:
    """Write ``val``, or its elements one after another, on the main diagonal, as
    numpy.fill_diagonal.  wrap: the diagonal of a tall matrix begins again below."""
    a = _writable("fill_diagonal", a)
    if a.ndim < 2 or (a.ndim > 2 and len(set(a.shape)) > 1):
        raise ValueError(
            f"fill_diagonal: an array of shape {a.shape}; use a matrix, or more axes of one length"
        )
    step = 1 + sum(a.size // _lengths(a.shape[: i + 1]) for i in range(a.ndim - 1))
    end = a.size if wrap or a.ndim > 2 else a.shape[1] ** 2
    places = list(range(0, min(end, a.size), step))
    _write_flat(a, array(places, near=a), resize(array(val, near=a), (len(places),)))


def _lengths(shape: tuple[int, ...]) -> int:
    total = 1
    for n in shape:
        total *= n
    return total
