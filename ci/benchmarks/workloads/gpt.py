"""W6: a GPT, written once for every library that has these layers."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Size(NamedTuple):
    depth: int
    width: int
    heads: int
    length: int
    vocabulary: int


def attention_by_matmul(m: Any, q: Any, k: Any, v: Any, mask: Any) -> Any:
    """q, k, v: (batch, length, heads, size)."""
    q, k, v = (m.swapaxes(x, 1, 2) for x in (q, k, v))
    scores = q @ m.swapaxes(k, 2, 3) * q.shape[-1] ** -0.5
    shares = m.softmax(m.where(mask, scores, float("-inf")), -1)
    return m.swapaxes(shares @ v, 1, 2)


def attention_by_einsum(m: Any, q: Any, k: Any, v: Any, mask: Any) -> Any:
    """q, k, v: (batch, length, heads, size)."""
    scores = m.einsum("bqhd,bkhd->bhqk", q, k) / q.shape[-1] ** 0.5
    shares = m.softmax(m.where(mask, scores, -1e9), -1)
    return m.einsum("bhqk,bkhd->bqhd", shares, v)


def norm_of_layer(m: Any, layer: Any, x: Any) -> Any:
    return layer(x)


def spelled_norm(m: Any, layer: Any, x: Any) -> Any:
    """Layer norm with the parameters of ``layer``."""
    away = x - m.mean(x, -1)[..., None]
    variance = m.mean(away * away, -1)[..., None]
    return away / m.sqrt(variance + 1e-5) * layer.weight + layer.bias


def block(nn: Any, m: Any, size: Size, attend: Callable, norm: Callable) -> Any:
    """One layer: attention, then a network of each token."""
    width = size.width

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
            self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
            self.value, self.out = nn.Linear(width, width), nn.Linear(width, width)
            self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
            self.activation = nn.GELU()

        def forward(self, x: Any, mask: Any) -> Any:
            y = norm(m, self.before, x)
            split = (*x.shape[:2], size.heads, width // size.heads)
            parts = [layer(y).reshape(split) for layer in (self.query, self.key, self.value)]
            x = x + self.out(attend(m, *parts, mask).reshape(x.shape))
            y = norm(m, self.between, x)
            return x + self.narrow(self.activation(self.wide(y)))

    return Block()


def transformer(nn: Any, m: Any, size: Size, attend: Callable, norm: Callable) -> Any:
    """Scores of the token that follows each."""

    class Transformer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.token = nn.Embedding(size.vocabulary, size.width)
            self.place = nn.Embedding(size.length, size.width)
            blocks = [block(nn, m, size, attend, norm) for _ in range(size.depth)]
            self.blocks = nn.ModuleList(blocks)
            self.last = nn.LayerNorm(size.width)
            self.scores = nn.Linear(size.width, size.vocabulary)

        def forward(self, tokens: Any, places: Any, mask: Any) -> Any:
            x = self.token(tokens) + self.place(places)
            for each in self.blocks:
                x = each(x, mask)
            return self.scores(norm(m, self.last, x))

    return Transformer()


def gpt(size: Size, attend: Callable, norm: Callable, m: Any, nn: Any) -> tuple[Any, Callable]:
    """The model and its loss of tokens, those that follow, 0, 1, ... up to the length, the mask."""
    measure = nn.CrossEntropyLoss()

    def loss(model: Any, tokens: Any, following: Any, places: Any, mask: Any) -> Any:
        scores = model(tokens, places, mask)
        return measure(scores.reshape(-1, size.vocabulary), following.reshape(-1))

    return transformer(nn, m, size, attend, norm), loss
