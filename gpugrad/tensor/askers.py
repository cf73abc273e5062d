"""Which function of SciPy's asks a Tensor for an array, and what stands for it here."""

import sys
from types import FrameType
from typing import Any

from .protocols import has_name


def way_around_scipy() -> str:
    """What to call in place of the function of SciPy's that is being called; nothing without one.

    Of the frames that lead here the outermost that runs a public function of SciPy's names it.
    """
    found = ""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        found = _public_name(frame) or found
        frame = frame.f_back
    if not found:
        return ""
    way = f"use gpugrad.{found}" if has_name(found) else "gpugrad.scipy has none such yet"
    return f"{found} computes with NumPy alone, {way}"


def _public_name(frame: FrameType) -> str:
    """The name by which users call a function of SciPy's: of a distribution, its method."""
    room = frame.f_globals.get("__name__", "").split(".")
    if room[0] != "scipy" or len(room) < 2:
        return ""
    module, path = ".".join(room[:2]), [frame.f_code.co_name]
    owner: Any = frame.f_locals.get("self")
    if owner is not None:
        path.insert(0, getattr(owner, "name", None) or type(owner).__name__.removesuffix("_gen"))
    return ".".join([module, *path]) if hasattr(sys.modules.get(module), str(path[0])) else ""
