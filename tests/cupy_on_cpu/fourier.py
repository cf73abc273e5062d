"""cuFFT, answered by NumPy's transforms."""

import ctypes
from collections.abc import Callable
from itertools import accumulate
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .vendor import FFT, answers, cut, enqueue, put, row, succeed

FORWARD = -1  # CUFFT_FORWARD
VERSION = 12000


class Layout(NamedTuple):
    """How the numbers of a transform lie: sizes in memory, steps of a number and of a transform."""

    sizes: tuple[int, ...] | None
    step: int
    distance: int


class Plan(NamedTuple):
    """One shape of transform, how many of them, and the layouts on both sides."""

    shape: tuple[int, ...]
    batch: int
    before: Layout
    after: Layout


_plans: dict[int, Plan | None] = {}
DENSE = Layout(None, 1, 0)


def view(pointer: int, plan: Plan, layout: Layout, shape: tuple, dtype: Any) -> np.ndarray:
    """The numbers of all transforms, the first axis counting transforms."""
    size = np.dtype(dtype).itemsize
    sizes, step, distance = layout
    if sizes is None:
        sizes, step, distance = shape, 1, prod(shape)
    inner = [*accumulate(sizes[:0:-1], lambda a, b: a * b, initial=step)][::-1]
    steps = [distance, *inner]
    whole = (plan.batch, *shape)
    count = 1 + sum((n - 1) * s for n, s in zip(whole, steps, strict=True))
    return as_strided(row(pointer, count, dtype), whole, [s * size for s in steps])


def transform(plan: Plan, run: Callable, before: tuple, after: tuple, halved: str) -> None:
    """Run NumPy's ``run`` from one array to another; ``halved``: the side of half spectra."""
    enqueue(lambda: _transform(plan, run, before, after, halved))


def _transform(plan: Plan, run: Callable, before: tuple, after: tuple, halved: str) -> None:
    half = (*plan.shape[:-1], plan.shape[-1] // 2 + 1)
    given = view(
        before[0], plan, plan.before, half if halved == "before" else plan.shape, before[1]
    )
    out = view(after[0], plan, plan.after, half if halved == "after" else plan.shape, after[1])
    axes = tuple(range(1, 1 + len(plan.shape)))
    out[...] = run(given, plan.shape, axes, norm="backward")


def backwards(run: Callable) -> Callable:
    """An inverse transform that is not divided by the number of points, as cuFFT's."""
    return lambda x, shape, axes, norm: run(x, shape, axes, norm="forward")


def complexes(letter: str, dtype: str) -> None:
    """Answer the transforms from complex to complex."""

    @answers(FFT, f"cufftExec{letter}2{letter}", "ippi")
    def _(plan: int, before: int, after: int, direction: int) -> None:
        run = np.fft.fftn if direction == FORWARD else backwards(np.fft.ifftn)
        transform(_plans[plan], run, (before, dtype), (after, dtype), "neither")


def reals(to: str, back: str, real: str, dtype: str) -> None:
    """Answer the transforms from real numbers to half spectra, and back."""

    @answers(FFT, f"cufftExec{to}", "ipp")
    def _(plan: int, before: int, after: int) -> None:
        transform(_plans[plan], np.fft.rfftn, (before, real), (after, dtype), "after")

    @answers(FFT, f"cufftExec{back}", "ipp")
    def _(plan: int, before: int, after: int) -> None:
        run = backwards(np.fft.irfftn)
        transform(_plans[plan], run, (before, dtype), (after, real), "before")


def plans() -> None:
    """Answer what makes plans; their numbers count from 1."""

    @answers(FFT, "cufftCreate", "p")
    def _(where: int) -> None:
        number = len(_plans) + 1
        _plans[number] = None
        put(where, number)

    @answers(FFT, "cufftMakePlan1d", "iiiip")
    def _(plan: int, size: int, _kind: int, batch: int, room: int) -> None:
        _plans[plan] = Plan((size,), batch, DENSE, DENSE)
        put(room, 0, ctypes.c_size_t)

    @answers(FFT, "cufftMakePlanMany", "iippiipiiiip")
    def _(*given: Any) -> None:
        (plan, rank, shape), before, after, (_, batch, room) = cut(given, 3, 3, 3, 3)
        sizes = [tuple(row(x, rank, "i4")) if x else None for x in (shape, before[0], after[0])]
        layouts = (Layout(sizes[1], *before[1:]), Layout(sizes[2], *after[1:]))
        _plans[plan] = Plan(sizes[0], batch, *layouts)
        put(room, 0, ctypes.c_size_t)


def answer() -> None:
    """Answer what CuPy asks of cuFFT."""
    plans()
    answers(FFT, "cufftGetVersion", "p")(lambda where: put(where, VERSION))
    names = ("Destroy", "SetAutoAllocation", "SetStream", "SetWorkArea")
    succeed(FFT, *(f"cufft{name}" for name in names))
    for letter, dtype in (("C", "c8"), ("Z", "c16")):
        complexes(letter, dtype)
    reals("R2C", "C2R", "f4", "c8")
    reals("D2Z", "Z2D", "f8", "c16")
