"""Transformers: stacks of layers of attention and of two linear maps."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from ..api import functions as gg
from ..api.creation import full
from ..backend.dtypes import as_dtype
from ..backend.shapes import whole
from . import functional, init
from .containers import ModuleList
from .module import Module
from .normalisation import LayerNorm
from .transformer_layers import TransformerDecoderLayer, TransformerEncoderLayer

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerEncoder",
]


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

    def __init__(  # long: torch's arguments, each on a line
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

    def forward(  # long: torch's arguments, each on a line
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
