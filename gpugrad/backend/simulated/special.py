"""cupyx.scipy.special on the stand-in arrays, computed by SciPy on the same memory."""

from collections.abc import Callable
from typing import Any

from ..host.special import library
from .arrays import computed


def _one(name: str) -> Callable:
    def ufunc(x: Any, /) -> Any:
        return computed(getattr(library(), name), x)

    return ufunc


def _two(name: str) -> Callable:
    def ufunc(x1: Any, x2: Any, /) -> Any:
        return computed(getattr(library(), name), x1, x2)

    return ufunc


def _three(name: str) -> Callable:
    def ufunc(x1: Any, x2: Any, x3: Any, /) -> Any:
        return computed(getattr(library(), name), x1, x2, x3)

    return ufunc


entr, erfcinv, erfcx = _one("entr"), _one("erfcinv"), _one("erfcx")
erfinv, exprel = _one("erfinv"), _one("exprel")
gamma, gammaln = _one("gamma"), _one("gammaln")
gammasgn, log_ndtr, logit = _one("gammasgn"), _one("log_ndtr"), _one("logit")
loggamma, ndtri, psi = _one("loggamma"), _one("ndtri"), _one("psi")
rgamma, zetac = _one("rgamma"), _one("zetac")
i0, i0e, i1, i1e = _one("i0"), _one("i0e"), _one("i1"), _one("i1e")
j0, j1, k0, k1 = _one("j0"), _one("j1"), _one("k0"), _one("k1")
y0, y1, yn = _one("y0"), _one("y1"), _two("yn")
beta, betaln, zeta = _two("beta"), _two("betaln"), _two("zeta")
gammainc, gammaincc = _two("gammainc"), _two("gammaincc")
gammainccinv, gammaincinv = _two("gammainccinv"), _two("gammaincinv")
kl_div, rel_entr = _two("kl_div"), _two("rel_entr")
xlog1py, xlogy = _two("xlog1py"), _two("xlogy")
betainc, betaincinv = _three("betainc"), _three("betaincinv")
