"""Samples of the elementwise operations."""

import math

import numpy as np
from sample import Sample, complexes, numbers, sample

WIDE = (-2.0, 2.0)
POSITIVE = (0.2, 3.0)
INTEGERS = np.array([[3, -2, 7], [0, 5, -9]])
BITS = np.array([5, 3, 12])


def unary(reference, between=WIDE, of_complex=False, order=2, **settings) -> list[Sample]:
    """Samples of a function of one number: a matrix, a single number, none."""
    low, high = between
    shapes = ((2, 3), (), (0, 3))
    found = [
        sample(numbers(*shape, low=low, high=high), reference=reference, order=order, **settings)
        for shape in shapes
    ]
    if of_complex:
        found.append(sample(complexes(2, 2), reference=reference, order=order, **settings))
    return found


def binary(reference, first=WIDE, second=WIDE, of_complex=False, order=2) -> list[Sample]:
    """Samples of a function of two numbers: equal shapes, broadcast ones, single, none."""
    shapes = (((2, 3), (2, 3)), ((2, 1), (3,)), ((), (2,)), ((), ()), ((0, 2), (1, 2)))
    found = [
        sample(
            numbers(*a, low=first[0], high=first[1]),
            numbers(*b, low=second[0], high=second[1], seed=1),
            reference=reference,
            order=order,
        )
        for a, b in shapes
    ]
    if of_complex:
        found.append(sample(complexes(3), complexes(2, 1, seed=5), reference=reference))
    return found


def without_derivative(reference, *more) -> list[Sample]:
    """Samples of an operation on one number that has no derivative."""
    return [*unary(reference, order=0), *(sample(x, reference=reference, order=0) for x in more)]


def comparison(reference) -> list[Sample]:
    equal = sample([1.0, 2.0, np.nan], [1.0, 3.0, np.nan], reference=reference, order=0)
    return [*binary(reference, order=0), equal, sample(INTEGERS, 2, reference=reference, order=0)]


def bits(reference) -> list[Sample]:
    return [
        sample(INTEGERS, BITS % 4, reference=reference, order=0),
        sample(BITS.astype(np.uint8), BITS.astype(np.uint8) % 3, reference=reference, order=0),
    ]


def each(function):
    """A NumPy function of arrays from one of Python's numbers."""
    return np.vectorize(function, otypes=[np.float64])


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _logaddexp(a, b):
    return np.log(np.exp(a) + np.exp(b))


def _gelu(x):
    return x * each(lambda t: 0.5 * math.erfc(-t / math.sqrt(2)))(x)


def _gelu_tanh(x):
    return x * _sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))


def _softplus(x):
    return np.log(1 + np.exp(x))


def _elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


ARITHMETIC = {
    "add": [*binary(np.add, of_complex=True), sample(INTEGERS, BITS, reference=np.add, order=0)],
    "subtract": binary(np.subtract, of_complex=True),
    "multiply": binary(np.multiply, of_complex=True),
    "divide": binary(np.divide, second=(0.3, 2.0), of_complex=True),
    "negative": unary(np.negative, of_complex=True),
    "positive": unary(np.positive, of_complex=True),
    "reciprocal": unary(np.reciprocal, POSITIVE, of_complex=True),
    "square": unary(np.square, of_complex=True),
    "power": [
        *binary(np.power, first=POSITIVE, of_complex=True),
        sample([-1.5, 0.7, 2.0], 3, reference=np.power),
        sample(INTEGERS, 2, reference=np.power, order=0),
    ],
    "remainder": [
        *binary(np.remainder, first=(0.1, 4.0), second=(5.1, 9.0)),
        sample([-4.3, 7.4, 2.2], [3.1, -2.9, 0.3], reference=np.remainder),
        sample(INTEGERS, 4, reference=np.remainder, order=0),
    ],
    "floor_divide": [
        *binary(np.floor_divide, order=0),
        sample(INTEGERS, 4, reference=np.floor_divide, order=0),
    ],
    "scale": binary(np.multiply),
}

ELEMENTARY = {
    "exp": unary(np.exp, of_complex=True),
    "exp2": unary(np.exp2),
    "expm1": unary(np.expm1),
    "log": unary(np.log, POSITIVE, of_complex=True),
    "log1p": unary(np.log1p, (-0.8, 3.0)),
    "log2": unary(np.log2, POSITIVE),
    "log10": unary(np.log10, POSITIVE),
    "logaddexp": binary(_logaddexp),
    "sqrt": unary(np.sqrt, POSITIVE, of_complex=True),
    "cbrt": unary(np.cbrt, POSITIVE),
    "hypot": binary(np.hypot),
    "sin": unary(np.sin, of_complex=True),
    "cos": unary(np.cos, of_complex=True),
    "tan": unary(np.tan, (-1.2, 1.2), of_complex=True),
    "asin": unary(np.arcsin, (-0.9, 0.9), of_complex=True),
    "acos": unary(np.arccos, (-0.9, 0.9), of_complex=True),
    "atan": unary(np.arctan, of_complex=True),
    "atan2": binary(np.arctan2),
    "sinh": unary(np.sinh, of_complex=True),
    "cosh": unary(np.cosh, of_complex=True),
    "tanh": unary(np.tanh, of_complex=True),
    "asinh": unary(np.arcsinh, of_complex=True),
    "acosh": unary(np.arccosh, (1.2, 4.0), of_complex=True),
    "atanh": unary(np.arctanh, (-0.9, 0.9), of_complex=True),
    "erf": unary(each(math.erf)),
    "erfc": unary(each(math.erfc), (-3.0, 6.0)),
}

