"""Parts of a checkpoint as a form, of which JSON is made, and arrays by their names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..api.creation import asarray
from ..backend.dtypes import as_dtype, complex128
from ..backend.numpy_rules import numpys
from ..backend.select import backend_of, holder
from ..engine.cells import raw
from ..tensor.cell import Tensor

PLAIN = (bool, int, float, str, type(None))


@dataclass(frozen=True)
class Stored:
    """An array of a file, and whether it was a Tensor."""

    array: Any
    tensor: bool = True


@dataclass
class Described:
    """Arrays by their names, which the forms of parts refer to; the same array comes once."""

    arrays: dict[str, Any] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _alive: list[Any] = field(default_factory=list)  # so that no other object has an id of these

    def form(self, name: str, value: Any) -> Any:
        """The form of a part; TypeError for a value that no file can hold."""
        if isinstance(value, Tensor):
            return {"$tensor": self._named(name, raw(value.detach()))}
        if isinstance(value, numpys("generic")):
            return self.form(name, value.item())
        if isinstance(value, numpys("ndarray")) or holder(value) is not None:
            return {"$array": self._named(name, value)}
        if isinstance(value, PLAIN):
            return value
        if hasattr(value, "state_dict"):
            return self.form(name, value.state_dict())
        if isinstance(value, Mapping):
            return self._mapping(name, value)
        if isinstance(value, list | tuple):
            members = [self.form(f"{name}.{i}", member) for i, member in enumerate(value)]
            return {"$tuple": members} if isinstance(value, tuple) else members
        raise TypeError(
            f"save: {name} is {type(value).__name__}; give an object with state_dict(), Tensors, "
            "arrays, numbers, texts, None, or dicts, lists and tuples of these"
        )

    def _mapping(self, name: str, value: Mapping) -> Any:
        if wrong := [key for key in value if not isinstance(key, PLAIN)]:
            raise TypeError(f"save: {name} has the key {wrong[0]!r:.80}; give numbers or texts")
        members = {key: self.form(f"{name}.{key}", member) for key, member in value.items()}
        if all(isinstance(key, str) and not key.startswith("$") for key in members):
            return members
        return {"$dict": [list(pair) for pair in members.items()]}

    def _named(self, name: str, array: Any) -> Any:
        """The name of the array; of complex128, which the format lacks, with a mark."""
        if id(array) not in self._names:
            while name in self.arrays:
                name += "_"
            self.arrays[name] = _exported(name, array)
            self._names[id(array)] = name
            self._alive.append(array)
        known = self._names[id(array)]
        return [known, "complex128"] if array.dtype == complex128 else known


def _exported(name: str, array: Any) -> Any:
    """The array on the host, in C's order and this machine's; complex128 as pairs of floats."""
    if holder(array) is not None:
        array = backend_of(array).to_host(array)
    try:
        dtype = as_dtype(array.dtype)
    except TypeError as error:
        raise TypeError(f"save: {name}: {error}") from None
    array = numpys("asarray")(array, dtype=dtype, order="C")
    if dtype == complex128:
        return array.reshape(*array.shape, 1).view("float64")
    return array


def described_by(form: Any, arrays: Mapping[str, Any]) -> Any:
    """The tree that a form describes, with Stored arrays."""
    if isinstance(form, list):
        return [described_by(member, arrays) for member in form]
    if not isinstance(form, dict):
        return form
    if len(form) == 1:
        ((kind, inner),) = form.items()
        if kind in ("$tensor", "$array"):
            return Stored(_imported(inner, arrays), kind == "$tensor")
        if kind == "$tuple":
            return tuple(described_by(inner, arrays))
        if kind == "$dict":
            return {key: described_by(member, arrays) for key, member in inner}
    return {key: described_by(member, arrays) for key, member in form.items()}


def _imported(name: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(name, str):
        return arrays[name]
    pairs = arrays[name[0]]
    return pairs.view("complex128").reshape(pairs.shape[:-1])


def opened(tree: Any, device: str | None) -> Any:
    """The tree with Tensors on a device, the default one for None, and arrays of NumPy."""
    if isinstance(tree, Stored):
        array = numpys("asarray")(tree.array, order="C")
        return asarray(array, device=device) if tree.tensor else array
    if isinstance(tree, Mapping):
        return {key: opened(member, device) for key, member in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(opened(member, device) for member in tree)
    return tree
