"""The incomplete gamma and beta functions, Student's t, their logarithms and inverses.

``y`` times a ``ratio`` is the derivative by a parameter; backend/maths/quadrature.py has how it is
computed.  Derivatives by x are densities, here in closed form.
"""

from functools import partial

from ..backend.maths.exponential import of_exponential
from .declare import elementwise
from .densities import beta_density, gamma_density

special = partial(elementwise, real=True, fusible=False)


def _psi(xp, k, z):
    """The ``k``-th derivative of log gamma, k from 1."""
    return xp.digamma(z) if k == 1 else xp.polygamma(k - 1, z)


def _sign(upper):
    return -1 if upper else 1


# --- gamma ----------------------------------------------------------------------------------------


def _gamma_share(xp, a, log_x, times):
    """The derivative of the density by ``a`` that many times, over the density."""
    derivatives = {(k, 0): -_psi(xp, k, a) for k in range(1, times + 1)}
    derivatives[1, 0] = log_x + derivatives[1, 0]
    return of_exponential(derivatives, times)[times, 0]


def _gamma_hazard(xp, a, x, upper):
    """The density over the integral of it on one side of x; at 0 over the one below, a / x."""
    if upper:
        return gamma_density(xp, a, x, xp.log_gammainc(a, x, upper=True))
    start = x == 0
    inside = xp.where(start, 1, x)
    hazard = gamma_density(xp, a, inside, xp.log_gammainc(a, inside, upper=False))
    return xp.where(start, a / x, hazard)


def _gamma_log_by_a(xp, a, x, upper):
    """The derivative by ``a`` of the logarithm of the integral; of x**a / gamma(a + 1) at 0."""
    if upper:
        return xp.gammainc_ratio(a, x, times=1, upper=True)
    start = x == 0
    at_start = xp.xlogy(1, xp.where(start, x, 1)) - xp.digamma(a + 1)
    inside = xp.where(start, 1, x)
    return xp.where(start, at_start, xp.gammainc_ratio(a, inside, times=1, upper=False))


def _ratio_by_a(xp, a, x, y, *, times, upper):
    higher, first = (xp.gammainc_ratio(a, x, times=k, upper=upper) for k in (times + 1, 1))
    return higher - y * first


def _ratio_by_x(xp, a, x, y, *, times, upper):
    hazard = _gamma_hazard(xp, a, x, upper)
    return _sign(upper) * xp.scale(hazard, _gamma_share(xp, a, xp.log(x), times) - y)


@special(da=_ratio_by_a, dx=_ratio_by_x)
def gammainc_ratio(xp, a, x, *, times, upper):
    """The derivative by ``a`` of the incomplete gamma function, or of its complement, over it."""
    return xp.gammainc_ratio(a, x, times=times, upper=upper)


@special(
    da=lambda xp, a, x, *, upper: _gamma_log_by_a(xp, a, x, upper),
    dx=lambda xp, a, x, *, upper: _sign(upper) * _gamma_hazard(xp, a, x, upper),
)
def log_gammainc(xp, a, x, *, upper):
    """The logarithm of the incomplete gamma function, or of its complement, without underflow."""
    return xp.log_gammainc(a, x, upper=upper)


def _gamma_by_a(upper):
    return lambda xp, a, x, y: xp.scale(y, _gamma_log_by_a(xp, a, x, upper))


@special(da=_gamma_by_a(False), dx=lambda xp, a, x: gamma_density(xp, a, x))
def gammainc(xp, a, x):
    """The regularised lower incomplete gamma function: of gamma(a), the part below x."""
    return xp.gammainc(a, x)


@special(da=_gamma_by_a(True), dx=lambda xp, a, x: -gamma_density(xp, a, x))
def gammaincc(xp, a, x):
    """1 - gammainc(a, x), with full relative precision where it is small."""
    return xp.gammaincc(a, x)


def _gamma_inverse_by_a(xp, a, p, y, upper):
    """By the implicit function: what p moves by when a does, over the density."""
    derivative = xp.gammaincc(a, y) if upper else xp.gammainc(a, y)
    derivative = derivative * xp.gammainc_ratio(a, y, times=1, upper=upper)
    return xp.scale(derivative, -_sign(upper) / gamma_density(xp, a, y))


