"""The layers of transformers: attention and two linear maps, each added to its input."""

from collections.abc import Callable
from typing import Any

from . import functional
from .attention import MultiheadAttention
from .layers import Dropout, Linear
from .module import Module
from .normalisation import LayerNorm
from .settings import choice

__all__ = [
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
]

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"relu": functional.relu, "gelu": functional.gelu}


class _Layer(Module):
    """What layers of encoders and decoders share: the settings, and parts added to their input.

    Each part is applied to the input normalised and added to it, with norm_first; else it is added
    to the input, and the sum is normalised.
    """

    attentions: tuple[str, ...] = ("self_attn",)
    self_attn: MultiheadAttention

    def __init__(  # long: torch's arguments, each on a line
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = functional.relu,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        place: Any = {"device": device, "dtype": dtype}
        for name in self.attentions:
            heads = MultiheadAttention(
                d_model, nhead, dropout, bias, batch_first=batch_first, **place
            )
            self.add_module(name, heads)
        self.linear1 = Linear(d_model, dim_feedforward, bias, **place)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias, **place)
        self.norm_first = norm_first
        numbers = range(1, len(self.attentions) + 2)
        for number in numbers:
            norm = LayerNorm(d_model, layer_norm_eps, bias=bias, **place)
            self.add_module(f"norm{number}", norm)
        for number in numbers:
            self.add_module(f"dropout{number}", Dropout(dropout))
        if callable(activation):
            self.activation = activation
        else:
            self.activation = ACTIVATIONS[choice(activation, self, "activation", ("relu", "gelu"))]

    def _through(self, x: Any, *parts: Callable[[Any], Any]) -> Any:
        """``x`` after each part in turn."""
        for number, part in enumerate(parts, 1):
            norm, dropout = getattr(self, f"norm{number}"), getattr(self, f"dropout{number}")
            if self.norm_first:
                x = x + dropout(part(norm(x)))
            else:
                x = norm(x + dropout(part(x)))
        return x

    def _forward(self, x: Any) -> Any:
        return self.linear2(self.dropout(self.activation(self.linear1(x))))


def _attended(
    heads: MultiheadAttention, x: Any, memory: Any, mask: Any, padding: Any, causal: bool
) -> Any:
    """The result of attention alone; ``causal`` says what ``mask`` is."""
    settings = {"key_padding_mask": padding, "attn_mask": mask, "is_causal": causal}
    return heads(x, memory, memory, need_weights=False, **settings)[0]


class TransformerEncoderLayer(_Layer):
    """Self-attention and two linear maps, each added to its input: the shape stays.

        layer = gg.nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
        print(layer(gg.ones((3, 5, 8))).shape)  # (3, 5, 8)

    activation: "relu", "gelu" or a function.  norm_first: normalise before each part, not after.
    """

    def forward(
        self,
        src: Any,
        src_mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool = False,
    ) -> Any:
        """The shape of ``src``: (length, batch, d_model), or as batch_first says."""

        def attend(x: Any) -> Any:
            padding = src_key_padding_mask
            return _attended(self.self_attn, x, x, src_mask, padding, is_causal)

        return self._through(src, attend, self._forward)


class TransformerDecoderLayer(_Layer):
    """Self-attention, attention to an encoder's result and two linear maps, each added to its
    input: the shape stays.

    Settings are TransformerEncoderLayer's.
    """

    attentions = ("self_attn", "multihead_attn")
    multihead_attn: MultiheadAttention

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Any:
        """The shape of ``tgt``; ``memory`` is what the encoder gave."""

        def attend(x: Any) -> Any:
            padding = tgt_key_padding_mask
            return _attended(self.self_attn, x, x, tgt_mask, padding, tgt_is_causal)

        def attend_memory(x: Any) -> Any:
            padding = memory_key_padding_mask
            return _attended(self.multihead_attn, x, memory, memory_mask, padding, memory_is_causal)

        return self._through(tgt, attend, attend_memory, self._forward)
