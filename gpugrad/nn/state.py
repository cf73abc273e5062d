"""A Module's state: parameters and buffers by dotted name, saved and loaded."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..backend.select import backend_of
from ..tensor.cell import Tensor, tensor
from ..tensor.handles import Handle
from .hooks import Hooked
from .parameter import Parameter
from .tree import Tree, dotted


class Mismatch(NamedTuple):
    """Result of ``load_state_dict``: names without a value, and values without a name."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Place(NamedTuple):
    """Where a parameter or buffer is: the attribute ``name`` of ``owner``."""

    owner: Any
    name: str

    def saved(self, keep_vars: bool) -> Tensor:
        """What a state has of it."""
        cell = getattr(self.owner, self.name)
        return cell if keep_vars else cell.detach()

    def misfit(self, value: Any) -> str | None:
        """Why ``value`` cannot be copied there."""
        if not hasattr(value, "shape"):
            return f"is {type(value).__name__} in the state; give a Tensor or an array"
        here, given = tuple(getattr(self.owner, self.name).shape), tuple(value.shape)
        return None if given == here else f"has shape {here} here and {given} in the state"

    def put(self, value: Any, assign: bool) -> None:
        """Write ``value`` into the cell, or have it in the cell's place."""
        cell = getattr(self.owner, self.name)
        if not assign:
            cell.write(_copied(value, cell))
            return
        value = value if isinstance(value, Tensor) else tensor(value)
        if isinstance(cell, Parameter) and not isinstance(value, Parameter):
            value = Parameter(value, cell.requires_grad)
        setattr(self.owner, self.name, value)


class Extra(NamedTuple):
    """The state of a Module's own that its ``get_extra_state`` gives."""

    owner: Any

    def saved(self, keep_vars: bool) -> Any:
        """See Place."""
        return self.owner.get_extra_state()

    def misfit(self, value: Any) -> None:
        """See Place; anything fits."""

    def put(self, value: Any, assign: bool) -> None:
        """See Place."""
        self.owner.set_extra_state(value)


class Stateful(Hooked, Tree):
    """An object whose parameters and buffers are saved by name and loaded again."""

    def state_dict(
        self,
        destination: dict[str, Any] | None = None,
        prefix: str = "",
        keep_vars: bool = False,
    ) -> dict[str, Tensor]:
        """All parameters and buffers by dotted name, in ``destination``, a new dict without one.

        They share this Module's arrays, as torch's do: copy them to keep what they are now.
        keep_vars: the Parameters themselves and not Tensors without a history.
        """
        found: dict[str, Any] = {} if destination is None else destination
        for hook in tuple(self.hooks_of("state_dict_pre").values()):
            hook(self, prefix, keep_vars)
        for name, place in self._own_places():
            found[prefix + name] = place.saved(keep_vars)
        for name, child in self._own_children():
            child.state_dict(found, f"{prefix}{name}.", keep_vars)
        for hook in tuple(self.hooks_of("state_dict_post").values()):
            hook(self, found, prefix, {})
        return found

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Mismatch:
        """Copy values by name into parameters and buffers: Tensors, or arrays of any kind.

        assign: have the values themselves as Parameters and buffers, in their dtype and on their
        device.  RuntimeError for shapes that differ and, if ``strict``, for missing and unexpected
        names; then nothing was changed, except that hooks after loading, which may empty the lists
        of names, are called before these are looked at.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"load_state_dict: {type(state_dict).__name__}; give a dict of names")
        state, errors = dict(state_dict), list[str]()
        places: dict[str, Any] = {}
        found = Mismatch([], [])
        for path, module in self.named_modules(remove_duplicate=False):
            prefix = dotted(path, "")
            for hook in tuple(module.hooks_of("load_state_dict_pre").values()):
                hook(module, state, prefix, {}, strict, *found, errors)
            places |= {prefix + name: place for name, place in module._own_places()}
        found.missing_keys.extend(name for name in places if name not in state)
        found.unexpected_keys.extend(name for name in state if name not in places)
        given = {name: place for name, place in places.items() if name in state}
        errors += [f"{n!r} {why}" for n, p in given.items() if (why := p.misfit(state[n]))]
        after = [(m, hook) for m in self.modules() for hook in m.hooks_of("load_post").values()]
        self._refuse(found, errors, strict and not after)
        for name, place in given.items():
            place.put(state[name], assign)
        for module, hook in reversed(after):
            hook(module, found)
        self._refuse(found, [], strict)
        return found

    def get_extra_state(self) -> Any:
        """What a Module that defines it has in its state besides, under "_extra_state"."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_extra_state")

    def set_extra_state(self, state: Any) -> None:
        """Take what ``get_extra_state`` gave."""
        raise NotImplementedError(f"{type(self).__name__} does not define set_extra_state")

    def _own_places(self) -> Iterator[tuple[str, Any]]:
        """What this Module itself saves, in torch's order."""
        for name, _ in (*self._own_parameters(), *self._own_buffers(saved=True)):
            yield name, Place(self, name)
        if type(self).get_extra_state is not Stateful.get_extra_state:
            yield "_extra_state", Extra(self)

    def _refuse(self, found: Mismatch, errors: list[str], strict: bool) -> None:
        """RuntimeError for what cannot be loaded, names too if ``strict``."""
        wrong = [f"missing {name!r}" for name in found.missing_keys if strict]
        wrong += [f"unexpected {name!r}" for name in found.unexpected_keys if strict]
        if wrong := wrong + errors:
            raise RuntimeError(f"load_state_dict: {type(self).__name__}: {'; '.join(wrong)}")

    # hooks

    def register_state_dict_pre_hook(self, hook: Callable) -> Handle:
        """Call ``hook(module, prefix, keep_vars)`` before this Module's state is made."""
        return self._register_hook("state_dict_pre", hook)

    def register_state_dict_post_hook(self, hook: Callable) -> Handle:
        """Call ``hook(module, state_dict, prefix, local_metadata)`` when it is made; the hook may
        change the dict."""
        return self._register_hook("state_dict_post", hook)

    def register_load_state_dict_pre_hook(self, hook: Callable) -> Handle:
        """Call ``hook(module, state_dict, prefix, local_metadata, strict, missing_keys,
        unexpected_keys, error_msgs)`` before a state is loaded; the hook may change the dict."""
        return self._register_hook("load_state_dict_pre", hook)

    def register_load_state_dict_post_hook(self, hook: Callable) -> Handle:
        """Call ``hook(module, incompatible_keys)`` when a state is loaded; the hook may change the
        lists ``missing_keys`` and ``unexpected_keys`` of the latter."""
        return self._register_hook("load_post", hook)


def _copied(value: Any, cell: Tensor) -> Any:
    """A new array with ``value`` on the device and in the dtype of ``cell``."""
    home = backend_of(cell.held)
    raw = value.detach().held if isinstance(value, Tensor) else value
    if isinstance(value, Tensor) and backend_of(raw) is not home:
        raw = backend_of(raw).to_host(raw)
    return home.asarray(raw, dtype=cell.dtype, copy=True)
