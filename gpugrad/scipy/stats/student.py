"""Student's t distribution; with infinitely many degrees of freedom it is the normal one."""

from math import inf, nan
from typing import Any

from ...api import functions as gg
from ...engine.functions import function_of
from ...ops import special_incomplete as _incomplete
from .. import special
from .kinds import Symmetric
from .lines import LOG_ROOT_2_PI

_log_betainc = function_of(_incomplete.log_betainc)


def _or_normal(df: Any, function: Any, normal: Any) -> Any:
    """``function(df)``, but ``normal`` where ``df`` is infinite."""
    endless = gg.isinf(df)
    return gg.where(endless, normal, function(gg.where(endless, 1.0, df)))


def _share(df: Any, z: Any) -> Any:
    """w in cdf(z) = betainc(df/2, df/2, w), without cancellation for z <= 0."""
    size = gg.hypot(gg.sqrt(df), z)
    return (df / size) / (size - z) / 2


class Student(Symmetric):
    """Student's t distribution; gradients in df too."""

    name, shapes, open_below = "t", ("df",), True  # infinite x would give infinite quotients

    def _valid(self, *shapes: Any) -> Any:
        return shapes[0] > 0

    def _logpdf(self, z: Any, *shapes: Any) -> Any:
        def finite(df: Any) -> Any:
            spread = gg.log1p(z * z / df)
            return -0.5 * ((df + 1) * spread + gg.log(df)) - special.betaln(0.5, 0.5 * df)

        return _or_normal(shapes[0], finite, -0.5 * z * z - LOG_ROOT_2_PI)

    def _cdf(self, z: Any, *shapes: Any) -> Any:
        return _or_normal(shapes[0], lambda df: special.stdtr(df, z), special.ndtr(z))

    def _logcdf(self, z: Any, *shapes: Any) -> Any:
        low = z < 0

        def finite(df: Any) -> Any:
            left, right = _share(df, gg.where(low, z, 0.0)), _share(df, -gg.where(low, 0.0, z))
            below, above = (
                _log_betainc(0.5 * df, 0.5 * df, w, upper=upper)
                for w, upper in ((left, False), (right, True))
            )
            return gg.where(low, below, above)

        return _or_normal(shapes[0], finite, special.log_ndtr(z))

    def _ppf(self, q: Any, *shapes: Any) -> Any:
        least = q == 0  # of which stdtrit says inf, as SciPy's
        sign, other = gg.where(least, -1.0, 1.0), gg.where(least, 1 - q, q)
        return _or_normal(shapes[0], lambda df: sign * special.stdtrit(df, other), special.ndtri(q))

    def _entropy(self, *shapes: Any) -> Any:
        def finite(df: Any) -> Any:
            half, more = 0.5 * df, 0.5 * df + 0.5
            spread = more * (special.psi(more) - special.psi(half))
            return spread + 0.5 * gg.log(df) + special.betaln(0.5, half)

        return _or_normal(shapes[0], finite, 0.5 + LOG_ROOT_2_PI)

    def _mean(self, *shapes: Any) -> Any:
        return gg.where(shapes[0] > 1, gg.sign(shapes[0]) - 1, inf)  # 0 in df's dtype

    def _var(self, *shapes: Any) -> Any:
        df = shapes[0]
        enough = df > 2
        finite = _or_normal(df, lambda df: df / gg.where(enough, df - 2, 1.0), 1.0)
        return gg.where(df > 1, gg.where(enough, finite, inf), nan)
