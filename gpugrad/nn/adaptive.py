"""A softmax over many classes whose rare ones are in clusters (Grave and others 2017)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from ..api import functions as gg
from . import functional
from .containers import ModuleList, Sequential
from .layers import Linear
from .module import Module

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


class AdaptiveOutput(NamedTuple):
    """Log-probabilities of the targets (N,), and the mean of their negatives."""

    output: Any
    loss: Any


class AdaptiveLogSoftmaxWithLoss(Module):
    """Log-probabilities of classes that are sorted by how frequent they are.

    The classes below ``cutoffs[0]`` and one class for each cluster are scored by ``head``.  Those
    between two cutoffs are a cluster, scored by a part of ``tail`` that is narrower by
    ``div_value`` from cluster to cluster.  All clusters are computed for all rows, so that no shape
    depends on the targets and a compiled function may hold it.
    """

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.in_features, self.n_classes = in_features, n_classes
        self.cutoffs = [*_increasing(cutoffs, n_classes), n_classes]
        self.div_value, self.head_bias = div_value, head_bias
        self.shortlist_size, self.n_clusters = self.cutoffs[0], len(self.cutoffs) - 1
        self.head_size = self.shortlist_size + self.n_clusters
        where: dict[str, Any] = {"device": device, "dtype": dtype}
        self.head = Linear(in_features, self.head_size, bias=head_bias, **where)
        self.tail = ModuleList()
        for i, (low, high) in enumerate(pairwise(self.cutoffs)):
            width = int(in_features // div_value ** (i + 1))
            inner = Linear(in_features, width, bias=False, **where)
            self.tail.append(Sequential(inner, Linear(width, high - low, bias=False, **where)))

    def reset_parameters(self) -> None:
        """Draw new values."""
        for layer in self.modules():
            if isinstance(layer, Linear):
                layer.reset_parameters()

    def forward(self, input_: Any, target_: Any) -> AdaptiveOutput:
        """Rows (N, in_features) and classes (N,), or one row and one class."""
        if (input_.ndim, target_.ndim) not in ((2, 1), (1, 0)) or (
            tuple(input_.shape[:-1]) != tuple(target_.shape)
        ):
            raise RuntimeError(
                f"AdaptiveLogSoftmaxWithLoss: input {tuple(input_.shape)} and target "
                f"{tuple(target_.shape)}; give (N, {self.in_features}) and (N,)"
            )
        single = target_.ndim == 0
        rows = input_[None] if single else input_
        losses = functional.nll_loss(
            self.log_prob(rows), target_[None] if single else target_, reduction="none"
        )
        return AdaptiveOutput(-losses[0] if single else -losses, gg.mean(losses))

    def log_prob(self, input: Any) -> Any:
        """Rows (N, in_features) give log-probabilities of all classes, (N, n_classes)."""
        head = functional.log_softmax(self.head(input), -1)
        parts = [head[:, : self.shortlist_size]]
        for i, part in enumerate(self.tail):
            cluster = head[:, self.shortlist_size + i]
            within = functional.log_softmax(part(input), -1)
            parts.append(within + gg.expand_dims(cluster, axis=-1))
        return gg.concat(parts, axis=-1)

    def predict(self, input: Any) -> Any:
        """The most probable class of each row."""
        return gg.argmax(self.log_prob(input), axis=-1)


def _increasing(cutoffs: Sequence[int], classes: int) -> list[int]:
    """The cutoffs; ValueError unless they divide the classes."""
    given = list(cutoffs)
    if not given or given != sorted({int(c) for c in given if 0 < c < classes}):
        raise ValueError(
            f"AdaptiveLogSoftmaxWithLoss: cutoffs {given}; give whole numbers from 1 to "
            f"{classes - 1}, each larger than the one before"
        )
    return given