@special(
    da=lambda xp, a, p, y: _gamma_inverse_by_a(xp, a, p, y, False),
    dp=lambda xp, a, y: 1 / gamma_density(xp, a, y),
)
def gammaincinv(xp, a, p):
    """The x at which gammainc(a, x) is p."""
    return xp.gammaincinv(a, p)


@special(
    da=lambda xp, a, p, y: _gamma_inverse_by_a(xp, a, p, y, True),
    dp=lambda xp, a, y: -1 / gamma_density(xp, a, y),
)
def gammainccinv(xp, a, p):
    """The x at which gammaincc(a, x) is p."""
    return xp.gammainccinv(a, p)


def _sample_ratio_by_a(xp, a, log_x, y, *, times):
    higher = xp.gamma_sample_ratio(a, log_x, times=times + 1)
    return higher - y * (log_x - xp.digamma(a))


def _sample_ratio_by_x(xp, a, log_x, y, *, times):
    return _gamma_share(xp, a, log_x, times) - y * (a - xp.exp(log_x))


@special(da=_sample_ratio_by_a, dlog_x=_sample_ratio_by_x)
def gamma_sample_ratio(xp, a, log_x, *, times):
    """The derivative by ``a`` of the incomplete gamma function over its derivative by log x."""
    return xp.gamma_sample_ratio(a, log_x, times=times)


@special(da=lambda xp, a, y: -xp.gamma_sample_ratio(a, y, times=1), register=False)
def log_gamma_sample(xp, a, log_x):
    """``log_x``, the logarithm of a gamma number, which moves with ``a`` so that the probability
    to be below it stays: a derivative that no difference of values shows."""
    return xp.where(a == a, log_x, a)


# --- beta -----------------------------------------------------------------------------------------


def _beta_share(xp, a, b, x, times):
    """The derivative of the density by a and b that many times each, over the density."""
    m, n = times
    derivatives = {}
    for k in range(1, m + n + 1):
        both = _psi(xp, k, a + b)
        derivatives.update({(i, k - i): both for i in range(1, k)})
        derivatives[k, 0], derivatives[0, k] = both - _psi(xp, k, a), both - _psi(xp, k, b)
    derivatives[1, 0], derivatives[0, 1] = (
        derivatives[1, 0] + xp.log(x),
        derivatives[0, 1] + xp.log1p(-x),
    )
    return of_exponential(derivatives, m, n)[m, n]


def _beta_hazard(xp, a, b, x, upper):
    """The density over the integral of it on one side of x; where that is empty, ``_near_end``'s
    slope."""
    p, q, s = (b, a, 1 - x) if upper else (a, b, x)
    nothing = s == 0
    inside = xp.where(nothing, 0.5, x)
    hazard = beta_density(xp, a, b, inside, xp.log_betainc(a, b, inside, upper=upper))
    return xp.where(nothing, p / s - p * (q - 1) / (p + 1), hazard)


def _near_end(xp, p, q, s, by_p):
    """The slope by p, or q, of the logarithm of the integral from 0 to s, which is 0.

    Near 0 it is p log s - log(p beta(p, q)) - s p (q-1) / (p+1).
    """
    if by_p:
        log = xp.xlogy(1, xp.where(s == 0, s, 1))
        return log + xp.digamma(p + q) - xp.digamma(p + 1)
    return xp.digamma(p + q) - xp.digamma(q) - s * p / (p + 1)


def _beta_log_by(times, upper):
    """The slope by a, times (1, 0), or b of the logarithm of the integral on one side of x."""

    def slope(xp, a, b, x):
        p, q, s = (b, a, 1 - x) if upper else (a, b, x)
        nothing = s == 0
        inside = xp.where(nothing, 0.5, x)
        ratio = xp.betainc_ratio(a, b, inside, times=times, upper=upper)
        return xp.where(nothing, _near_end(xp, p, q, s, times[upper] == 1), ratio)

    return slope


def _beta_ratio(xp, a, b, x, y, times, more, upper):
    """The derivative of a ratio by one of a and b, which ``more`` says."""
    higher = (times[0] + more[0], times[1] + more[1])
    return xp.betainc_ratio(a, b, x, times=higher, upper=upper) - y * xp.betainc_ratio(
        a, b, x, times=more, upper=upper
    )


