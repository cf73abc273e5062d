"""Hooks of a Module: what a program has called before and after ``forward``, and on the way back.

A Module without hooks pays one look for them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from warnings import warn

from ..tensor.cell import Tensor
from ..tensor.handles import Handle
from ..transforms import custom_vjp


class Hook(NamedTuple):
    """A hook of ``forward``: whether it gets keyword arguments, and runs after an error too."""

    call: Callable[..., Any]
    with_kwargs: bool = False
    always: bool = False


class Hooked:
    """A Module with hooks.

    module_hooks: those of each moment, in the order of their calls; None before the first.  Its
    name has no underscore, so that a compiled function sees hooks that come later.
    """

    module_hooks: dict[str, dict[int, Any]] | None = None

    def hooks_of(self, moment: str) -> dict[int, Any]:
        """The hooks of one moment by number; a new dict, where there are none."""
        return {} if self.module_hooks is None else self.module_hooks.get(moment, {})

    def _register_hook(self, moment: str, hook: Any, first: bool = False) -> Handle:
        """Have one more hook of a moment, before the others if it is to be ``first``."""
        if self.module_hooks is None:
            self.module_hooks = {}
        return Handle(self.module_hooks.setdefault(moment, {}), hook, first)

    def register_forward_pre_hook(
        self, hook: Callable, *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call ``hook(module, args)`` before ``forward``; it may return other arguments.

        with_kwargs: it is called as ``hook(module, args, kwargs)`` and returns both or None.
        prepend: before the hooks that there are.
        """
        return self._register_hook("forward_pre", Hook(hook, with_kwargs), prepend)

    def register_forward_hook(
        self,
        hook: Callable,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> Handle:
        """Call ``hook(module, args, output)`` after ``forward``; it may return another output.

        with_kwargs: it is called as ``hook(module, args, kwargs, output)``.  always_call: after an
        error too, with the output None if there is none yet.
        """
        made = Hook(hook, with_kwargs, always_call)
        return self._register_hook("forward", made, prepend)

    def register_full_backward_pre_hook(self, hook: Callable, prepend: bool = False) -> Handle:
        """Call ``hook(module, grad_output)`` when the gradients of the outputs, a tuple, are there;
        it may return others."""
        return self._register_hook("backward_pre", hook, prepend)

    def register_full_backward_hook(self, hook: Callable, prepend: bool = False) -> Handle:
        """Call ``hook(module, grad_input, grad_output)`` when the inputs' gradients are there.

        Both are tuples, with None for an input that wants no gradient, and zeros for an output that
        was not used.  The hook may return another grad_input, unless no input wants one.
        """
        return self._register_hook("backward", hook, prepend)


def with_hooks(module: Any, inputs: tuple, settings: dict[str, Any]) -> Any:
    """``module.forward(*inputs, **settings)`` and all hooks around it."""
    result, pending = None, dict(module.hooks_of("forward"))
    try:
        inputs, settings = _before(module, inputs, settings)
        back = (
            Back(module) if module.hooks_of("backward") or module.hooks_of("backward_pre") else None
        )
        inputs = inputs if back is None else back.inputs(inputs)
        result = module.forward(*inputs, **settings)
        for number, hook in list(pending.items()):
            del pending[number]
            result = _after(hook, module, inputs, settings, result)
        return result if back is None else back.outputs(result)
    except Exception:
        for hook in pending.values():
            _after_error(hook, module, inputs, settings, result)
        raise


def _before(module: Any, inputs: tuple, settings: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
    """The arguments as the hooks before ``forward`` leave them."""
    for hook in tuple(module.hooks_of("forward_pre").values()):
        if not hook.with_kwargs:
            found = hook.call(module, inputs)
            inputs = inputs if found is None else _tuple(found)
        elif (found := hook.call(module, inputs, settings)) is not None:
            if not (isinstance(found, tuple) and len(found) == 2):
                raise RuntimeError(
                    f"{type(module).__name__}: a forward pre-hook with kwargs returns None or "
                    f"(args, kwargs), not {found!r:.80}"
                )
            inputs, settings = found
    return inputs, settings


def _after(hook: Hook, module: Any, inputs: tuple, settings: dict[str, Any], result: Any) -> Any:
    given = (inputs, settings) if hook.with_kwargs else (inputs,)
    found = hook.call(module, *given, result)
    return result if found is None else found


def _after_error(hook: Hook, *given: Any) -> None:
    """Call a hook that wants to be called always; its own error is no more than a warning."""
    if hook.always:
        try:
            _after(hook, *given)
        except Exception as error:
            warn(f"a forward hook after an error failed itself: {error!r}", stacklevel=4)


def _tuple(found: Any) -> tuple:
    return found if isinstance(found, tuple) else (found,)


class Back:
    """One call of a Module with backward hooks: gradients pass through them on the way back.

    Inputs and outputs go through a function that changes nothing and has a rule of its own.
    """

    def __init__(self, module: Any) -> None:
        self.module = module
        self.count = 0  # of inputs
        self.wanted: list[int] = []  # the places of those that want a gradient
        self.of_outputs: tuple = ()

    def inputs(self, inputs: tuple) -> tuple:
        """The inputs, whose gradients the hooks will see."""
        self.count, self.wanted = len(inputs), _wanting(inputs)
        return _watched(inputs, self.wanted, self._inputs_back)

    def outputs(self, result: Any) -> Any:
        """What the Module gave, whose gradients the hooks will see."""
        outputs = _tuple(result)
        places = _wanting(outputs)
        found = _watched(
            outputs, places, lambda shares: self._outputs_back(outputs, places, shares)
        )
        if not isinstance(result, tuple):
            return found[0]
        return type(result)(*found) if hasattr(result, "_fields") else found

    def _outputs_back(self, outputs: tuple, places: list[int], shares: tuple) -> tuple:
        gradients = _placed(len(outputs), places, shares)
        for hook in tuple(self.module.hooks_of("backward_pre").values()):
            gradients = self._answer(gradients, hook(self.module, gradients), "grad_output")
        self.of_outputs = gradients
        if not self.wanted:
            self._inputs_back(())
        return tuple(gradients[i] for i in places)

    def _inputs_back(self, shares: tuple) -> tuple:
        gradients = _placed(self.count, self.wanted, shares)
        for hook in tuple(self.module.hooks_of("backward").values()):
            found = hook(self.module, gradients, self.of_outputs)
            if found is not None and not self.wanted and any(g is not None for g in _tuple(found)):
                raise RuntimeError(
                    f"{type(self.module).__name__}: a backward hook returned gradients, and no "
                    "input wants one; return None"
                )
            gradients = self._answer(gradients, found, "grad_input")
        return tuple(gradients[i] for i in self.wanted)

    def _answer(self, gradients: tuple, found: Any, what: str) -> tuple:
        """``found``, what a hook gave in place of the gradients."""
        if found is None:
            return gradients
        given = _tuple(found)
        if len(given) != len(gradients):
            raise RuntimeError(
                f"{type(self.module).__name__}: a backward hook returned {len(given)} gradients "
                f"for a {what} of {len(gradients)}"
            )
        return given


def _wanting(values: tuple) -> list[int]:
    """The places of Tensors that want a gradient."""
    return [i for i, x in enumerate(values) if isinstance(x, Tensor) and x.requires_grad]


def _placed(count: int, places: list[int], values: tuple) -> tuple:
    """``count`` values, None except at the places."""
    found = dict(zip(places, values, strict=True))
    return tuple(found.get(i) for i in range(count))


def _watched(values: tuple, places: list[int], back: Callable[[tuple], tuple]) -> tuple:
    """``values``, of which the gradients at ``places`` are what ``back`` makes of them."""
    if not places:
        return values

    @custom_vjp
    def hooked(*arrays: Any) -> tuple:
        return arrays

    hooked.defvjp(lambda *arrays: (arrays, None), lambda _, gradients: back(tuple(gradients)))
    found = dict(zip(places, hooked(*(values[i] for i in places)), strict=True))
    return tuple(found.get(i, x) for i, x in enumerate(values))
