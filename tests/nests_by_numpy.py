"""Nests run by NumPy, in place of C: what they say, read by another reader."""

import ctypes
from math import prod

import numpy as np

from gpugrad.backend.dtypes import as_dtype
from gpugrad.backend.select import HOST
from gpugrad.codegen.nests import ARRAY, MAX, MIN, SUM, TOTAL

KIND = ctypes.CFUNCTYPE(None, ctypes.POINTER(ctypes.c_void_p), ctypes.c_long, ctypes.c_long)
ALONG = {SUM: np.sum, MAX: np.max, MIN: np.min}


def functions(graph):
    """For the building module: of each nest a callback."""
    nests = [step for step in graph.steps if "nest" in step.settings]
    callbacks = {step: KIND(Nested(step.settings["nest"])) for step in nests}
    alive.append(callbacks)
    return {step: ctypes.cast(c, ctypes.c_void_p).value for step, c in callbacks.items()}


alive = []


class Nested:
    """A nest as a function of addresses and a range of rows."""

    def __init__(self, nest):
        self.nest = nest
        self.dtype = np.dtype(nest.dtype)

    def __call__(self, at, begin, end):
        nest, at = self.nest, list(at[: self.operands])
        columns = nest.columns
        shape = end - begin, columns
        rows = np.arange(begin, end)
        ragged = rows[:, None] * columns + np.arange(columns) < nest.count
        self.named, written = {}, {}
        for operand, address in zip((*nest.reads, *nest.writes), at, strict=False):
            own = self.array(operand, address)
            index = places(operand.rows, rows)[:, None]
            if operand.moves:
                index = np.minimum(index * columns + np.arange(columns), own.size - 1)
            if operand in nest.reads:
                own_dtype = bool if operand.boolean else self.dtype
                self.named[operand.name] = own[index].astype(own_dtype)
            written[operand.name] = own, index
        totals = {}
        for total, address in zip(
            nest.totals, at[len(nest.reads) + len(nest.writes) :], strict=True
        ):
            totals[total.name] = total, buffer(address, total.count, self.dtype)
            totals[total.name][1][...] = 0
        for part in nest.parts:
            self.part(part, shape, ragged, rows, written, totals)

    def number(self, value):
        return value if isinstance(value, bool) else self.dtype.type(value)

    @property
    def operands(self):
        return len(self.nest.reads) + len(self.nest.writes) + len(self.nest.totals)

    def array(self, operand, address):
        moving = prod(length for length, moves in operand.rows if moves)
        count = min(moving * (self.nest.columns if operand.moves else 1), self.nest.count)
        return buffer(address, count, as_dtype(operand.dtype))

    def part(self, part, shape, ragged, rows, written, totals):
        given = {name: self.named[name] for name in part.kernel.inputs}
        with np.errstate(all="ignore"):
            values = part.kernel.program(HOST.xp, given, {}, self.number)
        for (name, _), end, value in zip(part.kernel.outputs, part.ends, values, strict=True):
            value = np.broadcast_to(value, shape if part.looped else (shape[0], 1))
            self.named[name] = value
            if end == ARRAY:
                own, index = written[name]
                own[index[ragged] if part.looped else index] = (
                    value[ragged] if part.looped else value
                )
            elif end == TOTAL:
                self.add(
                    totals[name], np.where(ragged, value, 0) if part.looped else value, rows, part
                )
            elif end in ALONG:
                assert ragged.all()
                self.named[name] = ALONG[end](value, axis=1, keepdims=True)

    def add(self, where, value, rows, part):
        total, own = where
        index = (
            places(total.rows, rows)[:, None] if total.count > 1 else np.zeros((len(rows), 1), int)
        )
        if total.moves:
            index = index * self.nest.columns + np.arange(self.nest.columns)
        np.add.at(own, np.broadcast_to(index, value.shape), value)


def places(pattern, rows):
    """The element of each row."""
    lengths = [length for length, _ in pattern]
    if not lengths:
        return np.zeros_like(rows)
    index = np.unravel_index(rows % prod(lengths), lengths)
    found, stride = np.zeros_like(rows), 1
    for i, (length, moves) in reversed(list(enumerate(pattern))):
        if moves:
            found, stride = found + index[i] * stride, stride * length
    return found


def buffer(address, count, dtype):
    memory = (ctypes.c_char * (count * np.dtype(dtype).itemsize)).from_address(address)
    return np.frombuffer(memory, dtype, count)
