"""Calls of NumPy's statistics."""

import numpy as np
from numpy_case import case
from sample import complexes, numbers

A = numbers(3, 4, seed=1)
V = numbers(5, seed=2)
W = np.array([0.4, 1.3, 0.7, 2.1])
PART = np.array([0.31, 0.77])
HOLES = np.where(np.arange(12).reshape(3, 4) % 5 == 1, np.nan, A)
INTEGERS = np.array([[3, 1, 4, 1], [5, 9, 2, 6]])
METHODS = (
    "linear",
    "lower",
    "higher",
    "midpoint",
    "nearest",
    "inverted_cdf",
    "hazen",
    "weibull",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "median_unbiased",
    "normal_unbiased",
)

QUANTILES = [
    *[case("quantile", A, PART, axis=1, method=method) for method in METHODS],
    *[case("nanquantile", HOLES, PART, axis=1, method=method, order=0) for method in METHODS],
    case("quantile", A, 0.3),
    case("quantile", A, 1),
    case("quantile", A, [[0.1, 0.6]], axis=(0, 1), keepdims=True),
    case("quantile", INTEGERS, 0.5, axis=0),
    case("quantile", INTEGERS, 1, axis=1),
    case("quantile", INTEGERS, np.array(0.5, np.float16), order=0),
    case("quantile", A, PART, axis=1, method="inverted_cdf", weights=W),
    case("quantile", A, 0.4, method="inverted_cdf", weights=abs(A)),
    case("percentile", A, 30.0, axis=0),
    case("percentile", A, 100 * PART, axis=-1, method="hazen", order=1),
    case("nanpercentile", HOLES, [20, 60], axis=0, order=0),
    case("nanquantile", HOLES, 0.3, keepdims=True, order=0),
    case("nanquantile", HOLES, 0.3, axis=1, method="inverted_cdf", weights=abs(A), order=0),
    case("median", A),
    case("median", A, axis=1),
    case("median", A, axis=(0, 1), keepdims=True),
    case("median", V),
    case("median", INTEGERS, axis=0),
    case("nanmedian", HOLES, axis=1, order=0),
    case("nanmedian", HOLES, axis=0, keepdims=True, order=0),
]
WEIGHED = [
    case("average", A),
    case("average", A, axis=1, returned=True),
    case("average", A, 1, W),
    case("average", A, None, abs(A), keepdims=True),
    case("average", A, (1, 0), numbers(4, 3, low=0.2, seed=5), returned=True),
    case("average", INTEGERS, axis=0),
    case("cov", A),
    case("cov", V),
    case("cov", A, A[0], bias=True),
    case("cov", A, rowvar=False, ddof=0),
    case("cov", A, None, True, False, None, [1, 2, 2, 1], W),
    case("cov", A, aweights=W),
    case("cov", complexes(2, 3), order=1),
    case("cov", INTEGERS),
    case("corrcoef", A),
    case("corrcoef", A, A[1:] ** 2),
    case("corrcoef", A, rowvar=False, order=1),
    case("ptp", A),
    case("ptp", A, axis=1, keepdims=True),
]
COUNTED = [
    case("bincount", np.array([1, 4, 1, 0]), W),
    case("bincount", np.array([1, 4, 1, 0]), minlength=7),
    case("digitize", A, np.sort(V), order=0),
    case("digitize", A, np.sort(V)[::-1], right=True, order=0, batch=False),
    case("digitize", np.sort(V), np.sort(V), order=0),
    case("histogram", V, 3),
    case("histogram", V, 4, (-1, 1)),
    case("histogram", V[:4], 3, None, None, W),
    case("histogram", V[:4], 3, None, True, W),
    case("histogram", V, [-1, 0, 0.3, 1.2], density=True),
    case("histogram", INTEGERS, 3),
    case("histogram", V, "fd", batch=False),
    case("histogram", V, "auto", batch=False),
    case("histogram", np.array([]), order=0),
    case("histogram_bin_edges", V, 4),
    case("histogram_bin_edges", V, "rice", batch=False),
    case("histogram2d", V, V[::-1], [2, 3]),
    case("histogram2d", V, V[::-1], np.array([2, 3])),
    case("histogram2d", V, V[::-1], [-2, 0, 2, 3], batch=False),
    case("histogramdd", A, (2, 2, 2, 3), order=0, batch=False),
    case(
        "histogramdd", A, (2, 2, 2, [-2, 0, 2]), weights=V[:3], density=True, order=0, batch=False
    ),
]
BEYOND_NAN = [
    *[
        case(name, HOLES, axis=axis, order=0)
        for name in ("nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin")
        for axis in (None, 1)
    ],
    *[case(name, INTEGERS, axis=1) for name in ("nansum", "nanmean", "nanvar", "nanstd", "nanmax")],
    *[
        case(name, HOLES, axis=0, keepdims=True, where=A > -1, order=0)
        for name in ("nansum", "nanprod", "nanmean", "nanvar", "nanstd")
    ],
    case("nansum", HOLES, initial=2.5, order=0),
    case("nanmax", HOLES, axis=0, initial=0.5, where=A > 0, order=0),
    case("nanmin", HOLES, axis=0, initial=0.5, order=0),
    case("nanvar", HOLES, axis=1, ddof=1, order=0),
    case("nanstd", HOLES, axis=1, correction=1, order=0),
    *[
        case(name, HOLES.astype(">f8"), order=0)
        for name in ("nansum", "nanprod", "nanmean", "nanvar", "nanmax", "nanargmin", "nancumsum")
    ],
    case("nanvar", A, axis=1, mean=np.ones((3, 1))),
    case("nanvar", np.where(np.isnan(HOLES), np.nan, A + 2j), axis=1, order=0),
    case("nancumsum", HOLES, axis=1, order=0),
    case("nancumprod", HOLES, order=0),
    case("nanargmax", HOLES, axis=1, order=0),
    case("nanargmin", HOLES, order=0),
]
CASES = [*QUANTILES, *WEIGHED, *COUNTED, *BEYOND_NAN]
