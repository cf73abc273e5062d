"""Primitives: the operations that kernels are written in, each with all that codegen knows of it.

Every other elementwise operation is inlined through its own forward rule.  In a text ``{0}`` is the
first operand, ``{t}`` the computing type, ``{f}`` the suffix of C's functions for it, ``{h}`` that
of ours for the stored type, of which halves have one, ``{m}`` the prefix of functions that our host
maths (kernels/maths.h) does better than the C library.
"""

import operator as python
from collections.abc import Callable
from typing import Any, NamedTuple

from . import simplify


class Primitive(NamedTuple):
    """One operation: how each reader of expressions writes or computes it, and what it costs.

    A cost of 1 is an addition; from ``COSTLY`` on, keeping a result beats computing it anew.
    """

    name: str
    c: str  # its text in C, for the host and for CUDA
    cost: int = 1
    boolean: bool = False  # it gives a truth value
    exact: bool = False  # rounded once, so that C without contraction gives NumPy's bits
    numpy: str = ""  # where NumPy's spelling is not np.<name>
    library: str = ""  # declaration of the function of C's library that its text calls
    vector: bool = False  # glibc's libmvec has that function in vector form
    operator: Callable[..., Any] | None = None  # Python's operator that stands for it
    direct: bool = False  # which computes it on numbers and arrays too, faster than a function
    simpler: Callable[..., Any] | None = None  # its rule of simplify.py

    @property
    def operands(self) -> int:
        """How many operands it has."""
        return sum(f"{{{i}}}" in self.c for i in range(3))

    @property
    def in_numpy(self) -> str:
        """Its text in NumPy's spelling."""
        return self.numpy or f"np.{self.name}({_list(self.operands)})"


COSTLY = 8


def _list(operands: int) -> str:
    return ", ".join(f"{{{i}}}" for i in range(operands))


def _operator(name: str, sign: str, operator: Callable, cost: int = 1, **more: Any) -> Primitive:
    """What C, NumPy and Python write with the same sign."""
    text = f"({{0}} {sign} {{1}})"
    return Primitive(
        name, text, cost, exact=True, numpy=text, operator=operator, direct=True, **more
    )


def _function(
    name: str, cost: int, c: str = "", ours: bool = False, operands: int = 1, **more: Any
) -> Primitive:
    """A function of C's library; ``ours``: maths.h has a better one for float32."""
    c = c or name
    text = f"{'{m}' if ours else ''}{c}{{f}}({_list(operands)})"
    declared = f"{{t}} {c}{{f}}({', '.join(['{t}'] * operands)})"
    return Primitive(name, text, cost, library=declared, **more)


def _test(name: str, c: str, **more: Any) -> Primitive:
    return Primitive(name, c, boolean=True, exact=True, **more)


