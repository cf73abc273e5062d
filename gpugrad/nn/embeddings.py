"""Tables of rows that are looked up by index."""

from typing import Any

from ..backend.shapes import whole
from ..tensor.cell import Tensor
from . import functional, init
from .functional.embeddings import SPARSE, padding_row
from .layers import fresh
from .module import Module
from .parameter import Parameter
from .settings import choice, number

__all__ = ["Embedding", "EmbeddingBag"]


class _Table(Module):
    """A table ``weight``, (num_embeddings, embedding_dim)."""

    def _begin(  # long: torch's settings
        self,
        size: tuple[Any, Any],
        padding_idx: int | None,
        norm: tuple[float | None, float],
        scale_grad_by_freq: bool,
        sparse: bool,
        weight: Any,
        device: str | int | None,
        dtype: Any,
    ) -> None:
        name = type(self).__name__
        rows, columns = size
        self.num_embeddings = whole(rows, f"{name}: num_embeddings")
        self.embedding_dim = whole(columns, f"{name}: embedding_dim")
        if padding_idx is not None:
            padding_idx = padding_row(name, padding_idx, self.num_embeddings)
        if sparse:
            raise ValueError(f"{name}: {SPARSE}")
        self.padding_idx, (most, order) = padding_idx, norm
        self.max_norm = None if most is None else number(most, self, "max_norm", 0)
        self.norm_type = number(order, self, "norm_type")
        self.scale_grad_by_freq, self.sparse = scale_grad_by_freq, sparse
        shape = (self.num_embeddings, self.embedding_dim)
        if weight is None:
            self.weight = fresh(shape, device, dtype)
            self.reset_parameters()
        elif tuple(weight.shape) != shape:
            raise ValueError(f"{name}: a table of shape {tuple(weight.shape)}; give {shape}")
        else:
            self.weight = Parameter(weight)

    def reset_parameters(self) -> None:
        """Draw new values; the row of padding is 0."""
        init.normal_(self.weight)
        if self.padding_idx is not None:
            self.weight.held[self.padding_idx] = 0

    @classmethod
    def _pretrained(cls, embeddings: Any, freeze: bool, **settings: Any) -> Any:
        if not isinstance(embeddings, Tensor) or embeddings.ndim != 2:
            raise ValueError(f"{cls.__name__}: from_pretrained takes a Tensor of two axes")
        kind: Any = cls
        made = kind(*embeddings.shape, _weight=embeddings, **settings)
        made.weight.requires_grad_(not freeze)
        return made

    def extra_repr(self) -> str:
        """As torch's."""
        shown = [str(self.num_embeddings), str(self.embedding_dim), *self._shown()]
        return ", ".join(shown)

    def _shown(self) -> list[str]:
        """The settings that are not the usual ones, in torch's order."""
        usual = {"padding_idx": None, "max_norm": None, "norm_type": 2, "scale_grad_by_freq": False}
        own = vars(self)
        return [f"{name}={own[name]!r}" for name in usual if own[name] != usual[name]]


class Embedding(_Table):
    """Table of ``num_embeddings`` rows of ``embedding_dim`` numbers, looked up by index.

    Integers of any shape give that shape with embedding_dim behind it.  The row padding_idx gets no
    gradient; one out of range raises ValueError.  max_norm, norm_type, scale_grad_by_freq: see
    ``functional.embedding``; sparse=True is refused.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Any = None,
        _freeze: bool = False,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        size, norm = (num_embeddings, embedding_dim), (max_norm, norm_type)
        more = (scale_grad_by_freq, sparse, _weight, device, dtype)
        self._begin(size, padding_idx, norm, *more)
        self.weight.requires_grad_(not _freeze)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
    ) -> "Embedding":
        """A table of given rows, which ``freeze`` does not train."""
        return cls._pretrained(
            embeddings,
            freeze,
            padding_idx=padding_idx,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            sparse=sparse,
        )

    def forward(self, input: Any) -> Any:
        """Indices of any shape give (*input.shape, embedding_dim)."""
        norm = (self.max_norm, self.norm_type)
        return functional.embedding(
            input, self.weight, self.padding_idx, *norm, self.scale_grad_by_freq
        )


class EmbeddingBag(_Table):
    """Sums, means or largest elements of bags of rows; see ``functional.embedding_bag``."""

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Any = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.mode = choice(mode, self, "mode", ("sum", "mean", "max"))
        self.include_last_offset = include_last_offset
        size, norm = (num_embeddings, embedding_dim), (max_norm, norm_type)
        more = (scale_grad_by_freq, sparse, _weight, device, dtype)
        self._begin(size, padding_idx, norm, *more)

    @classmethod
    def from_pretrained(
        cls,
        embeddings: Tensor,
        freeze: bool = True,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
    ) -> "EmbeddingBag":
        """Bags of given rows, which ``freeze`` does not train."""
        return cls._pretrained(
            embeddings,
            freeze,
            max_norm=max_norm,
            norm_type=norm_type,
            scale_grad_by_freq=scale_grad_by_freq,
            mode=mode,
            sparse=sparse,
            include_last_offset=include_last_offset,
            padding_idx=padding_idx,
        )

    def forward(self, input: Any, offsets: Any = None, per_sample_weights: Any = None) -> Any:
        """Indices (bags, n), or (n,) and offsets, give (bags, embedding_dim)."""
        return functional.embedding_bag(
            input,
            self.weight,
            offsets,
            self.max_norm,
            self.norm_type,
            self.scale_grad_by_freq,
            self.mode,
            False,
            per_sample_weights,
            self.include_last_offset,
            self.padding_idx,
        )

    def _shown(self) -> list[str]:
        """See _Table; the mode comes before the padding."""
        padding, others = [], super()._shown()
        if self.padding_idx is not None:
            padding, others = others[:1], others[1:]
        return [*others, f"mode={self.mode!r}", *padding]