def _beta_ratio_by_x(xp, a, b, x, y, *, times, upper):
    hazard = _beta_hazard(xp, a, b, x, upper)
    return _sign(upper) * xp.scale(hazard, _beta_share(xp, a, b, x, times) - y)


@special(
    da=lambda xp, a, b, x, y, *, times, upper: _beta_ratio(xp, a, b, x, y, times, (1, 0), upper),
    db=lambda xp, a, b, x, y, *, times, upper: _beta_ratio(xp, a, b, x, y, times, (0, 1), upper),
    dx=_beta_ratio_by_x,
)
def betainc_ratio(xp, a, b, x, *, times, upper):
    """The derivative by a and b of the incomplete beta function, or its complement, over it."""
    return xp.betainc_ratio(a, b, x, times=times, upper=upper)


@special(
    da=lambda xp, a, b, x, *, upper: _beta_log_by((1, 0), upper)(xp, a, b, x),
    db=lambda xp, a, b, x, *, upper: _beta_log_by((0, 1), upper)(xp, a, b, x),
    dx=lambda xp, a, b, x, *, upper: _sign(upper) * _beta_hazard(xp, a, b, x, upper),
)
def log_betainc(xp, a, b, x, *, upper):
    """The logarithm of the incomplete beta function, or of its complement, without underflow."""
    return xp.log_betainc(a, b, x, upper=upper)


def _beta_by(times, upper=False):
    slope = _beta_log_by(times, upper)
    return lambda xp, a, b, x, y: xp.scale(y, slope(xp, a, b, x))


@special(da=_beta_by((1, 0)), db=_beta_by((0, 1)), dx=lambda xp, a, b, x: beta_density(xp, a, b, x))
def betainc(xp, a, b, x):
    """The regularised incomplete beta function: of beta(a, b), the part below x."""
    return xp.betainc(a, b, x)


@special(
    da=_beta_by((1, 0), True),
    db=_beta_by((0, 1), True),
    dx=lambda xp, a, b, x: -beta_density(xp, a, b, x),
)
def betaincc(xp, a, b, x):
    """1 - betainc(a, b, x), with full relative precision where it is small."""
    return xp.betaincc(a, b, x)


def _beta_inverse(times):
    def derivative(xp, a, b, y):
        moved = xp.betainc(a, b, y) * xp.betainc_ratio(a, b, y, times=times, upper=False)
        return xp.scale(moved, -1 / beta_density(xp, a, b, y))

    return derivative


@special(
    da=_beta_inverse((1, 0)),
    db=_beta_inverse((0, 1)),
    dp=lambda xp, a, b, y: 1 / beta_density(xp, a, b, y),
)
def betaincinv(xp, a, b, p):
    """The x at which betainc(a, b, x) is p."""
    return xp.betaincinv(a, b, p)


# --- Student's t ----------------------------------------------------------------------------------


def _student_density(xp, df, t):
    spread = xp.log1p(xp.square(t) / df)
    return xp.exp(-(df + 1) / 2 * spread - xp.log(df) / 2 - xp.betaln(0.5, df / 2))


def _student_by_df(xp, df, t):
    """F(t) is betainc(df/2, df/2, w) with w = (1 + t / sqrt(df + t**2)) / 2, smooth in both."""
    half, size = df / 2, xp.hypot(xp.sqrt(df), t)
    low = (df / size) / (size + xp.where(t < 0, -t, t)) / 2  # the smaller of w and 1 - w
    w = xp.where(t < 0, low, 1 - low)
    ratios = [xp.betainc_ratio(half, half, w, times=o, upper=False) for o in ((1, 0), (0, 1))]
    moved = xp.betainc(half, half, w) * (ratios[0] + ratios[1]) / 2
    return moved - xp.scale(_student_density(xp, df, t), t / df / 2)


@special(ddf=_student_by_df, dt=_student_density)
def stdtr(xp, df, t):
    """The probability that a number distributed as Student's t is below t."""
    return xp.stdtr(df, t)


@special(
    ddf=lambda xp, df, y: xp.scale(_student_by_df(xp, df, y), -1 / _student_density(xp, df, y)),
    dp=lambda xp, df, y: 1 / _student_density(xp, df, y),
)
def stdtrit(xp, df, p):
    """The t at which stdtr(df, t) is p."""
    return xp.stdtrit(df, p)
