"""Samples of the special functions; what they give at poles and far out is in test_scipy_special.

The reference of a value is scipy.special's; rules are compared with differences.
"""

import numpy as np
from op_samples_elements import POSITIVE, binary, unary
from sample import Sample, numbers, sample
from scipy import special

WHOLE = np.array([0, 1, 3])
UNIT = (0.1, 0.9)
SHAPE = (0.4, 4.0)  # a parameter such as a in gammainc(a, x)


def with_order(name) -> list[Sample]:
    """Samples of a function of orders, whole and real, and a positive number."""
    reference = getattr(special, name)
    return [
        sample(WHOLE, numbers(3, low=0.6, high=4), reference=reference),
        sample(2, numbers(2, 1, low=0.6, high=4), reference=reference),
        sample(WHOLE[:0], numbers(1, low=0.6, high=4), reference=reference),
    ]


def inverse(function, *ranges) -> list[Sample]:
    """Samples of a function of parameters in ``ranges`` and a probability."""
    inputs = [numbers(2, low=low, high=high, seed=i) for i, (low, high) in enumerate(ranges)]
    reference = getattr(special, function)
    return [
        sample(*inputs, numbers(2, low=0.15, high=0.85, seed=9), reference=reference),
        sample(
            *[np.asarray(x[0]) for x in inputs],
            numbers(0, low=0.15, high=0.85),
            reference=reference,
        ),
    ]


def ratios(first, *ranges, **settings) -> list[Sample]:
    """Samples without a reference: arrays, numbers, none."""
    inputs = [numbers(2, low=low, high=high, seed=i) for i, (low, high) in enumerate(ranges)]
    return [
        sample(*inputs, **first, **settings),
        sample(np.asarray(inputs[0][0]), *[x[:1] for x in inputs[1:]], **first, **settings),
        sample(*[x[:0] for x in inputs], **first, **settings),
    ]


def of_gamma(first) -> list[Sample]:
    return [one for upper in (False, True) for one in ratios(first, SHAPE, SHAPE, upper=upper)]


def of_beta(first) -> list[Sample]:
    return [
        one for upper in (False, True) for one in ratios(first, SHAPE, SHAPE, UNIT, upper=upper)
    ]


GAMMA = {
    "gamma": unary(special.gamma, (-2.6, 4.0)),
    "gammaln": unary(special.gammaln, (-2.6, 4.0)),
    "loggamma": unary(special.loggamma, POSITIVE),
    "rgamma": [
        *unary(special.rgamma, (-2.6, 4.0)),
        sample([-2.0, -1.0, 0.0], reference=special.rgamma),
    ],
    "gammasgn": unary(special.gammasgn, (-2.6, 4.0), order=0),
    "digamma": unary(special.digamma, (0.4, 4.0)),
    "polygamma": with_order("polygamma"),
    "zeta": binary(special.zeta, first=(1.3, 4.0), second=(0.4, 3.0)),
    "riemann_zeta": [
        *unary(special.zeta, (1.5, 5.0)),
        sample([-4.5, -2.0, -1.2, -0.5, 0.6], reference=special.zeta),
    ],
    "beta": binary(special.beta, first=SHAPE, second=SHAPE),
    "betaln": binary(special.betaln, first=SHAPE, second=SHAPE),
}

ERROR = {
    "erfcx": unary(special.erfcx),
    "erfinv": unary(special.erfinv, (-0.9, 0.9)),
    "erfcinv": unary(special.erfcinv, (0.1, 1.9)),
    "ndtr": unary(special.ndtr, (-3.0, 3.0)),
    "ndtri": unary(special.ndtri, UNIT),
    "log_ndtr": unary(special.log_ndtr, (-4.0, 2.0)),
}

INFORMATION = {
    "xlogy": binary(special.xlogy, second=POSITIVE),
    "xlog1py": binary(special.xlog1py, second=POSITIVE),
    "entr": unary(special.entr, POSITIVE),
    "rel_entr": binary(special.rel_entr, first=POSITIVE, second=POSITIVE),
    "kl_div": binary(special.kl_div, first=POSITIVE, second=POSITIVE),
    "power_slope": [
        one
        for by_x, by_b in ((0, 0), (1, 0), (2, 1))
        for one in ratios({"by_x": by_x, "by_b": by_b}, SHAPE, (-1.5, 3.5))
    ],
    "logit": unary(special.logit, UNIT),
    "exprel": unary(special.exprel, (-3.0, 3.0)),
    "exprel_slope": [*unary(None, (-3.0, 3.0), times=1), sample([-30.0, -1.0, 0.0, 3.0], times=2)],
}

BESSEL = {
    **{name: unary(getattr(special, name)) for name in ("j0", "j1", "i0", "i1", "i0e", "i1e")},
    **{name: unary(getattr(special, name), (0.4, 4.0)) for name in ("y0", "y1", "k0", "k1")},
    **{name: with_order(name) for name in ("yn", "jv", "yv")},
    **{
        name: binary(getattr(special, name), first=(0.2, 4.0), second=(0.6, 4.0))
        for name in ("iv", "ive", "kv", "kve")
    },
    "ive_slope": ratios({"times": 1}, (0.2, 4.0), (0.6, 4.0)),
    "kve_slope": ratios({"times": 1}, (0.2, 4.0), (0.6, 4.0)),
}

INCOMPLETE = {
    "gammainc": binary(special.gammainc, first=SHAPE, second=SHAPE),
    "gammaincc": binary(special.gammaincc, first=SHAPE, second=SHAPE),
    "gammaincinv": inverse("gammaincinv", SHAPE),
    "gammainccinv": inverse("gammainccinv", SHAPE),
    "log_gammainc": of_gamma({}),
    "gammainc_ratio": of_gamma({"times": 1}),
    "gamma_sample_ratio": [
        *ratios({"times": 1}, SHAPE, (-2.0, 1.5)),
        sample([0.3, 2.0, 30.0], [-80.0, -1.0, 3.5], times=1),
    ],
    "betainc": [
        sample(
            numbers(2, low=0.4, high=4),
            numbers(2, 1, low=0.4, high=4, seed=1),
            numbers(2, low=0.1, high=0.9, seed=2),
            reference=special.betainc,
        ),
        sample(numbers(0, low=0.4, high=4), 1.5, 0.25, reference=special.betainc),
    ],
    "betaincc": [
        sample(
            numbers(2, low=0.4, high=4),
            numbers(2, 1, low=0.4, high=4, seed=1),
            numbers(2, low=0.1, high=0.9, seed=2),
            reference=special.betaincc,
        ),
        sample(numbers(0, low=0.4, high=4), 1.5, 0.25, reference=special.betaincc),
    ],
    "betaincinv": inverse("betaincinv", SHAPE, SHAPE),
    "log_betainc": of_beta({}),
    "betainc_ratio": [*of_beta({"times": (1, 0)}), *of_beta({"times": (0, 1)})],
    "stdtr": [
        sample(numbers(2, low=0.6, high=5), numbers(2, 1), reference=special.stdtr),
        sample(numbers(0, low=0.6, high=5), 0.3, reference=special.stdtr),
    ],
    "stdtrit": inverse("stdtrit", (0.6, 5.0)),
}

SAMPLES: dict[str, list[Sample]] = {**GAMMA, **ERROR, **INFORMATION, **BESSEL, **INCOMPLETE}
