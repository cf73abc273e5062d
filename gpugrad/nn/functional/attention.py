"""Attention, with torch's arguments."""

from math import inf, sqrt
from typing import Any

from ...api import functions as gg
from ...api.creation import asarray, zeros_like
from ...engine.calling import called
from ...ops import attention as a
from ...tensor.cell import Tensor
from ...tensor.operators import function_of, several_of
from .layers import dropout, linear, probability
from .reading import array

__all__ = [
    "multi_head_attention_forward",
    "scaled_dot_product_attention",
]


@called
def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Values (..., S, V) weighted by softmax(scale * query @ key.T): (..., L, V).

    query: (..., L, E), key: (..., S, E).  attn_mask broadcasts to (..., L, S): where a truth value
    is True the key takes part; floats are added to the scores.  is_causal: query i sees the keys 0
    to i.  A query that sees no key gives zeros.  scale: by default 1 / sqrt(E).  enable_gqa: fewer
    heads of keys and values, axis -3, each for several heads of queries.

    The matrix of all weights exists only with dropout, whose mask gg.random draws.
    """
    _check_one(query, key, value, attn_mask, dropout_p, is_causal)
    if enable_gqa:
        key, value = (_repeated(x, query.shape[-3]) for x in (key, value))
    bias = None if attn_mask is None else additive(attn_mask, query, hides=False)
    width = query.shape[-1]
    settings = {
        "scale": (1 / sqrt(width) if width else 1.0) if scale is None else scale,
        "causal": bool(is_causal),
    }
    if dropout_p == 0:
        return several_of(a.attention)(query, key, value, bias, **settings)[0]
    weights = function_of(a.attention_weights)(query, key, bias, **settings)
    return gg.matmul(dropout(weights, dropout_p), value)


def _check_one(query: Any, key: Any, value: Any, mask: Any, p: float, causal: bool) -> None:
    """Errors of scaled_dot_product_attention."""
    shapes = [array("scaled_dot_product_attention", x).shape for x in (query, key, value)]
    probability("scaled_dot_product_attention", p)
    if causal and mask is not None:
        raise ValueError("scaled_dot_product_attention: give attn_mask or is_causal, not both")
    if min(map(len, shapes)) < 2:
        text = ", ".join(map(str, shapes))
        raise ValueError(f"scaled_dot_product_attention: {text}; give (..., length, size)")


def _repeated(x: Any, heads: int) -> Any:
    if heads % x.shape[-3]:
        raise ValueError(
            f"scaled_dot_product_attention: {heads} heads of queries and {x.shape[-3]} of keys or "
            "values, which do not divide them"
        )
    return gg.repeat(x, heads // x.shape[-3], axis=-3)


def additive(mask: Any, like: Any, hides: bool) -> Any:
    """A mask as what is added to scores in the dtype of ``like``; ``hides``: where a truth value is
    True a key takes no part, else where it is False."""
    mask = asarray(mask)
    if mask.dtype.kind == "b":
        mask = gg.where(gg.logical_not(mask) if hides else mask, 0.0, -inf)
    elif mask.dtype.kind in "iuc":
        raise TypeError(f"attention: a mask of {mask.dtype}; give truth values or floats")
    mask = gg.astype(mask, like.dtype, copy=False)
    return mask if mask.ndim > 1 else gg.reshape(mask, (1, -1))


@called
def multi_head_attention_forward(  # long: torch's arguments, each on a line
    query: Any,
    key: Any,
    value: Any,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Any,
    in_proj_bias: Any,
    bias_k: Any,
    bias_v: Any,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Any,
    out_proj_bias: Any,
    training: bool = True,
    key_padding_mask: Any = None,
    need_weights: bool = True,
    attn_mask: Any = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Any = None,
    k_proj_weight: Any = None,
    v_proj_weight: Any = None,
    static_k: Any = None,
    static_v: Any = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention of several heads as ``nn.MultiheadAttention`` has it: the result, and the weights
    or None.

    query: (L, N, E) or (L, E), key: (S, N, K), value: (S, N, V).  Masks that hold True, or -inf,
    hide a key: key_padding_mask (N, S), attn_mask (L, S) or (N * num_heads, L, S).  is_causal says
    that attn_mask is the causal one, which then is not read.
    """
    masks = (key_padding_mask, attn_mask)
    single = _check(query, key, value, embed_dim_to_check, num_heads, *masks)
    if is_causal and attn_mask is None:
        raise ValueError(
            "multi_head_attention_forward: is_causal says what attn_mask is; give that too, "
            "nn.Transformer.generate_square_subsequent_mask(length)"
        )
    if single:
        query, key, value, key_padding_mask = _as_batch(query, key, value, key_padding_mask)
    separate = (q_proj_weight, k_proj_weight, v_proj_weight) if use_separate_proj_weight else None
    q, k, v = _projected(query, key, value, in_proj_weight, separate, in_proj_bias)
    is_causal = is_causal and key_padding_mask is None and not need_weights
    bias = None if is_causal else _bias(query, num_heads, key_padding_mask, attn_mask)
    if bias_k is not None and bias_v is not None:
        k, v, bias = _with_row(k, bias_k), _with_row(v, bias_v), _with_column(bias)
    q, k, v = (_heads(x, num_heads) for x in (q, k, v))
    k, v = (_static(x, given, q) for x, given in ((k, static_k), (v, static_v)))
    if add_zero_attn:
        k, v = (gg.concat([x, zeros_like(x[:, :, :1])], axis=2) for x in (k, v))
        bias = _with_column(bias)
    attend = _with_weights if need_weights else _without_weights
    y, weights = attend(q, k, v, bias, dropout_p if training else 0.0, is_causal)
    y = gg.reshape(gg.permute_dims(y, (2, 0, 1, 3)), (*query.shape[:2], -1))
    y = linear(y, out_proj_weight, out_proj_bias)
    if weights is not None and average_attn_weights:
        weights = gg.mean(weights, axis=1)
    return _without_batch(y, weights) if single else (y, weights)


