"""Answers that an object keeps of functions of it, so that they end with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any


def kept(function: Callable) -> Callable:
    """``function``, whose first argument keeps the answers, by the others, in its ``answers``.

    A cache of the function's own would hold for ever what it was once asked about, and with an
    operation of a user's all that was made of it.
    """

    @wraps(function)
    def known(owner: Any, *others: Any) -> Any:
        key = function, others
        answers = owner.answers
        if key not in answers:
            answers.setdefault(key, function(owner, *others))  # two threads get one answer
        return answers[key]

    return known
