"""New Tensors: filled, counted, spaced, or with what an array already holds.

Everywhere ``dtype`` is a dtype or its name, ``device`` a device's name (None: the default one),
``requires_grad`` makes a leaf that backward fills.
"""

from typing import Any

from ..backend.dtypes import as_dtype, default_float
from ..backend.host.backend import check_no_mask
from ..backend.select import BACKENDS, backend, backend_of
from ..engine.cells import raw
from ..engine.functions import function_of
from ..ops import shape as shape_ops
from ..tensor.cell import Tensor, tensor
from ..tensor.conversion import check_numbers


def _made(
    name: str,
    arguments: tuple,
    dtype: Any,
    device: str | int | None,
    requires_grad: bool,
    kind: type[Tensor] = Tensor,
    **more: Any,
) -> Tensor:
    """What the raw function ``name`` gives, as a Tensor of class ``kind``."""
    if dtype is not None:
        more["dtype"] = as_dtype(dtype)
    made = kind(backend(device).natives[name](*arguments, **more))
    return made.requires_grad_() if requires_grad else made


def zeros(
    shape: Any, *, dtype: Any = None, device: str | int | None = None, requires_grad: bool = False
) -> Tensor:
    """Zeros in the shape ``shape``; of the default float unless a dtype is given."""
    return _made("zeros", (shape,), dtype or default_float(), device, requires_grad)


def ones(
    shape: Any, *, dtype: Any = None, device: str | int | None = None, requires_grad: bool = False
) -> Tensor:
    """Ones in the shape ``shape``; of the default float unless a dtype is given."""
    return _made("ones", (shape,), dtype or default_float(), device, requires_grad)


def empty(
    shape: Any, *, dtype: Any = None, device: str | int | None = None, requires_grad: bool = False
) -> Tensor:
    """Array of shape ``shape`` with arbitrary elements, by default of the default float."""
    return _made("empty", (shape,), dtype or default_float(), device, requires_grad)


