"""Leaves: the operations that C, CUDA and our host maths have a spelling for.

Every other elementwise operation is inlined through its own forward rule.  ``{0}`` is the first
operand, ``{f}`` the suffix of C's functions for the computing type, ``{m}`` the prefix of
functions that our host maths (maths.h) does better than the C library.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Leaf:
    """How an operation is written in C, whether it gives a truth value, what it costs.

    A cost of 1 is an addition; from ``COSTLY`` on, keeping a result beats computing it anew.
    """

    text: str
    boolean: bool = False
    cost: int = 1


COSTLY = 8


def _functions(names: str, cost: int, prefix: str = "") -> dict[str, Leaf]:
    """Functions of one number that C names as NumPy does, or as ``numpy=c``."""
    leaves = {}
    for pair in names.split():
        name, _, spelling = pair.partition("=")
        leaves[name] = Leaf(f"{prefix}{spelling or name}{{f}}({{0}})", cost=cost)
    return leaves


def _operators(**spellings: str) -> dict[str, Leaf]:
    return {name: Leaf(f"({{0}} {sign} {{1}})") for name, sign in spellings.items()}


def _tests(**spellings: str) -> dict[str, Leaf]:
    return {name: Leaf(text, boolean=True) for name, text in spellings.items()}


LEAVES: dict[str, Leaf] = {
    **_operators(add="+", subtract="-", multiply="*"),
    "divide": Leaf("({0} / {1})", cost=4),
    "negative": Leaf("(-{0})"),
    **_functions("absolute=fabs floor ceil trunc round=rint", cost=1),
    "sqrt": Leaf("sqrt{f}({0})", cost=4),
    **_functions("exp log log1p expm1 tanh sigmoid", cost=16, prefix="{m}"),
    **_functions(
        "exp2 log2 log10 cbrt sin cos tan arcsin=asin arccos=acos arctan=atan sinh cosh "
        "arcsinh=asinh arccosh=acosh arctanh=atanh asin acos atan asinh acosh atanh "
        "erf erfc lgamma tgamma",
        cost=24,
    ),
    "power": Leaf("pow{f}({0}, {1})", cost=40),
    "atan2": Leaf("atan2{f}({0}, {1})", cost=30),
    "arctan2": Leaf("atan2{f}({0}, {1})", cost=30),
    "hypot": Leaf("hypot{f}({0}, {1})", cost=16),
    "copysign": Leaf("copysign{f}({0}, {1})"),
    "nextafter": Leaf("nextafter{f}({0}, {1})", cost=8),
    "fmod": Leaf("fmod{f}({0}, {1})", cost=16),
    "ldexp": Leaf("ldexp{f}({0}, (int){1})", cost=4),
    "remainder": Leaf("gg_remainder{f}({0}, {1})", cost=16),
    "floor_divide": Leaf("gg_floor_divide{f}({0}, {1})", cost=16),
    "sign": Leaf("({0} != {0} ? {0} : ({t})(({0} > 0) - ({0} < 0)))", cost=3),
    "maximum": Leaf("(({0} > {1}) | ({0} != {0}) ? {0} : {1})", cost=2),  # a NaN wins, as in NumPy
    "minimum": Leaf("(({0} < {1}) | ({0} != {0}) ? {0} : {1})", cost=2),
    "where": Leaf("({0} ? {1} : {2})"),
    "scale": Leaf("(({0} != 0 ? {1} : 0) * ({1} != 0 ? {0} : 0))", cost=2),  # zero stays zero
    **_tests(
        less="({0} < {1})",
        less_equal="({0} <= {1})",
        greater="({0} > {1})",
        greater_equal="({0} >= {1})",
        equal="({0} == {1})",
        not_equal="({0} != {1})",
        logical_not="(!{0})",
        logical_and="(({0} != 0) & ({1} != 0))",
        logical_or="(({0} != 0) | ({1} != 0))",
        logical_xor="(!{0} != !{1})",
        isnan="({0} != {0})",
        isfinite="({0} - {0} == 0)",
        isinf="(fabs{f}({0}) == GG_INFINITY)",
        signbit="(copysign{f}(({t})1, {0}) < 0)",
    ),
}
