"""Special functions on a device: CuPy's, and what CuPy lacks.

Bessel functions of any order are copied to the host, computed there by SciPy and copied back: a
device waits for them, and cannot capture them.
"""

from collections.abc import Callable
from typing import Any

from ..host.special import ONLY_HERE, SPECIAL_NATIVES
from ..maths.incomplete import complement, in_double
from ..maths.special import special_natives


def device_special(device: Any) -> dict[str, Callable]:
    """Every special function of ``device`` by its name."""
    xp = device.module

    def library() -> Any:
        return device.driver.special()

    def betaincc(a: Any, b: Any, x: Any) -> Any:
        return complement(xp, library(), a, b, x)

    def riemann_zeta(x: Any) -> Any:
        return library().zetac(x) + 1

    def stdtr(df: Any, t: Any) -> Any:
        half, size = df / 2, xp.hypot(xp.sqrt(df), t)
        low = (df / size) / (size + abs(t)) / 2  # the smaller of (1 +- t / size) / 2
        share = library().betainc(half, half, low)
        return xp.where(t < 0, share, 1 - share)

    def stdtrit(df: Any, p: Any) -> Any:
        low = xp.minimum(p, 1 - p)
        share = library().betaincinv(df / 2, df / 2, low)
        t = xp.sqrt(df) * (0.5 - share) / xp.sqrt(share * (1 - share))
        return xp.where(p < 0.5, -t, t)

    by_host = {name: _by_host(device, name) for name in ONLY_HERE.split()}
    return {
        **special_natives(xp, library),
        **by_host,
        "betaincc": betaincc,
        "riemann_zeta": riemann_zeta,
        "stdtr": in_double(stdtr),
        "stdtrit": in_double(stdtrit),
    }


def _by_host(device: Any, name: str) -> Callable:
    """A function that CuPy lacks, computed on the host."""
    function = SPECIAL_NATIVES[name]

    def copied(*arrays: Any) -> Any:
        return device.asarray(function(*[device.to_host(x) for x in arrays]))

    return copied
