"""Special functions as SciPy's and CuPy's modules have them, and what both are asked for alike.

``library()`` is scipy.special or what stands for cupyx.scipy.special, imported at the first call.
"""

from collections.abc import Callable
from math import factorial
from typing import Any

from .bessel_orders import bessel_order_natives
from .incomplete import incomplete_natives

Library = Callable[[], Any]
NAMES = (
    "beta betainc betaincinv betaln entr erfcinv erfcx erfinv exprel gamma gammainc gammaincc "
    "gammainccinv gammaincinv gammaln gammasgn i0 i0e i1 i1e j0 j1 k0 k1 kl_div log_ndtr logit "
    "loggamma ndtri rel_entr rgamma xlog1py xlogy y0 y1 yn zeta"
)


def special_natives(xp: Any, library: Library) -> dict[str, Callable]:
    """What both libraries have; ``xp`` is NumPy or what stands for CuPy."""

    def polygamma(n: Any, x: Any) -> Any:
        found = library()
        if isinstance(n, int):  # of a rule
            if not n:
                return found.psi(x)
            return (-1.0) ** (n + 1) * factorial(n) * found.zeta(n + 1.0, x)
        n = n + 0.0
        signed = (1 - 2 * ((n + 1) % 2)) * found.gamma(n + 1)
        y = xp.where(n == 0, found.psi(x), signed * found.zeta(n + 1, x))
        return y.astype(x.dtype)

    return {
        **{name: named(name, library) for name in NAMES.split()},
        "digamma": named("psi", library),
        "polygamma": polygamma,
        **incomplete_natives(xp, library),
        **bessel_order_natives(xp, library),
    }


def named(name: str, library: Library) -> Callable:
    """The library's function; it gives the dtype of its last argument, of orders none."""

    def function(*arrays: Any) -> Any:
        y = getattr(library(), name)(*arrays)
        dtype = arrays[-1].dtype
        return y if y.dtype == dtype else y.astype(dtype)

    return function
