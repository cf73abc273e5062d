"""Hooks of an optimizer: what a program has called before and after a step, saving and loading."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from ..tensor.handles import Handle

MOMENTS = (  # the names that torch's methods register_..._hook have
    *("step_pre", "step_post", "state_dict_pre", "state_dict_post"),
    *("load_state_dict_pre", "load_state_dict_post"),
)


class Calls:
    """Whether a step was ever called.  Not an attribute of the optimizer, which a recorded step of
    a program's own class must not change."""

    def __init__(self) -> None:
        self._any = False

    def __bool__(self) -> bool:
        return self._any

    def note(self) -> None:
        """There was a call."""
        self._any = True


class Hooked:
    """An object with hooks; ``hooks`` holds those of each moment, in the order of their calls."""

    def __init__(self) -> None:
        self.hooks: dict[str, dict[int, Callable]] = {moment: {} for moment in MOMENTS}
        self.stepped = Calls()

    def register_step_pre_hook(self, hook: Callable) -> Handle:
        """Call ``hook(optimizer, args, kwargs)`` before a step; it may return both anew."""
        return Handle(self.hooks["step_pre"], hook, False)

    def register_step_post_hook(self, hook: Callable) -> Handle:
        """Call ``hook(optimizer, args, kwargs)`` after a step."""
        return Handle(self.hooks["step_post"], hook, False)

    def register_state_dict_pre_hook(self, hook: Callable, prepend: bool = False) -> Handle:
        """Call ``hook(optimizer)`` before a state_dict is made."""
        return Handle(self.hooks["state_dict_pre"], hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable, prepend: bool = False) -> Handle:
        """Call ``hook(optimizer, state)`` when it is made; it may return another."""
        return Handle(self.hooks["state_dict_post"], hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable, prepend: bool = False) -> Handle:
        """Call ``hook(optimizer, state)`` before a state is loaded; it may return another."""
        return Handle(self.hooks["load_state_dict_pre"], hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable, prepend: bool = False) -> Handle:
        """Call ``hook(optimizer)`` when a state is loaded."""
        return Handle(self.hooks["load_state_dict_post"], hook, prepend)

    def told(self, moment: str, *given: Any) -> Any:
        """Call the hooks of a moment; the last of ``given``, or what hooks put in its place."""
        *before, last = (self, *given)
        for hook in tuple(self.hooks[moment].values()):
            found = hook(*before, last)
            last = last if found is None or not given else found
        return last


def with_hooks(step: Callable) -> Callable:
    """A method ``step`` that calls the hooks of its object before and after."""

    @wraps(step)
    def hooked(self: Any, *args: Any, **kwargs: Any) -> Any:
        for hook in tuple(self.hooks["step_pre"].values()):
            if (found := hook(self, args, kwargs)) is not None:
                if not (isinstance(found, tuple) and len(found) == 2):
                    raise RuntimeError(
                        f"{type(self).__name__}: a hook before the step returns None or "
                        f"(args, kwargs), not {found!r:.80}"
                    )
                args, kwargs = found
        self.stepped.note()
        result = step(self, *args, **kwargs)
        for hook in tuple(self.hooks["step_post"].values()):
            hook(self, args, kwargs)
        return result

    return hooked
