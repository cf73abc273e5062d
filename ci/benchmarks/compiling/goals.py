"""Figures that shall stay below something."""

from typing import Any


def goal(what: str, figure: float | None, most: float) -> dict[str, Any]:
    """A figure and its bound; a figure that could not be measured is None."""
    met = None if figure is None else figure <= most
    return {"what": what, "figure": figure, "most": most, "met": met}


def lines(goals: list[dict[str, Any]]) -> list[str]:
    """The goals as text."""
    return [
        f"  {each['what']:<58}{each['figure']:8.3f}   goal {each['most']:.3g}: "
        + ("met" if each["met"] else "MISSED")
        for each in goals
        if each["met"] is not None
    ]
