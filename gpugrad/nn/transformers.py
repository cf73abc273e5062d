"""Transformers: layers of attention and of two linear maps, and stacks of them."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from ..api import functions as gg
from ..api.creation import full
from ..backend.dtypes import as_dtype
from ..backend.shapes import whole
from . import functional, init
from .attention import MultiheadAttention
from .containers import ModuleList
from .layers import Dropout, Linear
from .module import Module
from .normalisation import LayerNorm
from .settings import choice

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]

ACTIVATIONS = {"relu": functional.relu, "gelu": functional.gelu}


class _Layer(Module):
    """What layers of encoders and decoders share: the settings, and parts added to their input.

    Each part is applied to the input normalised and added to it, with norm_first; else it is added
    to the input, and the sum is normalised.
    """

    attentions: tuple[str, ...] = ("self_attn",)
    self_attn: MultiheadAttention

    def __init__(
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
        if not callable(activation):
            activation = ACTIVATIONS[choice(activation, self, "activation", ("relu", "gelu"))]
        self.activation = activation

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


class _Stack(Module):
    """Copies of a layer, one after another, and a norm at the end."""

    norm: Any

    def _begin(self, layer: Module, num_layers: int, norm: Module | None) -> None:
        count = whole(num_layers, f"{type(self).__name__}: num_layers")
        self.layers = ModuleList([deepcopy(layer) for _ in range(count)])
        self.num_layers = count
        self.add_module("norm", norm)

    def _through(self, x: Any, *inputs: Any, **settings: Any) -> Any:
        for layer in self.layers:
            x = layer(x, *inputs, **settings)
        return x if self.norm is None else self.norm(x)


class TransformerEncoder(_Stack):
    """``num_layers`` copies of an encoder's layer, one after another, then ``norm`` if given.

    enable_nested_tensor and mask_check, which make torch faster at times, change nothing here.
    """

    def __init__(
        self,
        encoder_layer: Module,
        num_layers: int,
        norm: Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        self._begin(encoder_layer, num_layers, norm)
        self.enable_nested_tensor, self.mask_check = enable_nested_tensor, mask_check

    def forward(
        self,
        src: Any,
        mask: Any = None,
        src_key_padding_mask: Any = None,
        is_causal: bool | None = None,
    ) -> Any:
        """The shape of ``src``.  is_causal says that ``mask`` is the causal one, which is then
        computed in less time; None does not look."""
        return self._through(
            src,
            src_mask=mask,
            src_key_padding_mask=src_key_padding_mask,
            is_causal=bool(is_causal),
        )


class TransformerDecoder(_Stack):
    """``num_layers`` copies of a decoder's layer, one after another, then ``norm`` if given."""

    def __init__(self, decoder_layer: Module, num_layers: int, norm: Module | None = None) -> None:
        self._begin(decoder_layer, num_layers, norm)

    def forward(
        self,
        tgt: Any,
        memory: Any,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        """The shape of ``tgt``; ``memory`` is what the encoder gave."""
        return self._through(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=bool(tgt_is_causal),
            memory_is_causal=memory_is_causal,
        )


class Transformer(Module):
    """An encoder, and a decoder that reads what it gives: (length, batch, d_model) each.

        model = gg.nn.Transformer(8, 2, 1, 1, 16, batch_first=True)
        print(model(gg.ones((3, 5, 8)), gg.ones((3, 4, 8))).shape)  # (3, 4, 8)

    custom_encoder, custom_decoder: Modules to take in their place.
    """

    encoder: Any
    decoder: Any

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Any], Any] = functional.relu,
        custom_encoder: Any = None,
        custom_decoder: Any = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        layer: tuple = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps)
        layer = (*layer, batch_first, norm_first, bias, device, dtype)

        def norm() -> LayerNorm:
            return LayerNorm(d_model, layer_norm_eps, bias=bias, device=device, dtype=dtype)

        self.encoder = custom_encoder or TransformerEncoder(
            TransformerEncoderLayer(*layer), num_encoder_layers, norm()
        )
        self.decoder = custom_decoder or TransformerDecoder(
            TransformerDecoderLayer(*layer), num_decoder_layers, norm()
        )
        self._reset_parameters()
        self.d_model, self.nhead, self.batch_first = d_model, nhead, batch_first

    def _reset_parameters(self) -> None:
        """Draw new matrices."""
        for parameter in self.parameters():
            if parameter.ndim > 1:
                init.xavier_uniform_(parameter)

    def forward(
        self,
        src: Any,
        tgt: Any,
        src_mask: Any = None,
        tgt_mask: Any = None,
        memory_mask: Any = None,
        src_key_padding_mask: Any = None,
        tgt_key_padding_mask: Any = None,
        memory_key_padding_mask: Any = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Any:
        """The shape of ``tgt``."""
        self._check(tuple(src.shape), tuple(tgt.shape))
        memory = self.encoder(
            src, mask=src_mask, src_key_padding_mask=src_key_padding_mask, is_causal=src_is_causal
        )
        return self.decoder(
            tgt,
            memory,
            tgt_mask=tgt_mask,
            memory_mask=memory_mask,
            tgt_key_padding_mask=tgt_key_padding_mask,
            memory_key_padding_mask=memory_key_padding_mask,
            tgt_is_causal=tgt_is_causal,
            memory_is_causal=memory_is_causal,
        )

    def _check(self, src: tuple, tgt: tuple) -> None:
        batch = 0 if self.batch_first else 1
        if {src[-1], tgt[-1]} != {self.d_model} or (len(src) == 3 and src[batch] != tgt[batch]):
            raise ValueError(
                f"Transformer: src {src} and tgt {tgt}; they end in d_model, {self.d_model}, and "
                "have one batch"
            )

    @staticmethod
    def generate_square_subsequent_mask(
        sz: int, device: str | int | None = None, dtype: Any = None
    ) -> Any:
        """The causal mask, (sz, sz): -inf above the diagonal, else 0."""
        kind = as_dtype(float if dtype is None else dtype)
        shape = (whole(sz, "generate_square_subsequent_mask"),) * 2
        return gg.triu(full(shape, float("-inf"), dtype=kind, device=device), k=1)