ARITHMETIC = (
    _operator("add", "+", python.add, simpler=simplify.add),
    _operator("subtract", "-", python.sub, simpler=simplify.subtract),
    _operator("multiply", "*", python.mul, simpler=simplify.multiply),
    _operator("divide", "/", python.truediv, cost=4, simpler=simplify.divide),
    Primitive(
        "negative",
        "(-{0})",
        exact=True,
        numpy="(-{0})",
        operator=python.neg,
        direct=True,
        simpler=simplify.negative,
    ),
    _function("absolute", 1, "fabs", exact=True, operator=python.abs, direct=True),
    Primitive("sign", "({0} != {0} ? {0} : ({t})(({0} > 0) - ({0} < 0)))", cost=3, exact=True),
    Primitive("remainder", "gg_remainder{f}({0}, {1})", cost=16, operator=python.mod),
    Primitive("floor_divide", "gg_floor_divide{f}({0}, {1})", cost=16, operator=python.floordiv),
    Primitive(  # zero stays zero
        "scale",
        "(({0} != 0 ? {1} : 0) * ({1} != 0 ? {0} : 0))",
        cost=2,
        exact=True,
        numpy="np.where(({0} == 0) | ({1} == 0), 0, {0} * {1})",
        simpler=simplify.scale,
    ),
)
FUNCTIONS = (
    _function("floor", 1, exact=True),
    _function("ceil", 1, exact=True),
    _function("trunc", 1, exact=True),
    _function("round", 1, "rint", exact=True, numpy="np.rint({0})"),
    _function("sqrt", 4, exact=True),
    _function("exp", 16, ours=True, vector=True),
    _function("log", 16, ours=True, vector=True),
    _function("log1p", 16, ours=True, vector=True),
    _function("expm1", 16, ours=True, vector=True),
    _function("tanh", 16, ours=True, vector=True),
    Primitive("sigmoid", "{m}sigmoid{f}({0})", cost=16, numpy="(1 / (1 + np.exp(-{0})))"),
    _function("exp2", 24, vector=True),
    _function("log2", 24, vector=True),
    _function("log10", 24, vector=True),
    _function("cbrt", 24, vector=True),
    _function("sin", 24, vector=True),
    _function("cos", 24, vector=True),
    _function("tan", 24, vector=True),
    _function("sinh", 24, vector=True),
    _function("cosh", 24, vector=True),
    _function("asin", 24, vector=True),
    _function("acos", 24, vector=True),
    _function("atan", 24, vector=True),
    _function("asinh", 24, vector=True),
    _function("acosh", 24, vector=True),
    _function("atanh", 24, vector=True),
    _function("erf", 24, vector=True, numpy="erf({0})"),
    _function("erfc", 24, vector=True, numpy="erfc({0})"),
    _function(
        "power", 40, "pow", operands=2, vector=True, operator=python.pow, simpler=simplify.power
    ),
    _function("atan2", 30, operands=2, vector=True),
    _function("hypot", 16, operands=2, vector=True),
    _function("copysign", 1, operands=2, exact=True),
    Primitive(
        "nextafter",
        "gg_nextafter{h}({0}, {1})",
        cost=8,
        library="{t} nextafter{f}({t}, {t})",
    ),
    _function("fmod", 16, operands=2),
    Primitive("ldexp", "ldexp{f}({0}, (int){1})", cost=4, library="{t} ldexp{f}({t}, int)"),
)
CHOICES = (
    # a NaN wins, as in NumPy; not exact: of 0.0 and -0.0 either may win
    Primitive("maximum", "(({0} > {1}) | ({0} != {0}) ? {0} : {1})", cost=2),
    Primitive("minimum", "(({0} < {1}) | ({0} != {0}) ? {0} : {1})", cost=2),
    Primitive("where", "({0} ? {1} : {2})", exact=True, simpler=simplify.where),
)
TESTS = (
    _operator("less", "<", python.lt, boolean=True),
    _operator("less_equal", "<=", python.le, boolean=True),
    _operator("greater", ">", python.gt, boolean=True),
    _operator("greater_equal", ">=", python.ge, boolean=True),
    _operator("equal", "==", python.eq, boolean=True),
    _operator("not_equal", "!=", python.ne, boolean=True),
    _test(
        "logical_not",
        "(!{0})",
        numpy="(~{0})",
        operator=python.invert,
        simpler=simplify.logical_not,
    ),
    _test(
        "logical_and",
        "(({0} != 0) & ({1} != 0))",
        numpy="({0} & {1})",
        operator=python.and_,
        simpler=simplify.logical_and,
    ),
    _test(
        "logical_or",
        "(({0} != 0) | ({1} != 0))",
        numpy="({0} | {1})",
        operator=python.or_,
        simpler=simplify.logical_or,
    ),
    _test("logical_xor", "(!{0} != !{1})", numpy="({0} ^ {1})", operator=python.xor),
    _test("isnan", "({0} != {0})"),
    _test("isfinite", "({0} - {0} == 0)"),
    _test("isinf", "(fabs{f}({0}) == GG_INFINITY)"),
    _test("signbit", "(copysign{f}(({t})1, {0}) < 0)"),
)
PRIMITIVES = {row.name: row for row in (*ARITHMETIC, *FUNCTIONS, *CHOICES, *TESTS)}
