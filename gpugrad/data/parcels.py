"""Objects sent from one process to another, their arrays through shared memory.

The memory is a file without a name: the system frees it when the last process that holds it ends,
however it ends, so that nothing is left to be unlinked, and /dev/shm, which is small in containers,
is not used.
"""

import os
import pickle
from mmap import ACCESS_COPY, mmap
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from typing import Any

from ..backend.numpy_rules import numpys

LINE = 64  # bytes: where arrays begin, so that their elements lie as the processor wants them


class Parcel:
    """One object, packed; it may be sent several times, and is closed at the end of a ``with``.

    The memory holds the parts, each from a multiple of LINE on, and then their lengths.
    """

    def __init__(self, thing: Any) -> None:
        buffers: list[pickle.PickleBuffer] = []
        head = pickle.dumps(thing, protocol=5, buffer_callback=buffers.append)
        parts = [memoryview(head), *[buffer.raw() for buffer in buffers]]
        self._memory = os.memfd_create("gpugrad.data")
        with open(self._memory, "wb", closefd=False) as file:
            for part in parts:
                file.write(part)
                file.write(bytes(_gap(part.nbytes)))
            self._table = file.tell()
            pickle.dump([part.nbytes for part in parts], file)

    def send(self, connection: Connection) -> None:
        """Hand it to the process at the other end."""
        connection.send(self._table)
        send_handle(connection, self._memory, None)

    def __enter__(self) -> "Parcel":
        return self

    def __exit__(self, *raised: object) -> None:
        os.close(self._memory)


def _gap(length: int) -> int:
    return -length % LINE


def received(connection: Connection) -> Any:
    """The object that was sent; each of its arrays has memory of its own."""
    table = connection.recv()
    with open(recv_handle(connection), "rb") as file:
        file.seek(table)
        lengths = pickle.load(file)
        file.seek(0)
        head, *arrays = [_read(file, length) for length in lengths]
    return pickle.loads(head, buffers=arrays)


def _read(file: Any, length: int) -> Any:
    whole = numpys("empty")(length + _gap(length), "uint8")
    file.readinto(whole)
    return memoryview(whole)[:length]


def mapped(connection: Connection) -> Any:
    """The object that was sent; its arrays stay in the memory that all receivers share, until
    one of them writes."""
    table = connection.recv()
    memory = recv_handle(connection)
    try:
        whole = memoryview(mmap(memory, 0, access=ACCESS_COPY))
    finally:
        os.close(memory)
    parts, start = [], 0
    for length in pickle.loads(whole[table:]):
        parts.append(whole[start : start + length])
        start += length + _gap(length)
    return pickle.loads(parts[0], buffers=parts[1:])
