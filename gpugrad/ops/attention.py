"""Attention: for each query a mean of values, weighted by how its key goes with the query."""

from math import inf

from .axes import zeros
from .batching import last_axes
from .declare import composite, operation
from .extremes import largest
from .shares import added


def _scores(xp, query, key, bias, scale, causal):
    """(..., queries, keys); -inf where a query does not see a key."""
    scores = xp.matrix_product(query, xp.matrix_transpose(key)) * scale
    scores = scores if bias is None else scores + bias
    if not causal:
        return scores
    places = (xp.arange_like(scores, n) for n in scores.shape[-2:])
    seen = xp.greater_equal(xp.expand_dims(next(places), axis=-1), next(places))
    return xp.where(seen, scores, -inf)


def _weights(xp, query, key, bias, total, scale, causal):
    """Each query's weights, which add up to 1, or are all 0."""
    scores = _scores(xp, query, key, bias, scale, causal)
    return xp.exp(scores - xp.expand_dims(total, axis=-1))


def _to_scores(xp, g, share, value, weights, y):
    """The gradient of the scores, from those of both results."""
    mean = xp.sum(g * y, axis=-1)
    mean = mean if share is None else mean - share
    to_weights = xp.matrix_product(g, xp.matrix_transpose(value))
    return weights * (to_weights - xp.expand_dims(mean, axis=-1))


@composite
def attention_gradient(xp, g, share, query, key, value, bias, y, total, *, scale, causal):
    """The gradients of query, key and value, from ``g``, that of ``y``, and ``share``, that of
    ``total`` or None."""
    weights = _weights(xp, query, key, bias, total, scale, causal)
    to_scores = _to_scores(xp, g, share, value, weights, y) * scale
    to_query = xp.matrix_product(to_scores, key)
    to_key = xp.matrix_product(xp.matrix_transpose(to_scores), query)
    return to_query, to_key, xp.matrix_product(xp.matrix_transpose(weights), g)


def _shares(xp, g, query, key, value, bias, y, needs, *, scale, causal):
    (g, share), (y, total), to_bias = g, y, None
    g = xp.zeros_like(y) if g is None else g
    if needs[3]:
        weights = _weights(xp, query, key, bias, total, scale, causal)
        to_bias = _to_scores(xp, g, share, value, weights, y)
    if not any(needs[:3]):
        return None, None, None, to_bias
    settings = {"scale": scale, "causal": causal}
    found = xp.attention_gradient(g, share, query, key, value, bias, y, total, **settings)
    return *found, to_bias


def _tangent(xp, tquery, tkey, tvalue, tbias, query, key, value, bias, y, *, scale, causal):
    y, total = y
    weights = _weights(xp, query, key, bias, total, scale, causal)
    moved = tbias
    if tquery is not None:
        moved = added(moved, xp.matrix_product(tquery, xp.matrix_transpose(key)) * scale)
    if tkey is not None:
        moved = added(moved, xp.matrix_product(query, xp.matrix_transpose(tkey)) * scale)
    ty = None if tvalue is None else xp.matrix_product(weights, tvalue)
    if moved is None:
        return ty, zeros(xp, total, total.shape)
    moved = weights * moved
    ttotal = xp.sum(moved, axis=-1)
    of_scores = xp.matrix_product(moved, value) - y * xp.expand_dims(ttotal, axis=-1)
    return added(ty, of_scores), ttotal


@operation(
    together=_shares,
    tangent=_tangent,
    batch=last_axes(2, 2, 2, 2),
    floats=True,
    native=True,
)
def attention(xp, query, key, value, bias=None, *, scale, causal):
    """softmax(``scale * query @ key.T + bias``) @ value, and the logarithm of the softmax's sum.

    query: (..., L, E), key: (..., S, E), value: (..., S, V), bias: None or an array of two axes and
    more that broadcasts to (..., L, S); gives (..., L, V) and (..., L).  causal: query i sees the
    keys 0 to i.  A query all of whose scores are -inf has results of 0.  Of halves the logarithm is
    float32: in their precision e**(score - logarithm) would lose too much.
    """
    scores = _scores(xp, query, key, bias, scale, causal)
    most = largest(xp, scores, -1)
    most = xp.where(xp.equal(most, -inf), 0, most)
    weights = xp.exp(scores - most)
    total = xp.sum(weights, axis=-1, keepdims=True)
    none = xp.equal(total, 0)
    total = xp.where(none, 1, total)
    y = xp.matrix_product(weights, value) / total
    return y, xp.squeeze(xp.where(none, 0, most + xp.log(total)), axis=-1)


@composite
def attention_weights(xp, query, key, bias=None, *, scale, causal):
    """The weights of ``attention``, (..., L, S): all of them, which the operation never stores."""
    scores = _scores(xp, query, key, bias, scale, causal)
    none = xp.all(xp.equal(scores, -inf), axis=-1, keepdims=True)
    return xp.where(none, 0, xp.softmax(xp.where(none, 0, scores), axis=-1))
