"""Sequences of different lengths: padded to one length, or packed step by step without padding.

import gpugrad as gg
from gpugrad.nn.utils import rnn

a, b = gg.ones((3, 2)), gg.zeros((1, 2))
packed = rnn.pack_sequence([a, b])
print(packed.data.shape, packed.batch_sizes.tolist())  # (4, 2) [2, 1, 1]
print(rnn.pad_packed_sequence(packed)[0].shape)  # (3, 2, 2)
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from ...api import functions as gg
from ...api.creation import asarray, full

__all__ = [
    "PackedSequence",
    "pack_padded_sequence",
    "pack_sequence",
    "pad_packed_sequence",
    "pad_sequence",
    "unpack_sequence",
    "unpad_sequence",
]


class PackedSequence(NamedTuple):
    """Sequences step by step, the longest first: ``batch_sizes`` counts those that go on.

    data: (steps of all, ...).  sorted_indices: where the sequences stood before they were sorted.
    """

    data: Any
    batch_sizes: Any
    sorted_indices: Any = None
    unsorted_indices: Any = None

    def to(self, *arguments: Any, **settings: Any) -> "PackedSequence":
        """The data on another device or in another dtype."""
        return self._replace(data=self.data.to(*arguments, **settings))

    def cpu(self) -> "PackedSequence":
        """The data on the host."""
        return self.to("cpu")


def _numbers(lengths: Any) -> list[int]:
    return [int(n) for n in (lengths.tolist() if hasattr(lengths, "tolist") else lengths)]


def _on(values: Any, x: Any) -> Any:
    return asarray(values, dtype="int64", device=x.device)


def pack_padded_sequence(
    input: Any, lengths: Any, batch_first: bool = False, enforce_sorted: bool = True
) -> PackedSequence:
    """Sequences (T, B, ...), of which each has a length, without their padding.

    batch_first: the input is (B, T, ...).  enforce_sorted: RuntimeError unless lengths fall.
    """
    x = gg.swapaxes(input, axis1=0, axis2=1) if batch_first else input
    counts, order = _numbers(lengths), None
    if any(n < 1 for n in counts) or len(counts) != x.shape[1]:
        raise RuntimeError(
            f"pack_padded_sequence: lengths {counts} of {x.shape[1]} sequences; each is 1 or more"
        )
    if enforce_sorted and counts != sorted(counts, reverse=True):
        raise RuntimeError(
            f"pack_padded_sequence: lengths {counts} do not fall; give enforce_sorted=False"
        )
    if not enforce_sorted:
        order = sorted(range(len(counts)), key=lambda i: -counts[i])
        x, counts = gg.take(x, _on(order, x), axis=1), [counts[i] for i in order]
    sizes = [sum(n > t for n in counts) for t in range(counts[0])]
    places = [t * len(counts) + b for t, size in enumerate(sizes) for b in range(size)]
    rows = gg.reshape(x, (-1, *x.shape[2:]))
    data = gg.take(rows, _on(places, x), axis=0)
    host = asarray(sizes, dtype="int64", device="cpu")
    if order is None:
        return PackedSequence(data, host)
    back = sorted(range(len(order)), key=order.__getitem__)
    return PackedSequence(data, host, _on(order, x), _on(back, x))


def pad_packed_sequence(
    sequence: PackedSequence,
    batch_first: bool = False,
    padding_value: float = 0.0,
    total_length: int | None = None,
) -> tuple[Any, Any]:
    """Sequences (T, B, ...) with padding, and their lengths.

    total_length: T, at least the longest length.
    """
    data, sizes = sequence.data, _numbers(sequence.batch_sizes)
    time = len(sizes) if total_length is None else total_length
    if time < len(sizes):
        raise ValueError(f"pad_packed_sequence: total_length {time} for a length of {len(sizes)}")
    places = _places(sizes, time, data.shape[0])
    padding = full((1, *data.shape[1:]), padding_value, dtype=data.dtype, device=data.device)
    rows = gg.take(gg.concat([data, padding], axis=0), _on(places, data), axis=0)
    x = gg.reshape(rows, (time, sizes[0], *data.shape[1:]))
    lengths = asarray(
        [sum(b < n for n in sizes) for b in range(sizes[0])], dtype="int64", device="cpu"
    )
    if sequence.unsorted_indices is not None:
        x = gg.take(x, sequence.unsorted_indices, axis=1)
        lengths = gg.take(lengths, sequence.unsorted_indices.to("cpu"), axis=0)
    return (gg.swapaxes(x, axis1=0, axis2=1) if batch_first else x), lengths


def _places(sizes: list[int], time: int, none: int) -> list[int]:
    """The row of packed data for each step and sequence; ``none`` where there is padding."""
    starts = [sum(sizes[:t]) for t in range(len(sizes))]
    return [
        starts[t] + b if t < len(sizes) and b < sizes[t] else none
        for t in range(time)
        for b in range(sizes[0])
    ]


def pad_sequence(
    sequences: Sequence[Any],
    batch_first: bool = False,
    padding_value: float = 0.0,
    padding_side: str = "right",
) -> Any:
    """Sequences of different lengths (L, ...) side by side: (T, B, ...), or (B, T, ...)."""
    longest = max(x.shape[0] for x in sequences)
    found = []
    for x in sequences:
        shape = (longest - x.shape[0], *x.shape[1:])
        padding = full(shape, padding_value, dtype=x.dtype, device=x.device)
        found.append(gg.concat([x, padding] if padding_side == "right" else [padding, x], axis=0))
    return gg.stack(found, axis=0 if batch_first else 1)


def unpad_sequence(padded_sequences: Any, lengths: Any, batch_first: bool = False) -> list[Any]:
    """Sequences of different lengths from (T, B, ...) and their lengths."""
    x = padded_sequences
    x = x if batch_first else gg.swapaxes(x, axis1=0, axis2=1)
    return [x[i, :n] for i, n in enumerate(_numbers(lengths))]


def pack_sequence(sequences: Sequence[Any], enforce_sorted: bool = True) -> PackedSequence:
    """Sequences of different lengths (L, ...), packed."""
    lengths = [x.shape[0] for x in sequences]
    return pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=enforce_sorted)


def unpack_sequence(packed_sequences: PackedSequence) -> list[Any]:
    """The sequences that were packed."""
    padded, lengths = pad_packed_sequence(packed_sequences)
    return unpad_sequence(padded, lengths)