def full(
    shape: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: str | int | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Array of shape ``shape`` filled with ``fill_value``, of its dtype unless one is given.

    A Tensor of one element as ``fill_value`` keeps its gradient.
    """
    if isinstance(fill_value, Tensor):
        return _spread(fill_value, shape, dtype, device)
    check_numbers("full", fill_value, cast=True)
    dtype = dtype or tensor(fill_value).dtype
    return _made("full", (shape, fill_value), dtype, device, requires_grad)


def _spread(value: Any, shape: Any, dtype: Any, device: str | int | None) -> Any:
    """A Tensor of one element everywhere."""
    wanted = value.dtype if dtype is None else as_dtype(dtype)
    one = function_of(shape_ops.astype)(value, dtype=wanted)
    one = one if device is None else one.to_device(device)
    return function_of(shape_ops.broadcast_to)(
        one, shape=(shape,) if isinstance(shape, int) else shape
    )


def _like(
    name: str, x: Any, arguments: tuple, dtype: Any, device: str | int | None, requires_grad: bool
) -> Tensor:
    array = raw(x)
    home = backend_of(array).name if type(array) in BACKENDS else None
    given = tensor(x) if home is None else x
    place = home if device is None else device
    kind = getattr(x, "results", Tensor)
    return _made(name, (given.shape, *arguments), dtype or given.dtype, place, requires_grad, kind)


def zeros_like(
    x: Any, *, dtype: Any = None, device: str | int | None = None, requires_grad: bool = False
) -> Tensor:
    """Zeros with the shape, dtype and device of ``x``."""
    return _like("zeros", x, (), dtype, device, requires_grad)


def ones_like(
    x: Any, *, dtype: Any = None, device: str | int | None = None, requires_grad: bool = False
) -> Tensor:
    """Ones with the shape, dtype and device of ``x``."""
    return _like("ones", x, (), dtype, device, requires_grad)


def empty_like(
    x: Any, *, dtype: Any = None, device: str | int | None = None, requires_grad: bool = False
) -> Tensor:
    """Array with the shape, dtype and device of ``x`` and arbitrary elements."""
    return _like("empty", x, (), dtype, device, requires_grad)


def full_like(
    x: Any,
    fill_value: Any,
    *,
    dtype: Any = None,
    device: str | int | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Array filled with ``fill_value``, with the shape, dtype and device of ``x``."""
    if isinstance(fill_value, Tensor):
        given = x if hasattr(x, "dtype") else tensor(x)
        if device is not None or hasattr(raw(fill_value), "dtype"):
            return _spread(fill_value, given.shape, dtype or given.dtype, device)
        return ones_like(given, dtype=dtype) * fill_value  # a transform's number has no device
    check_numbers("full_like", fill_value, cast=True)
    return _like("full", x, (fill_value,), dtype, device, requires_grad)


def arange(
    start: Any,
    stop: Any = None,
    step: Any = 1,
    *,
    dtype: Any = None,
    device: str | int | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from ``start`` (or 0) up to but not including ``stop``, ``step`` apart.

    Integers give int64, and floats the default float, unless a dtype is given.
    """
    if stop is None:
        start, stop = 0, start
    if dtype is None and any(isinstance(end, float) for end in (start, stop, step)):
        dtype = default_float()
    return _made("arange", (start, stop, step), dtype or "int64", device, requires_grad)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    *,
    endpoint: bool = True,
    dtype: Any = None,
    device: str | int | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Vector of ``num`` evenly spaced numbers from ``start`` to ``stop``.

    endpoint: False leaves out ``stop``.  Tensors of one element as ends keep their gradients.
    """
    if isinstance(start, Tensor) or isinstance(stop, Tensor):
        shares = linspace(0.0, 1.0, num, endpoint=endpoint, dtype=dtype, device=device)
        return start * (1 - shares) + stop * shares
    return _made(
        "linspace",
        (start, stop, num),
        dtype or default_float(),
        device,
        requires_grad,
        endpoint=endpoint,
    )


def eye(
    rows: int,
    columns: int | None = None,
    *,
    k: int = 0,
    dtype: Any = None,
    device: str | int | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Matrix (rows, columns) with ones on diagonal ``k`` and zeros elsewhere; square by default."""
    return _made(
        "eye",
        (rows, rows if columns is None else columns),
        dtype or default_float(),
        device,
        requires_grad,
        k=k,
    )


def asarray(
    data: Any,
    *,
    dtype: Any = None,
    device: str | int | None = None,
    copy: bool | None = None,
    requires_grad: bool = False,
) -> Any:
    """``data`` as a Tensor, without a copy if possible: numbers, sequences, an array, a Tensor.

    copy: True always copies; False raises ValueError where a copy would be needed.
    """
    array = raw(data)
    check_numbers("asarray", array, cast=dtype is not None)
    here = type(array) in BACKENDS
    fits = here and array.dtype.isnative and (dtype is None or array.dtype == as_dtype(dtype))
    fits = fits and (device is None or backend_of(array) is backend(device))
    if copy is False and not fits:
        raise ValueError("asarray: copy=False, but this data needs a copy; leave copy out")
    if copy or not fits:
        made = _converted(data, dtype, device)
    else:
        made = data if isinstance(data, Tensor) else Tensor(array)
    return made.requires_grad_() if requires_grad else made


def _converted(data: Any, dtype: Any, device: str | int | None) -> Any:
    """A copy, through which the gradient of a Tensor passes."""
    if not isinstance(data, Tensor):
        return tensor(data, dtype=dtype, device=device)
    wanted = as_dtype(dtype) if dtype is not None else data.dtype
    copied = function_of(shape_ops.astype)(data, dtype=wanted)
    return copied if device is None else copied.to_device(device)


def from_dlpack(x: Any, *, device: str | int | None = None, copy: bool | None = None) -> Tensor:
    """A Tensor on the memory of an array of another library, without a copy if it may."""
    check_no_mask(x)
    kind, _ = x.__dlpack_device__()
    home = backend("cpu" if kind == 1 else "cuda")
    made = Tensor(home.natives["from_dlpack"](x))
    if copy:
        made = made.clone()
    return made if device is None else made.to_device(device)