def _check(
    query: Any, key: Any, value: Any, width: int, heads: int, padding: Any, mask: Any
) -> bool:
    """Whether there is no axis of a batch; ValueError for shapes that do not fit."""
    shapes = [tuple(array("multi_head_attention_forward", x).shape) for x in (query, key, value)]
    ranks = {len(shape) for shape in shapes}
    if ranks not in ({2}, {3}) or shapes[1][:-1] != shapes[2][:-1]:
        raise ValueError(
            f"multi_head_attention_forward: query {shapes[0]}, key {shapes[1]}, value {shapes[2]}; "
            "give (length, batch, size) each, or (length, size), with as many keys as values"
        )
    if shapes[0][-1] != width or width % heads:
        raise ValueError(
            f"multi_head_attention_forward: queries of {shapes[0][-1]} numbers, an embed_dim of "
            f"{width} and {heads} heads, which share it out"
        )
    batch = shapes[0][1:-1]
    lengths = (shapes[0][0], shapes[1][0])
    if shapes[1][1:-1] != batch:
        raise ValueError(
            f"multi_head_attention_forward: {batch} sequences of queries, {shapes[1][1:-1]} of keys"
        )
    _fits("key_padding_mask", padding, [(*batch, lengths[1])])
    _fits("attn_mask", mask, [lengths, ((*batch, 1)[0] * heads, *lengths)])
    return ranks == {2}


def _as_batch(query: Any, key: Any, value: Any, padding: Any) -> tuple:
    """Inputs (L, E) as those of a batch of one; three that are one stay one."""
    same = query is key is value
    query = gg.expand_dims(query, axis=1)
    key, value = (query if same else gg.expand_dims(x, axis=1) for x in (key, value))
    padding = None if padding is None else gg.expand_dims(asarray(padding), axis=0)
    return query, key, value, padding


def _without_batch(y: Any, weights: Any) -> tuple:
    return gg.squeeze(y, axis=1), None if weights is None else gg.squeeze(weights, axis=0)


def _fits(name: str, mask: Any, shapes: list[tuple]) -> None:
    if mask is not None and tuple(mask.shape) not in shapes:
        wanted = " or ".join(map(str, shapes))
        raise ValueError(f"multi_head_attention_forward: {name} {tuple(mask.shape)}; give {wanted}")


def _projected(
    query: Any, key: Any, value: Any, weight: Any, separate: tuple | None, bias: Any
) -> Any:
    """Queries, keys and values: one product where all three come from one array."""
    if separate is None and query is key is value:
        return gg.split(linear(query, weight, bias), 3, axis=-1)
    weights = gg.split(weight, 3) if separate is None else separate
    biases = (None, None, None) if bias is None else gg.split(bias, 3)
    return [linear(*each) for each in zip((query, key, value), weights, biases, strict=True)]


def _bias(query: Any, heads: int, padding: Any, mask: Any) -> Any:
    """Both masks as what is added to scores (N, heads, L, S), or None."""
    bias = None
    if mask is not None:
        bias = additive(mask, query, hides=True)
        if bias.ndim == 3:
            bias = gg.reshape(bias, (-1, heads, *bias.shape[1:]))
    if padding is None:
        return bias
    padding = additive(padding, query, hides=True)
    padding = gg.expand_dims(padding, axis=(1, 2))
    return padding if bias is None else bias + padding


def _with_row(x: Any, row: Any) -> Any:
    """One more position (L, N, E), the same for all sequences."""
    return gg.concat([x, gg.broadcast_to(row, (1, *x.shape[1:]))], axis=0)


def _with_column(bias: Any) -> Any:
    """A bias that adds 0 to one more key."""
    if bias is None:
        return None
    return gg.concat([bias, zeros_like(bias[..., :1])], axis=-1)


def _heads(x: Any, heads: int) -> Any:
    """(L, N, E) as (N, heads, L, E / heads)."""
    apart = gg.reshape(x, (*x.shape[:2], heads, x.shape[2] // heads))
    return gg.permute_dims(apart, (1, 2, 0, 3))


def _static(x: Any, given: Any, q: Any) -> Any:
    """Keys or values, or what is given for them, (N * heads, S, E / heads)."""
    if given is None:
        return x
    return gg.reshape(given, (*q.shape[:2], *given.shape[1:]))


def _with_weights(q: Any, k: Any, v: Any, bias: Any, p: float, causal: bool) -> tuple:
    """The weighted values, and the weights after dropout, as torch gives them."""
    scores = gg.matmul(q * (1 / sqrt(max(q.shape[-1], 1))), gg.matrix_transpose(k))
    weights = gg.softmax(scores if bias is None else scores + bias, axis=-1)
    weights = dropout(weights, p) if p else weights
    return gg.matmul(weights, v), weights


def _without_weights(q: Any, k: Any, v: Any, bias: Any, p: float, causal: bool) -> tuple:
    return scaled_dot_product_attention(q, k, v, bias, p, causal), None
