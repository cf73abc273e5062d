"""Module: a function with parameters, made of others; what PyTorch calls the same."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..backend.dtypes import INEXACT, as_dtype
from ..backend.select import backend, backend_of
from ..tensor.arguments import destination
from ..tensor.cell import Tensor
from .attributes import Attributes, warn_of_hidden
from .parameter import Parameter

__all__ = [
    "Module",
]


class Mismatch(NamedTuple):
    """Result of ``load_state_dict``: names without a value, and values without a name."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module(Attributes):
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
        return self.forward(*inputs, **settings)

    # what there is

    def named_children(self) -> Iterator[tuple[str, "Module"]]:
        """Iterator over the Modules that are attributes of this one, with their names."""
        seen: set[int] = set()
        for name, value in self._own_children():
            if id(value) not in seen:
                seen.add(id(value))
                yield name, value

    def children(self) -> Iterator["Module"]:
        """Iterator over the Modules that are attributes of this one."""
        return (module for _, module in self.named_children())

    def named_modules(
        self, prefix: str = "", seen: set[int] | None = None
    ) -> Iterator[tuple[str, "Module"]]:
        """This Module and all below it, each once, with dotted names."""
        seen = set() if seen is None else seen
        if id(self) in seen:
            return
        seen.add(id(self))
        yield prefix, self
        for name, child in self.named_children():
            yield from child.named_modules(_dotted(prefix, name), seen)

    def modules(self) -> Iterator["Module"]:
        """This Module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_parameters(self, prefix: str = "") -> Iterator[tuple[str, Parameter]]:
        """All parameters, shared ones once, with dotted names."""
        seen: set[int] = set()
        modules = dict(self.named_modules(prefix))
        for path, module in modules.items():
            for name, value in module._own_parameters():
                if id(value) not in seen:
                    seen.add(id(value))
                    yield _dotted(path, name), value
        warn_of_hidden(list(modules.values()))

    def parameters(self) -> Iterator[Parameter]:
        """All parameters, shared ones once."""
        return (value for _, value in self.named_parameters())

    def named_buffers(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """All buffers with dotted names."""
        for path, module in self.named_modules(prefix):
            for name, value in module._own_buffers():
                yield _dotted(path, name), value

    def buffers(self) -> Iterator[Tensor]:
        """All buffers."""
        return (value for _, value in self.named_buffers())

    # saving and loading

    def _saved(self, prefix: str = "") -> Iterator[tuple[str, Tensor]]:
        """Cells under all their names, a shared one under each, in torch's order."""
        for name, value in (*self._own_parameters(), *self._own_buffers(saved=True)):
            yield _dotted(prefix, name), value
        for name, child in self._own_children():
            yield from child._saved(_dotted(prefix, name))

    def state_dict(self) -> dict[str, Tensor]:
        """All parameters and buffers by dotted name.

        They share this Module's arrays, as torch's do: copy them to keep what they are now.
        """
        return {name: value.detach() for name, value in self._saved()}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> Mismatch:
        """Copy values by name into parameters and buffers: Tensors, or arrays of any kind.

        RuntimeError for shapes that differ and, if ``strict``, for missing and unexpected names;
        then nothing was changed.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict: {type(state).__name__}; give a dict of names")
        cells = dict(self._saved())
        found = Mismatch(
            [name for name in cells if name not in state],
            [name for name in state if name not in cells],
        )
        wrong = [f"missing {name!r}" for name in found.missing_keys if strict]
        wrong += [f"unexpected {name!r}" for name in found.unexpected_keys if strict]
        wrong += [
            f"{name!r} {misfit}"
            for name, cell in cells.items()
            if name in state and (misfit := _misfit(cell.shape, state[name]))
        ]
        if wrong:
            raise RuntimeError(f"load_state_dict: {type(self).__name__}: {'; '.join(wrong)}")
        for name, cell in cells.items():
            if name in state:
                cell.write(_copied(state[name], cell))
        return found

    # changing all

    def apply(self, function: Callable[["Module"], Any]) -> "Module":
        """Call ``function`` on every Module, the inner ones first."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

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

    def to(self, device: Any = None, dtype: Any = None, non_blocking: bool = False) -> "Module":
        """Move all parameters and buffers to a device, or floats among them to a dtype, or both.

        A dtype, which is a float or complex, may stand alone.  non_blocking has no effect.  The
        cells stay: an optimizer made before still has them, and moves its state with them at its
        next step.
        """
        device, dtype = destination(device, dtype)
        target = None if device is None else backend(device)
        wanted = None if dtype is None else as_dtype(dtype)
        if wanted is not None and wanted not in INEXACT:
            raise TypeError(f"{type(self).__name__}: parameters in {wanted} have no gradients")
        for cell in (*self.parameters(), *self.buffers()):
            cell.write(_moved(cell.held, target, wanted))
            if cell.grad is not None:
                cell.grad = Tensor(_moved(cell.grad.held, target, wanted))
        return self

    def cuda(self, device: Any = None) -> "Module":
        """Move all parameters and buffers to a GPU."""
        return self.to("cuda" if device is None else device)

    def cpu(self) -> "Module":
        """Move all parameters and buffers to the host."""
        return self.to("cpu")

    def float(self) -> "Module":
        """Make floats among parameters and buffers float32."""
        return self.to(dtype="float32")

    def double(self) -> "Module":
        """Make floats among parameters and buffers float64."""
        return self.to(dtype="float64")

    def half(self) -> "Module":
        """Make floats among parameters and buffers float16."""
        return self.to(dtype="float16")

    def bfloat16(self) -> "Module":
        """Make floats among parameters and buffers bfloat16."""
        return self.to(dtype="bfloat16")

    # how it is shown

    def extra_repr(self) -> str:
        """Text between the parentheses after the name."""
        return ""

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}" for name, child in self._own_children()]
        extra = self.extra_repr()
        if not lines:
            return f"{type(self).__name__}({extra})"
        inner = "\n".join(([extra] if extra else []) + lines).replace("\n", "\n  ")
        return f"{type(self).__name__}(\n  {inner}\n)"


def forget(cell: Tensor, set_to_none: bool = True) -> None:
    """Take a cell's gradient away, or make it zeros."""
    if set_to_none or cell.grad is None:
        cell.grad = None
    else:
        zeros = backend_of(cell.held).natives["zeros_like"](cell.held)
        cell.grad = Tensor(zeros)


def _dotted(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _misfit(shape: tuple[int, ...], value: Any) -> str | None:
    """Why ``value`` cannot be copied into a cell of ``shape``."""
    if not hasattr(value, "shape"):
        return f"is {type(value).__name__} in the state; give a Tensor or an array"
    given = tuple(value.shape)
    return None if given == shape else f"has shape {shape} here and {given} in the state"


def _copied(value: Any, cell: Tensor) -> Any:
    """A new array with ``value`` on the device and in the dtype of ``cell``."""
    home = backend_of(cell.held)
    raw = value.detach().held if isinstance(value, Tensor) else value
    if isinstance(value, Tensor) and backend_of(raw) is not home:
        raw = backend_of(raw).to_host(raw)
    return home.asarray(raw, dtype=cell.dtype, copy=True)


def _moved(array: Any, target: Any, dtype: Any) -> Any:
    """``array`` on the backend ``target`` and, if it holds floats, in ``dtype``; None: as it is."""
    home = backend_of(array)
    if dtype is not None and array.dtype in INEXACT and array.dtype != dtype:
        array = home.xp.astype(array, dtype=dtype)
    if target is None or target is home:
        return array
    return target.asarray(home.to_host(array))
