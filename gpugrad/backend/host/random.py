"""Random numbers on the host: NumPy's own Philox, and what kernels/philox.cu makes of its words.

Every draw takes the seed, the position in blocks (an integer, or a 0-d array that is read when
the draw runs) and the shape of the result.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from ..dtypes import float32, float64

Shape = tuple[int, ...]
CHUNK = 16_384  # elements that stay in the processor's cache through all steps of a quantile
# Quantiles of the normal distribution: Wichura, algorithm AS 241, Applied Statistics 37 (1988).
# Numerator and denominator, lowest coefficient first.
CENTRE = (
    (
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
NEAR = (
    (
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
FAR = (
    (
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)


def words(seed: int, position: Any, shape: Shape) -> np.ndarray:
    """Raw 64-bit words."""
    return _philox(seed, position).random_raw(prod(shape)).reshape(shape)


def uniform(
    seed: int, position: Any, shape: Shape, *, dtype: Any, low: float, width: float
) -> np.ndarray:
    """Uniform numbers of a float dtype in [low, low + width)."""
    drawn = float64 if dtype == float64 else float32
    unit = np.random.Generator(_philox(seed, position)).random(prod(shape), dtype=drawn)
    unit *= drawn.type(width)
    unit += drawn.type(low)
    return unit.astype(dtype, copy=False).reshape(shape)


def normal(
    seed: int, position: Any, shape: Shape, *, dtype: Any, mean: float, deviation: float
) -> np.ndarray:
    """Normal numbers, computed in float64 and rounded once to the dtype."""
    count = prod(shape)
    result = np.empty(count, float32 if dtype != float64 else float64)
    philox = _philox(seed, position)
    for start in range(0, count, CHUNK):
        part = result[start : start + CHUNK]
        z = quantile(_open_uniform(philox, part.size, dtype == float64))
        z *= deviation
        z += mean
        part[...] = z
    return result.astype(dtype, copy=False).reshape(shape)


def integers(
    seed: int, position: Any, shape: Shape, *, dtype: Any, low: int, high: int
) -> np.ndarray:
    """Integers in [low, high), computed in int64: the high word of word * range."""
    drawn, span = words(seed, position, shape), high - low
    if span < 2**64:
        drawn = high_product(drawn, span)
    drawn += np.uint64(low % 2**64)  # wraps around, as two's complement does
    return drawn.view(np.int64).astype(dtype, copy=False)


def bernoulli(seed: int, position: Any, shape: Shape, *, threshold: int) -> np.ndarray:
    """True where a half word is below ``threshold``."""
    return (_half_words(_philox(seed, position), prod(shape)) < threshold).reshape(shape)


def high_product(a: np.ndarray, b: int) -> np.ndarray:
    """The high 64 bits of the products of 64-bit words with one number below 2**64."""
    bits, mask = np.uint64(32), np.uint64(2**32 - 1)
    b_high, b_low = np.uint64(b >> 32), np.uint64(b & 0xFFFFFFFF)
    a_high, a_low = a >> bits, a & mask
    middle = a_high * b_low + (a_low * b_low >> bits)
    if b_high == 0:
        return middle >> bits
    rest = a_low * b_high + (middle & mask)
    return a_high * b_high + (middle >> bits) + (rest >> bits)


def quantile(p: np.ndarray) -> np.ndarray:
    """Where the standard normal distribution reaches ``p``, float64 in (0, 1)."""
    q = p - 0.5
    r = q * q
    np.subtract(0.180625, r, out=r)
    z = _rational(CENTRE, r)
    z *= q
    outside = np.flatnonzero(np.abs(q) > 0.425)
    tail = p[outside]
    r = np.sqrt(-np.log(np.minimum(tail, 1 - tail)))
    distance = _rational(NEAR, r - 1.6)
    far = np.flatnonzero(r > 5)
    distance[far] = _rational(FAR, r[far] - 5)
    z[outside] = np.copysign(distance, q[outside])
    return z


def _rational(coefficients: tuple, x: np.ndarray) -> np.ndarray:
    above, below = coefficients
    numerator, denominator = x * above[7], x * below[7]
    for i in range(6, 0, -1):
        numerator += above[i]
        numerator *= x
        denominator += below[i]
        denominator *= x
    numerator += above[0]
    denominator += below[0]
    numerator /= denominator
    return numerator


def _philox(seed: int, position: Any) -> Any:
    """NumPy's bit generator; not named in annotations, which would load numpy.random at import."""
    return np.random.Philox(key=seed, counter=int(position))


def _half_words(philox: Any, count: int) -> np.ndarray:
    drawn = np.asarray(philox.random_raw((count + 1) // 2), dtype="<u8")
    return drawn.view("<u4")[:count]


def _open_uniform(philox: Any, count: int, wide: bool) -> np.ndarray:
    """Numbers in (0, 1), symmetric about 1/2 and exact, from 52 or 32 bits each."""
    if wide:
        return ((philox.random_raw(count) >> np.uint64(12)) + 0.5) * 2.0**-52
    return (_half_words(philox, count) + 0.5) * 2.0**-32


RANDOM_NATIVES: dict[str, Callable] = {
    "random_words": words,
    "random_uniform": uniform,
    "random_normal": normal,
    "random_integers": integers,
    "random_bernoulli": bernoulli,
}
