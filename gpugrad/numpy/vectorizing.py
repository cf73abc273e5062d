"""``vectorize``: a function of numbers, called for every element of arrays."""

import re
from collections.abc import Callable, Iterable
from math import prod
from typing import Any

from ..api import functions as gg
from ..ops.shape import common_shape
from .reading import alike, array, arrays, numpy_dtype

__all__ = ["vectorize"]

Names = list[tuple[str, ...]]  # for each array the names of its core axes

GROUP = r"\(\s*(?:\w+\s*(?:,\s*\w+\s*)*)?\)"
GROUPS = rf"\s*{GROUP}\s*(?:,\s*{GROUP}\s*)*"
SIGNATURE = re.compile(rf"^{GROUPS}->{GROUPS}$")


class vectorize:
    """A function of numbers as one of arrays, which are broadcast; as numpy.vectorize.

    pyfunc: called once for every element, with 0-d Tensors, and differentiated through; it may
    return a tuple.  Without ``pyfunc``, a decorator.
    otypes: dtypes of the results, a string of codes or a list; without them, and in contrast to
    NumPy, which goes by the first result, the one that all results have together.
    excluded: positions and names of arguments that are passed as they are.
    signature: core axes that one call takes and gives, ``"(m,n),(n)->(m)"``.
    ``cache`` changes nothing.
    """

    def __init__(
        self,
        pyfunc: Callable | None = None,
        otypes: Any = None,
        doc: str | None = None,
        excluded: Iterable | None = None,
        cache: bool = False,
        signature: str | None = None,
    ) -> None:
        self.pyfunc = pyfunc
        self.otypes = None if otypes is None else [numpy_dtype(code) for code in otypes]
        self.excluded = frozenset(excluded or ())
        self.signature = None if signature is None else _parsed(signature)
        self.__doc__ = doc or getattr(pyfunc, "__doc__", None) or type(self).__doc__
        self.__name__ = getattr(pyfunc, "__name__", "vectorize")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The results of all calls, each in one array."""
        if self.pyfunc is None:
            self.pyfunc = args[0]
            return self
        places = [i for i in range(len(args)) if i not in self.excluded]
        names = [name for name in kwargs if name not in self.excluded]
        varying = arrays(*(args[i] for i in places), *(kwargs[name] for name in names))
        if not varying:
            return self.pyfunc(*args, **kwargs)
        members, outer, cores = self._members(varying)
        results = []
        for member in zip(*members, strict=True):
            whole: dict[Any, Any] = {**dict(enumerate(args)), **kwargs}  # type: ignore[dict-item]
            whole.update(zip([*places, *names], member, strict=True))
            positional = [whole.pop(i) for i in range(len(args))]
            results.append(self.pyfunc(*positional, **whole))
        return self._joined(results, outer, cores)

    def _members(self, varying: list) -> tuple[list, tuple, dict]:
        """For each array its elements in turn; the shape that they are laid out in; and the
        lengths of the core axes."""
        names: Names = [()] * len(varying) if self.signature is None else self.signature[0]
        if len(names) != len(varying):
            raise TypeError(
                f"{self.__name__}: {len(varying)} arrays, but the signature has {len(names)}"
            )
        lengths: dict[str, int] = {}
        outers, cores = [], []
        for x, own in zip(varying, names, strict=True):
            split = x.ndim - len(own)
            sizes = dict(zip(own, x.shape[max(split, 0) :], strict=False))
            if split < 0 or any(lengths.setdefault(name, n) != n for name, n in sizes.items()):
                raise ValueError(
                    f"{self.__name__}: an array of shape {x.shape} for the core axes "
                    f"{own} beside {lengths}"
                )
            outers.append(x.shape[:split])
            cores.append(x.shape[split:])
        outer = common_shape(outers, "vectorize")
        members = [
            gg.unstack(gg.reshape(gg.broadcast_to(x, (*outer, *core)), (prod(outer), *core)))
            for x, core in zip(varying, cores, strict=True)
        ]
        return members, outer, lengths

    def _joined(self, results: list, outer: tuple, lengths: dict) -> Any:
        """The results of all calls as one array, or as a tuple if each call gave one."""
        if not results:
            return self._nothing(outer, lengths)
        several = isinstance(results[0], tuple)
        columns = list(zip(*results, strict=True)) if several else [results]
        wanted = None if self.signature is None else self.signature[1]
        if wanted is not None and len(wanted) != len(columns):
            raise ValueError(
                f"{self.__name__}: {len(columns)} results, but the signature has {len(wanted)}"
            )
        joined = []
        for i, column in enumerate(columns):
            whole = gg.stack(alike(*column))
            whole = whole if self.otypes is None else gg.astype(whole, self.otypes[i], copy=False)
            core = whole.shape[1:]
            if len(core) != len(() if wanted is None else wanted[i]):
                raise ValueError(
                    f"{self.__name__}: a result of shape {core}; the signature says "
                    f"which axes a call gives: {wanted}"
                )
            joined.append(gg.reshape(whole, (*outer, *core)))
        return tuple(joined) if several else joined[0]

    def _nothing(self, outer: tuple, lengths: dict) -> Any:
        """Empty results, of which only ``otypes`` says how many there are."""
        if self.otypes is None:
            raise ValueError(
                f"{self.__name__}: arrays without elements say nothing of the results; give otypes="
            )
        names = [()] * len(self.otypes) if self.signature is None else self.signature[1]
        empty = [
            gg.reshape(array([], dtype), (*outer, *(lengths[n] for n in own)))
            for dtype, own in zip(self.otypes, names, strict=True)
        ]
        return empty[0] if len(empty) == 1 else tuple(empty)


def _parsed(signature: str) -> tuple[Names, Names]:
    """The names of the core axes of all arguments and of all results."""
    if not SIGNATURE.match(signature):
        raise ValueError(f"vectorize: signature={signature!r}; write it as '(m,n),(n)->(m)'")
    inputs, outputs = (
        [tuple(re.findall(r"\w+", group)) for group in re.findall(GROUP, side)]
        for side in signature.split("->")
    )
    return inputs, outputs
