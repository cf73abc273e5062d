"""Module: a function with parameters, made of others; what PyTorch calls the same."""

from typing import Any

from ..backend.select import backend_of
from ..compiler import Compiled, compile
from ..tensor.cell import Tensor
from .hooks import with_hooks
from .moving import Movable
from .state import Stateful

__all__ = [
    "Module",
]


class Module(Stateful, Movable):
    """Base class of layers and networks: a function with parameters.

    A subclass defines ``forward``:

        class Scale(gg.nn.Module):
            def __init__(self):
                self.factor = gg.nn.Parameter(2.0)

            def forward(self, x):
                return self.factor * x

        print(Scale()(gg.ones(2)).tolist(), list(Scale().state_dict()))  # [2.0, 2.0] ['factor']

    Attributes that are Parameters, Modules or registered buffers are found by name, in the order in
    which they were set.  TypeError is raised where something else is set in place of one.
    """

    training = True

    def forward(self, *inputs: Any, **settings: Any) -> Any:
        """Compute the result of calling this Module."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward")

    def __call__(self, *inputs: Any, **settings: Any) -> Any:
        if self.module_hooks is None:
            return self.forward(*inputs, **settings)
        return with_hooks(self, inputs, settings)

    # changing all

    def train(self, mode: bool = True) -> "Module":
        """Switch to training mode, in which Dropout drops and BatchNorm uses the batch."""
        if not isinstance(mode, bool):
            raise TypeError(f"{type(self).__name__}: train({mode!r:.80}); give True or False")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch to evaluation mode."""
        return self.train(False)

    def requires_grad_(self, wanted: bool = True) -> "Module":
        """Make all parameters require a gradient, or none."""
        for parameter in self.parameters():
            parameter.requires_grad_(wanted)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters, or make them zeros."""
        for parameter in self.parameters():
            forget(parameter, set_to_none)

    def compile(self, **settings: Any) -> None:
        """Have ``forward`` replayed, as ``gg.compile(module.forward)`` does; hooks stay around it.

        Copies and pickles are not compiled.
        """
        vars(self)["forward"] = compile(self.forward, **settings)

    def __getstate__(self) -> dict[str, Any]:
        """The attributes, without a compiled ``forward``."""
        own = dict(vars(self))
        if isinstance(own.get("forward"), Compiled):
            del own["forward"]
        return own

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Have the attributes that were saved."""
        vars(self).update(state)

    # how it is shown

    def extra_repr(self) -> str:
        """Text between the parentheses after the name."""
        return ""

    def __repr__(self) -> str:
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        children = [f"({name}): {child!r}" for name, child in self._own_children()]
        if len(lines) < 2 and not children:
            return f"{type(self).__name__}({extra})"
        children = [text.replace("\n", "\n  ") for text in children]
        return "\n  ".join([f"{type(self).__name__}(", *lines, *children]) + "\n)"


def forget(cell: Tensor, set_to_none: bool = True) -> None:
    """Take a cell's gradient away, or make it zeros."""
    if set_to_none or cell.grad is None:
        cell.grad = None
    else:
        zeros = backend_of(cell.held).natives["zeros_like"](cell.held)
        cell.grad = Tensor(zeros)
