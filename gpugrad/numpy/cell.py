"""Array: the Tensor that functions of this package make, on which NumPy's dtypes hold."""

from functools import lru_cache
from typing import Any

from ..backend.dtypes import EXACT
from ..backend.numpy_rules import is_ufunc, loop, mixed, numpy_dtype, numpys
from ..backend.select import backend_of
from ..ops.declare import Op
from ..tensor.cell import Tensor


def _brought(op: Op, values: tuple, needs: tuple) -> tuple:
    """``values`` with those of integers and truth values in the dtypes that NumPy computes in,
    where these are others: what has a gradient is promoted as it is to any Tensor."""
    kinds = tuple([getattr(value, "dtype", type(value)) for value in values])
    if EXACT.isdisjoint(kinds):
        return values
    pairs = zip(values, kinds, _computed_in(op, kinds), strict=True)
    return tuple([_cast(x, to) if own in EXACT and to != own else x for x, own, to in pairs])


def _cast(array: Any, dtype: Any) -> Any:
    return backend_of(array).xp.astype(array, dtype=dtype)


@lru_cache(4096)
def _computed_in(op: Op, kinds: tuple) -> tuple:
    """The dtype in which NumPy computes with each argument; its own, if it takes no part."""
    present = [i for i, kind in enumerate(kinds) if kind is not type(None)]
    if not is_ufunc(op.name):
        present = [i for i in present if op.takes_part(i)]
    own = tuple([kinds[i] for i in present])
    taken = loop(op.name, own)[0] if is_ufunc(op.name) else (mixed(own, op.floats),) * len(own)
    computed = {i: to for i, to in zip(present, taken, strict=True) if op.takes_part(i)}
    return tuple([computed.get(i, kind) for i, kind in enumerate(kinds)])


class Array(Tensor, closed=True):
    """Tensor whose operators and methods find the dtypes that NumPy's do.

    Functions of ``gpugrad.numpy`` give it for numbers, sequences and arrays, and for Tensors what
    gpugrad's own functions give.  What is computed from one is one too.
    """

    __slots__ = ()
    brought = staticmethod(_brought)
    as_dtype = staticmethod(numpy_dtype)

    def _become(self, new: Tensor) -> Tensor:
        """See Tensor; a result of the same kind is cast, as in NumPy: an int64 into an int8."""
        if new.dtype != self.dtype and numpys("can_cast")(new.dtype, self.dtype, "same_kind"):
            new = new.astype(self.dtype)
        return super()._become(new)


def owned(x: Any) -> Any:
    """A new Tensor as an Array; a transform's box stays."""
    return Array(x.held, x.node) if type(x) is Tensor else x
