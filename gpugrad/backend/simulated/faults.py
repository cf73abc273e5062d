"""What a simulated launch reports: the list of fields that headers/threads.hpp has, in words."""

import ctypes
from typing import Any


class DeviceFault(RuntimeError):
    """A kernel did what a GPU forbids, or what gives other results from run to run."""


class Launch(ctypes.Structure):
    """One launch, as the kernel's library reads it."""

    _fields_ = (
        ("grid", ctypes.c_uint * 3),
        ("block", ctypes.c_uint * 3),
        ("shared_bytes", ctypes.c_uint),
        ("order", ctypes.c_uint),
        ("arena", ctypes.c_uint64),
        ("arena_bytes", ctypes.c_uint64),
        ("shadow", ctypes.c_uint64),
        ("stacks", ctypes.c_uint64),
        ("stack_bytes", ctypes.c_uint64),
        ("shared", ctypes.c_uint64),
        ("traces", ctypes.c_uint64),
        ("most_accesses", ctypes.c_uint64),
    )


class Fault(ctypes.Structure):
    """What stopped a launch; kind 0: nothing did."""

    _fields_ = (
        ("kind", ctypes.c_uint),
        ("line", ctypes.c_uint),
        ("block", ctypes.c_uint * 3),
        ("thread", ctypes.c_uint * 3),
        ("other", ctypes.c_uint),
        ("address", ctypes.c_uint64),
        ("bytes", ctypes.c_uint64),
    )


WORDS = (
    "",
    "reads {bytes} bytes {where}",
    "writes {bytes} bytes {where}",
    "threads wait at different barriers or in different warp exchanges, lines {line} and {other}",
    "some threads returned while others wait at the barrier of line {line}",
    "the threads wait for each other for ever: a warp exchange that some of its lanes do not "
    "reach, or a barrier that only some threads reach (line {line})",
    "{verb} shared memory that thread number {other} used, with no barrier between: a race",
    "index {address} is outside of an array (line {line})",
    "an access at line {line} is not aligned to its type's size",
    "a failed assert or a trap at line {line}",
    "waits at line {line}, though the text names no barrier",
    "goes on reading and writing without end: blocks run one after another here, so that none "
    "can wait for a later one",
)


def explained(name: str, fault: Fault, arena: Any) -> DeviceFault:
    """The error that says which thread of which block did what."""
    words = WORDS[fault.kind].format(
        bytes=fault.bytes,
        where=arena.where(fault.address),
        line=fault.line,
        other=fault.other,
        address=ctypes.c_int64(fault.address).value,
        verb="writes" if fault.line else "reads",
    )
    thread, block = tuple(fault.thread), tuple(fault.block)
    return DeviceFault(f"{name}, thread {thread} of block {block}: {words}")
