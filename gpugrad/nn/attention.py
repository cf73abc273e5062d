"""Attention with several heads."""

from typing import Any

from ..api import functions as gg
from ..backend.shapes import whole
from . import functional, init
from .layers import Linear, fresh
from .module import Module
from .parameter import Parameter
from .settings import number

__all__ = [
    "MultiheadAttention",
]

SEPARATE = ("q_proj_weight", "k_proj_weight", "v_proj_weight")


class NonDynamicallyQuantizableLinear(Linear):
    """A Linear by the name that torch prints for the last layer of attention."""


class MultiheadAttention(Module):
    """Attention of ``num_heads`` parts of ``embed_dim`` numbers: gives the result and the weights.

        attention = gg.nn.MultiheadAttention(8, 2, batch_first=True)
        x = gg.ones((3, 5, 8))
        print(attention(x, x, x, need_weights=False)[0].shape)  # (3, 5, 8)

    Inputs are (length, batch, size), with batch_first (batch, length, size), or (length, size).
    kdim, vdim: the sizes of keys and values, if others than embed_dim.  Without the weights
    (need_weights=False) it takes less time and memory.
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(  # long: torch's arguments, each on a line
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.embed_dim = whole(embed_dim, "MultiheadAttention: embed_dim", 1)
        self.num_heads = whole(num_heads, "MultiheadAttention: num_heads", 1)
        if self.embed_dim % self.num_heads:
            raise ValueError(
                f"MultiheadAttention: {num_heads} heads of an embed_dim of {embed_dim}, which they "
                "cannot share out"
            )
        self.head_dim = self.embed_dim // self.num_heads
        self.kdim = self.embed_dim if kdim is None else whole(kdim, "MultiheadAttention: kdim", 1)
        self.vdim = self.embed_dim if vdim is None else whole(vdim, "MultiheadAttention: vdim", 1)
        self.dropout = number(dropout, self, "dropout", 0, 1)
        self.batch_first, self.add_zero_attn = batch_first, add_zero_attn
        self._begin_projections(self.kdim == self.vdim == self.embed_dim, device, dtype)
        row = fresh((3 * self.embed_dim,), device, dtype) if bias else None
        self.register_parameter("in_proj_bias", row)
        self.out_proj = NonDynamicallyQuantizableLinear(
            self.embed_dim, self.embed_dim, bias, device, dtype
        )
        for name in ("bias_k", "bias_v"):
            row = fresh((1, 1, self.embed_dim), device, dtype) if add_bias_kv else None
            self.register_parameter(name, row)
        self._reset_parameters()

    def _begin_projections(self, together: bool, device: Any, dtype: Any) -> None:
        """Have one weight for queries, keys and values, or one for each."""
        shapes = {
            name: (self.embed_dim, size)
            for name, size in zip(SEPARATE, (self.embed_dim, self.kdim, self.vdim), strict=True)
        }
        shape = (3 * self.embed_dim, self.embed_dim)
        whole = fresh(shape, device, dtype) if together else None
        self.register_parameter("in_proj_weight", whole)
        for name, shape in shapes.items():
            apart = None if together else fresh(shape, device, dtype)
            self.register_parameter(name, apart)

    def _reset_parameters(self) -> None:
        """Draw new values, as torch's; out_proj keeps those of a Linear, with a bias of zeros."""
        for name in ("in_proj_weight", *SEPARATE):
            if (weight := getattr(self, name)) is not None:
                init.xavier_uniform_(weight)
        if self.in_proj_bias is not None and self.out_proj.bias is not None:
            init.zeros_(self.in_proj_bias)
            init.zeros_(self.out_proj.bias)
        for row in (self.bias_k, self.bias_v):
            if row is not None:
                init.xavier_normal_(row)

    def forward(  # long: torch's arguments, each on a line
        self,
        query: Any,
        key: Any,
        value: Any,
        key_padding_mask: Any = None,
        need_weights: bool = True,
        attn_mask: Any = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Any, Any]:
        """The result in the shape of ``query``, and the weights (batch, queries, keys) or None.

        Where a mask is True, or -inf, a key takes no part: key_padding_mask (batch, keys),
        attn_mask (queries, keys) or (batch * num_heads, queries, keys); other floats are added to
        the scores.  average_attn_weights: else the weights are those of each head.
        """
        turned = self.batch_first and len(query.shape) == 3
        if turned:
            same = query is key is value
            query = gg.permute_dims(query, (1, 0, 2))
            key, value = (query if same else gg.permute_dims(x, (1, 0, 2)) for x in (key, value))
        y, weights = functional.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            training=self.training,
            key_padding_mask=key_padding_mask,
            need_weights=need_weights,
            attn_mask=attn_mask,
            use_separate_proj_weight=self.in_proj_weight is None,
            q_proj_weight=self.q_proj_weight,
            k_proj_weight=self.k_proj_weight,
            v_proj_weight=self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (gg.permute_dims(y, (1, 0, 2)) if turned else y), weights
