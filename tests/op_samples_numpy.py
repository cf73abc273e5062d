"""Samples of the elementwise operations that only NumPy's users know."""

import numpy as np
from op_samples_elements import BITS, INTEGERS, binary, unary, without_derivative
from sample import numbers, sample

SAMPLES = {
    "logaddexp2": binary(np.logaddexp2),
    "sinc": [
        *unary(np.sinc),
        *unary(np.sinc, (-0.3, 0.3)),
        *unary(np.sinc, (5.0, 9.0)),
        sample([0.0, 1e-5, -3.0], reference=np.sinc),
    ],
    "fmod": [
        *binary(np.fmod, first=(0.1, 4.0), second=(5.1, 9.0)),
        sample([-4.3, 7.4, 2.2], [3.1, -2.9, 0.3], reference=np.fmod),
        sample(INTEGERS, np.array([4, -4, 2]), reference=np.fmod, order=0),
    ],
    "gcd": [
        sample(INTEGERS, BITS, reference=np.gcd, order=0),
        sample(INTEGERS.astype(np.int8), 6, reference=np.gcd, order=0),
    ],
    "lcm": [sample(INTEGERS, BITS, reference=np.lcm, order=0)],
    "fmax": binary(np.fmax),
    "fmin": binary(np.fmin),
    "heaviside": [
        *binary(np.heaviside),
        sample(np.array([0, 2, -1]), numbers(3), reference=np.heaviside),
        sample([0.0, 1.3, -0.7], 0.25, reference=np.heaviside, order=0),
    ],
    "ldexp": [
        sample(numbers(2, 3), np.array([3, -2, 0]), reference=np.ldexp),
        sample(numbers(2, 1), np.array([[1], [2]], np.int32), reference=np.ldexp),
        sample(numbers(), np.array(2), reference=np.ldexp),
        sample(numbers(0, 3), np.array([1, 2, 3]), reference=np.ldexp),
    ],
    "binary_exponent": without_derivative(lambda x: np.frexp(x)[1], [0.0, 0.5, -1.0, 1024.5]),
}
