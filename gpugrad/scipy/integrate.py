"""scipy.integrate with gradients: initial value problems of ordinary differential equations."""

from collections.abc import Callable, Sequence
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import COMPLEX
from ..numpy.reading import array, in_float
from ..tensor.arguments import to_device
from ..transforms.boxes import flat
from .odes.rules import Trajectory
from .odes.solving import Flow
from .odes.stepping import Control

__all__ = ["odeint"]

TOLERANCE = 1.49012e-8  # SciPy's
MOST_STEPS = 100_000


def odeint(
    func: Callable,
    y0: Any,
    t: Any,
    args: tuple = (),
    *,
    rtol: float | None = None,
    atol: float | None = None,
    mxstep: int = 0,
    h0: float = 0.0,
    hmax: float = 0.0,
    tfirst: bool = False,
    **refused: Any,
) -> Any:
    """Solution of dy/dt = func(y, t, *args) at the times ``t``, as scipy.integrate.odeint.

    y0: y at the first time, an array of any shape, real or complex; t: (T,), growing or falling.
    func gives what has y's shape; tfirst: it is func(t, y, *args).  args: a tuple of arrays,
    numbers and containers of them.  Gives (T, *shape of y0), in y0's dtype.
    rtol, atol: numbers, 1.49e-8 each without them.  h0, hmax: the first and the longest step;
    mxstep: most steps.  RuntimeError where steps become too short or too many.

    It is solved by steps of an explicit method (Dormand and Prince's): a stiff equation takes many.
    Gradients by y0, t and args come from the adjoint equation, forward mode from the tangent
    equation, each with an error control of its own; values that the derivatives of both modes come
    with may differ by the tolerances.  func must not read other values that are differentiated.
    """
    _refuse(refused)
    y = in_float(y0)
    y = gg.reshape(y, shape=(1,)) if y.ndim == 0 else y
    times = _times(t, y)
    if not isinstance(args, tuple):
        raise TypeError(f"odeint: args={args!r}; give a tuple, args=(value,)")
    leaves, rebuild = flat(args)
    control = Control(*_tolerances(rtol, atol), mxstep or MOST_STEPS, h0, hmax)
    flow = Flow(_derivative(func, rebuild, tfirst), control)
    return Trajectory(flow)(y, times, leaves)


def _refuse(given: dict) -> None:
    """TypeError for arguments of SciPy's solver that this one has no use for."""
    known = "Dfun col_deriv full_output ml mu tcrit hmin ixpr mxhnil mxordn mxords printmessg"
    for name, value in given.items():
        if name not in known.split():
            raise TypeError(f"odeint: unknown argument {name!r}")
        if value is not None and value is not False and value != 0:
            way = {
                "tcrit": "; integrate up to each of those times, or give hmax",
                "full_output": "; it returns the solution only",
            }
            raise TypeError(
                f"odeint: {name}= is an argument of SciPy's solver, not of this one"
                f"{way.get(name, '; leave it out')}"
            )


def _tolerances(rtol: Any, atol: Any) -> tuple[float, float]:
    both = [TOLERANCE if value is None else value for value in (rtol, atol)]
    for name, value in zip(("rtol", "atol"), both, strict=True):
        if not isinstance(value, int | float) or value < 0:
            raise ValueError(f"odeint: {name}={value!r}; give one number from 0")
    if not any(both):
        raise ValueError("odeint: rtol and atol are both 0, which no solution reaches")
    return float(both[0]), float(both[1])


def _times(t: Any, y: Any) -> Any:
    """The times: where they lie, since only their derivative needs them beside y."""
    times = array(t, near=y)
    if times.ndim != 1 or not times.shape[0]:
        raise ValueError(f"odeint: t has the shape {times.shape}; give (T,), the first time first")
    if times.level or times.node is not None:
        times = to_device(times, y.device)
    return times


def _derivative(func: Callable, rebuild: Callable, tfirst: bool) -> Callable:
    """``func`` as Flow has it: of flat arguments, with a result like y."""

    def derivative(y: Any, t: Any, leaves: Sequence) -> Any:
        arguments = rebuild(list(leaves))
        given = func(t, y, *arguments) if tfirst else func(y, t, *arguments)
        slope = array(given, near=y)
        if slope.dtype in COMPLEX and y.dtype not in COMPLEX:
            raise TypeError("odeint: func gives complex numbers; make y0 complex too")
        if slope.size != y.size:
            raise ValueError(f"odeint: func gives the shape {slope.shape} for y of {y.shape}")
        slope = slope if slope.dtype == y.dtype else gg.astype(slope, y.dtype)
        return slope if slope.shape == y.shape else gg.reshape(slope, shape=y.shape)

    return derivative
