"""A Module's parameters and buffers on another device or in another dtype.

The cells stay: an optimizer made before still has them, and moves its state with them at its next
step.
"""

from collections.abc import Callable
from typing import Any

from ..backend.dtypes import FLOATS, INEXACT, as_dtype
from ..backend.select import backend, backend_of
from ..tensor.arguments import destination
from ..tensor.cell import Tensor
from .tree import Tree


class Movable(Tree):
    """An object whose parameters and buffers move together; all methods return it."""

    def to(
        self,
        device: Any = None,
        dtype: Any = None,
        non_blocking: bool = False,
        *,
        memory_format: Any = None,
    ) -> Any:
        """Move all parameters and buffers to a device, or floats among them to a dtype, or both.

        A dtype, which is a float or complex, may stand alone, and so may a Tensor, whose device and
        dtype are meant.  non_blocking and memory_format have no effect.
        """
        if isinstance(device, Tensor):
            device, dtype = device.device, device.dtype
        device, dtype = destination(device, dtype)
        target = None if device is None else backend(device)
        wanted = None if dtype is None else as_dtype(dtype)
        if wanted is not None and wanted not in INEXACT:
            raise TypeError(f"{type(self).__name__}: parameters in {wanted} have no gradients")
        return self._changed(lambda array: _moved(_cast(array, INEXACT, wanted), target))

    def cuda(self, device: Any = None) -> Any:
        """Move all parameters and buffers to a GPU."""
        return self.to("cuda" if device is None else device)

    def cpu(self) -> Any:
        """Move all parameters and buffers to the host."""
        return self.to("cpu")

    def float(self) -> Any:
        """Make floats among parameters and buffers float32."""
        return self._floats("float32")

    def double(self) -> Any:
        """Make floats among parameters and buffers float64."""
        return self._floats("float64")

    def half(self) -> Any:
        """Make floats among parameters and buffers float16."""
        return self._floats("float16")

    def bfloat16(self) -> Any:
        """Make floats among parameters and buffers bfloat16."""
        return self._floats("bfloat16")

    def type(self, dst_type: Any) -> Any:
        """Make all parameters and buffers of a dtype, integers too."""
        wanted = as_dtype(dst_type)
        return self._changed(lambda array: _cast(array, None, wanted))

    def share_memory(self) -> Any:
        """Refused: arrays of parameters are not shared by processes."""
        raise RuntimeError(
            f"{type(self).__name__}: share_memory(): processes share no parameters here; send "
            "state_dict() to the other process, which loads it"
        )

    def _floats(self, name: str) -> Any:
        wanted = as_dtype(name)
        return self._changed(lambda array: _cast(array, FLOATS, wanted))

    def _changed(self, change: Callable[[Any], Any]) -> Any:
        """Put another array in each cell, and in its gradient."""
        for cell in (*self.parameters(), *self.buffers()):
            cell.write(change(cell.held))
            if cell.grad is not None:
                cell.grad = Tensor(change(cell.grad.held))
        return self


def _cast(array: Any, kinds: Any, dtype: Any) -> Any:
    """``array`` in ``dtype`` if its own is among ``kinds``; None: all kinds, or as it is."""
    if dtype is None or array.dtype == dtype or not (kinds is None or array.dtype in kinds):
        return array
    return backend_of(array).xp.astype(array, dtype=dtype)


def _moved(array: Any, target: Any) -> Any:
    """``array`` on the backend ``target``; None: as it is."""
    home = backend_of(array)
    return array if target is None or target is home else target.asarray(home.to_host(array))
