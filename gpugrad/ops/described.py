"""What a docstring says of an elementwise operation beyond its own sentence: shapes and dtypes.

It follows from the declaration, so that no docstring repeats it.
"""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any


def described(
    doc: str,
    inputs: Sequence[str],
    differentiable: bool,
    floats: bool,
    real: bool,
    **_: Any,
) -> str:
    """``doc`` with a last paragraph on the inputs, the result, and what is refused."""
    if len(inputs) == 1:
        sentences = [f"{inputs[0]}: an array of any shape; the result has the same shape."]
    else:
        names = ", ".join(inputs)
        sentences = [f"{names}: arrays that broadcast, else ValueError; their dtypes promote."]
    if floats:
        sentences.append("Integers become floats.")
    if real:
        sentences.append("Complex arrays raise TypeError.")
    if not differentiable:
        sentences.append("No gradient passes.")
    return f"{cleandoc(doc)}\n\n{'  '.join(sentences)}"
