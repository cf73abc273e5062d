"""Connectionist temporal classification: labels of sequences, without their places in time."""

from typing import Any

from ...api import functions as gg
from ...api.creation import arange, asarray
from ...backend.dtypes import HALVES
from ...engine.anything import ANY
from ...engine.calling import called
from ...ops import ctc
from ...ops.loss import reduced
from ...tensor.cell import Tensor
from ...tensor.operators import function_of

__all__ = ["ctc_loss"]


@called
def ctc_loss(
    log_probs: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """Less the logarithm of the probability of labels, summed over all their places in time.

    log_probs: (T, N, C) or (T, C), as from ``log_softmax``; halves are computed in float32.
    targets: labels (N, S) or (S,), or those of all sequences one after another, (sum of
    target_lengths,).  Lengths: (N,); those of a Tensor are not checked.  A sequence too short for
    its labels has the loss inf, with ``zero_infinity`` 0, and in both cases the gradient 0.  A
    label that is no class is an IndexError on the host, and gives NaN on a device.
    reduction "mean": the mean of losses, each by the number of its labels.

    The gradient is that of the loss; PyTorch's adds the probabilities, which ``log_softmax`` takes
    away again.
    """
    x, single = _sequences(log_probs)
    steps, members, classes = x.shape
    if not 0 <= blank < classes:
        raise ValueError(f"ctc_loss: blank {blank} of {classes} classes; give 0 to {classes - 1}")
    lengths = _lengths(input_lengths, "input_lengths", members, x)
    if most := _beyond(input_lengths, steps):
        raise ValueError(f"ctc_loss: an input length of {most}; log_probs have {steps} steps")
    counts = _lengths(target_lengths, "target_lengths", members, x)
    labels = _padded(targets, target_lengths, counts, single)
    losses = function_of(ctc.ctc)(x, labels, lengths, counts, blank=blank)
    if zero_infinity:
        losses = gg.where(gg.isinf(losses), 0.0, losses)
    if reduction == "mean":
        losses = losses / gg.maximum(counts, 1).astype(losses.dtype)
    return reduced(ANY, losses[0] if single else losses, reduction)


def _sequences(log_probs: Any) -> tuple[Any, bool]:
    """(T, N, C), and whether it was (T, C)."""
    if log_probs.ndim not in (2, 3):
        raise ValueError(
            f"ctc_loss: log_probs of shape {tuple(log_probs.shape)}; give (T, N, C) or (T, C)"
        )
    x = log_probs.astype("float32") if log_probs.dtype in HALVES else log_probs
    return (gg.expand_dims(x, axis=1), True) if x.ndim == 2 else (x, False)


def _lengths(given: Any, name: str, members: int, x: Any) -> Any:
    """One whole number for each member, where ``x`` is."""
    if not hasattr(given, "shape"):
        given = list(given) if isinstance(given, tuple | list) else [given]
        if any(n < 0 for n in given):
            raise ValueError(f"ctc_loss: {name} {given}; give numbers from 0 on")
    lengths = gg.reshape(asarray(given, device=x.device), (-1,))
    if "int" not in str(lengths.dtype):
        raise TypeError(f"ctc_loss: {name} of {lengths.dtype}; give integers")
    if lengths.shape != (members,):
        raise ValueError(f"ctc_loss: {name}: {lengths.shape[0]} for {members} sequences")
    return lengths


def _beyond(given: Any, most: int) -> int:
    """The longest of lengths that are numbers, if it is above ``most``; else 0."""
    longest = 0 if hasattr(given, "shape") else max(_numbers(given), default=0)
    return longest if longest > most else 0


def _numbers(lengths: Any) -> list[int]:
    given = lengths.tolist() if hasattr(lengths, "tolist") else lengths
    return [int(n) for n in (given if isinstance(given, tuple | list) else (given,))]


def _padded(targets: Any, given: Any, counts: Any, single: bool) -> Any:
    """The labels of each member, (N, S)."""
    if "int" not in str(targets.dtype):
        raise TypeError(f"ctc_loss: targets of {targets.dtype}; give integers")
    if targets.ndim not in (1, 2):
        raise ValueError(f"ctc_loss: targets of shape {tuple(targets.shape)}; give (N, S) or (S,)")
    labels = gg.expand_dims(targets, axis=0) if single and targets.ndim == 1 else targets
    if labels.ndim == 2:
        if labels.shape[0] != counts.shape[0]:
            raise ValueError(
                f"ctc_loss: targets of {labels.shape[0]} sequences for {counts.shape[0]}"
            )
        if most := _beyond(given, labels.shape[1]):
            raise ValueError(
                f"ctc_loss: a target length of {most}; targets have {labels.shape[1]} labels"
            )
        return labels
    numbers = _numbers(given)
    if sum(numbers) != labels.shape[0]:
        raise ValueError(
            f"ctc_loss: {labels.shape[0]} targets one after another for lengths {numbers}"
        )
    starts = gg.expand_dims(gg.cumulative_sum(counts) - counts, axis=-1)
    places = starts + arange(max(numbers, default=0), device=labels.device)
    return gg.take(labels, gg.minimum(places, max(labels.shape[0] - 1, 0)), axis=0)
