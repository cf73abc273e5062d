"""torch.special: gpugrad's special functions."""

from functools import partial as _partial
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any

from ..api import functions as gg
from ..numpy.absent import refuse as _refuse
from ..scipy import special as _special
from .absent import SPECIAL as _SPECIAL
from .owning import owning, owning_all
from .pointwise import round as round
from .pointwise import sinc as sinc
from .polynomials import *
from .polynomials import __all__ as _polynomials
from .tensor import owned

_OTHERS = {  # torch's names of the same functions
    "bessel_j0": "j0",
    "bessel_j1": "j1",
    "bessel_y0": "y0",
    "bessel_y1": "y1",
    "modified_bessel_i0": "i0",
    "modified_bessel_i1": "i1",
    "modified_bessel_k0": "k0",
    "modified_bessel_k1": "k1",
}
globals().update(owning_all(_special))
globals().update({name: owning(getattr(_special, other)) for name, other in _OTHERS.items()})


def spherical_bessel_j0(x: Any) -> Any:
    """sin(x) / x; 1 at 0."""
    zero = x == 0
    return owned(gg.where(zero, 1.0, gg.sin(x) / gg.where(zero, 1.0, x)))


__all__ = [
    *_special.__all__,
    *_OTHERS,
    *_polynomials,
    "round",
    "sinc",
    "spherical_bessel_j0",
]

if not _TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_refuse, "gpugrad.torch.special", _SPECIAL)
