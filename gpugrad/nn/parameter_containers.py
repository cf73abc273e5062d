"""Lists and dicts of Parameters, which are found by name."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn

from ..tensor.cell import Tensor
from .module import Module
from .parameter import Parameter

__all__ = ["ParameterDict", "ParameterList"]

TYPES = {  # what torch shows in a dict
    "float16": "torch.HalfTensor",
    "bfloat16": "torch.BFloat16Tensor",
    "float32": "torch.FloatTensor",
    "float64": "torch.DoubleTensor",
}


class ParameterList(Module):
    """List of Parameters that are found by name: "0", "1", ...

    Tensors become Parameters; anything else stays what it is, and is not trained.
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        self._size = 0
        self.extend(values or ())

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return type(self)(self[i] for i in range(len(self))[index])
        return getattr(self, self._name(index))

    def __setitem__(self, index: int, value: Any) -> None:
        setattr(self, self._name(index), _parameter(value))

    def _name(self, index: int) -> str:
        try:
            return str(range(self._size)[index])
        except IndexError:
            raise IndexError(f"ParameterList: [{index}] of {self._size} values") from None

    def append(self, value: Any) -> Any:
        """Add one at the end."""
        self._size += 1
        self[-1] = value
        return self

    def extend(self, values: Iterable[Any]) -> Any:
        """Add several at the end."""
        if isinstance(values, Tensor) or not isinstance(values, Iterable):
            raise TypeError(f"ParameterList: extend({type(values).__name__}); give a list")
        for value in values:
            self.append(value)
        return self

    def __iadd__(self, values: Iterable[Any]) -> Any:
        return self.extend(values)

    def extra_repr(self) -> str:
        """As torch's."""
        return _lines(enumerate(self), lambda dtype: f"torch.{dtype}")

    def __call__(self, *inputs: Any, **settings: Any) -> NoReturn:
        raise RuntimeError("ParameterList: it is a list, not a layer; index it")


class ParameterDict(Module):
    """Dict of Parameters that are found by name.

    Tensors become Parameters; anything else stays what it is, and is not trained.  A plain dict is
    taken in the order of its sorted names, as in torch.
    """

    def __init__(self, parameters: Any = None) -> None:
        self._keys: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        self._keys[key]  # KeyError
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"ParameterDict: a name is a text, not {key!r}")
        setattr(self, key, _parameter(value))
        self._keys[key] = None

    def __delitem__(self, key: str) -> None:
        del self._keys[key]
        delattr(self, key)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __reversed__(self) -> Iterator[str]:
        return reversed(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def keys(self) -> Any:
        """The names."""
        return self._keys.keys()

    def values(self) -> Iterator[Any]:
        """The values."""
        return (self[key] for key in self._keys)

    def items(self) -> Iterator[tuple[str, Any]]:
        """Names and values."""
        return ((key, self[key]) for key in self._keys)

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a name, ``default`` where there is none."""
        return getattr(self, key) if key in self._keys else default

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value of a name, which is ``default`` from now on where there was none."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str) -> Any:
        """Take a value out."""
        value = self[key]
        del self[key]
        return value

    def popitem(self) -> tuple[str, Any]:
        """Take the last name and value out."""
        key = next(reversed(self))
        return key, self.pop(key)

    def clear(self) -> None:
        """Take all values out."""
        for key in list(self):
            del self[key]

    def copy(self) -> "ParameterDict":
        """Another dict of the same Parameters."""
        return ParameterDict(self.items())

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> "ParameterDict":
        """A dict of these names, with one value for all."""
        return ParameterDict((key, default) for key in keys)

    def update(self, parameters: Any) -> None:
        """Have further values, from a dict or from pairs."""
        ordered = isinstance(parameters, OrderedDict | ParameterDict)
        if isinstance(parameters, Mapping) and not ordered:
            parameters = {key: parameters[key] for key in sorted(parameters)}
        for key, value in parameters.items() if hasattr(parameters, "items") else parameters:
            self[key] = value

    def __or__(self, other: Any) -> "ParameterDict":
        return self.copy().__ior__(other)

    def __ror__(self, other: Any) -> "ParameterDict":
        return ParameterDict(other).__ior__(self)

    def __ior__(self, other: Any) -> Any:
        self.update(other)
        return self

    def extra_repr(self) -> str:
        """As torch's."""
        return _lines(self.items(), lambda dtype: TYPES.get(str(dtype), str(dtype)))

    def __call__(self, *inputs: Any, **settings: Any) -> NoReturn:
        raise RuntimeError("ParameterDict: it is a dict, not a layer; index it")


def _parameter(value: Any) -> Any:
    """A Tensor as a Parameter, anything else as it is."""
    plain = isinstance(value, Tensor) and not isinstance(value, Parameter)
    return Parameter(value) if plain else value


def _lines(values: Iterable[tuple[Any, Any]], shown: Any) -> str:
    """A line for each value; ``shown`` is how its dtype is written."""
    return "\n".join(f"  ({key}): {_described(value, shown)}" for key, value in values)


def _described(value: Any, shown: Any) -> str:
    if not isinstance(value, Tensor):
        return f"Object of type: {type(value).__name__}"
    size = "x".join(map(str, value.shape))
    place = f" ({value.device})" if value.device.startswith("cuda") else ""
    kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
    return f"{kind} containing: [{shown(value.dtype)} of size {size}{place}]"