ROUNDING = {
    "absolute": unary(np.absolute, of_complex=True),
    "sign": [*unary(np.sign, of_complex=True), sample(INTEGERS, reference=np.sign, order=0)],
    "copysign": binary(np.copysign),
    "signbit": without_derivative(np.signbit, [0.0, -0.0, -np.inf]),
    "floor": without_derivative(np.floor, INTEGERS, BITS.astype(np.uint8)),
    "ceil": without_derivative(np.ceil, INTEGERS, BITS.astype(np.int16)),
    "trunc": without_derivative(np.trunc, INTEGERS, BITS.astype(np.int8)),
    "round": without_derivative(
        np.round,
        [0.5, 1.5, -2.5],
        INTEGERS,
        np.array([2**53 + 1]),  # no float64
        BITS.astype(np.int8),
        BITS.astype(np.uint32),
    ),
    "nextafter": binary(np.nextafter, order=0),
    "isnan": without_derivative(np.isnan, [np.nan, np.inf, 0.0]),
    "isinf": without_derivative(np.isinf, [np.nan, np.inf, -np.inf]),
    "isfinite": without_derivative(np.isfinite, [np.nan, np.inf, 0.0]),
}

COMPLEX = {
    "real": [sample(complexes(2, 2), reference=np.real), *unary(np.real)],
    "imag": [sample(complexes(2, 2), reference=np.imag), *unary(np.imag)],
    "conj": [sample(complexes(2, 2), reference=np.conj), *unary(np.conj)],
    "angle": [sample(complexes(2, 2), reference=np.angle), *unary(np.angle)],
    "magnitude": [sample(complexes(2, 2), reference=np.absolute)],
    "direction": [sample(complexes(2, 2), reference=np.sign)],
}

COMPARISON = (
    {
        name: comparison(getattr(np, name))
        for name in (
            "equal",
            "not_equal",
            "greater",
            "greater_equal",
            "less",
            "less_equal",
            "logical_and",
            "logical_or",
            "logical_xor",
        )
    }
    | {
        name: bits(getattr(np, name))
        for name in (
            "bitwise_and",
            "bitwise_or",
            "bitwise_xor",
            "bitwise_left_shift",
            "bitwise_right_shift",
        )
    }
    | {
        "logical_not": without_derivative(np.logical_not, [0.0, 1.0], INTEGERS),
        "bitwise_invert": [
            sample(BITS, reference=np.invert, order=0),
            sample([True, False], reference=np.invert, order=0),
        ],
    }
)

SELECTION = {
    "where": [
        sample([True, False, True], numbers(2, 3), numbers(3, seed=1), reference=np.where),
        sample(np.array(False), numbers(), numbers(seed=1), reference=np.where),
        sample(np.ones((0, 2), bool), numbers(0, 2), numbers(2), reference=np.where),
    ],
    "maximum": binary(np.maximum),
    "minimum": binary(np.minimum),
    "at_least": binary(np.maximum),
    "at_most": binary(np.minimum),
    "clip": [
        *unary(lambda x: np.clip(x, -0.5, 0.7), min=-0.5, max=0.7),
        *unary(lambda x: np.clip(x, -0.5, None), min=-0.5, max=None),
        *unary(lambda x: np.clip(x, None, 1), min=None, max=1),
        sample(INTEGERS, reference=lambda x: np.clip(x, -1, 4), order=0, min=-1, max=4),
    ],
}

ACTIVATION = {
    "sigmoid": unary(_sigmoid),
    "log_sigmoid": unary(lambda x: np.log(_sigmoid(x))),
    "softplus": unary(_softplus),
    "relu": unary(lambda x: x * (x > 0)),
    "leaky_relu": [
        *unary(lambda x: np.where(x > 0, x, 0.01 * x)),
        *unary(lambda x: np.where(x > 0, x, 0.3 * x), negative_slope=0.3),
    ],
    "elu": [*unary(_elu), *unary(lambda x: _elu(x, 0.6), alpha=0.6)],
    "selu": unary(lambda x: 1.0507009873554805 * _elu(x, 1.6732632423543772)),
    "gelu": unary(_gelu),
    "gelu_tanh": unary(_gelu_tanh),
    "silu": unary(lambda x: x * _sigmoid(x)),
    "mish": unary(lambda x: x * np.tanh(_softplus(x))),
    "hardtanh": [
        *unary(lambda x: np.clip(x, -1, 1)),
        *unary(lambda x: np.clip(x, -0.3, 1.4), min_val=-0.3, max_val=1.4),
    ],
    "hardswish": unary(lambda x: x * np.clip(x + 3, 0, 6) / 6, (-5.0, 5.0)),
}

SAMPLES: dict[str, list[Sample]] = {
    **ARITHMETIC,
    **ELEMENTARY,
    **ROUNDING,
    **COMPLEX,
    **COMPARISON,
    **SELECTION,
    **ACTIVATION,
}
