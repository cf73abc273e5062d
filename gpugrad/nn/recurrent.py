"""Recurrent networks: RNN, LSTM and GRU.

    import gpugrad as gg

    lstm = gg.nn.LSTM(input_size=3, hidden_size=4, num_layers=2)
    output, (h, c) = lstm(gg.ones((5, 2, 3)))
    print(output.shape, h.shape)  # (5, 2, 4) (2, 2, 4)

A layer in one direction is one operation over time: the input's products for all steps at once,
then the steps, of which the host has a loop of its own.
"""

import warnings
from math import sqrt
from typing import Any

from ..api import functions as gg
from ..api.creation import arange, zeros
from ..backend.shapes import whole
from . import functional, init
from .gates import Gates, Gru, Lstm, Plain
from .layers import fresh
from .module import Module
from .settings import choice, number
from .utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

__all__ = ["GRU", "LSTM", "RNN"]


def draw(module: Module, hidden_size: int) -> None:
    """Draw torch's first values: uniform up to 1 / sqrt(hidden_size)."""
    for parameter in module.parameters():
        init.uniform_(parameter, -1 / sqrt(hidden_size), 1 / sqrt(hidden_size))


def _turned(x: Any, lengths: Any) -> Any:
    """Sequences (T, B, ...) from their ends; what lies behind an end stays."""
    if lengths is None:
        return gg.flip(x, axis=0)
    time = gg.reshape(arange(x.shape[0], device=x.device), (-1, 1))
    places = gg.where(time < lengths, lengths - 1 - time, time)
    return gg.take_along_axis(x, gg.expand_dims(places, axis=-1), axis=0)


def _last(x: Any, lengths: Any) -> Any:
    """The last step of each sequence."""
    if lengths is None:
        return x[-1]
    return gg.take_along_axis(x, gg.reshape(lengths - 1, (1, -1, 1)), axis=0)[0]


class _Recurrent(Module):
    """Layers of a recurrent network, in one direction or in both."""

    gates: Gates
    proj_size = 0

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        name = type(self).__name__
        self.input_size = whole(input_size, f"{name}: input_size", 1)
        self.hidden_size = whole(hidden_size, f"{name}: hidden_size", 1)
        self.num_layers = whole(num_layers, f"{name}: num_layers", 1)
        self.bias, self.batch_first, self.bidirectional = bias, batch_first, bidirectional
        self.dropout = number(dropout, self, "the probability", 0, 1)
        self.proj_size = whole(proj_size, f"{name}: proj_size")
        self._check()
        for shape, path in self._shapes():
            self.register_parameter(path, fresh(shape, device, dtype))
        self.reset_parameters()

    def _check(self) -> None:
        """Raise for settings that do not go together, and warn of one without effect."""
        name = type(self).__name__
        if self.proj_size and not isinstance(self.gates, Lstm):
            raise ValueError(f"{name}: proj_size {self.proj_size}; only an LSTM has a projection")
        if self.proj_size >= self.hidden_size:
            raise ValueError(
                f"{name}: proj_size {self.proj_size}; give less than {self.hidden_size}"
            )
        if self.dropout and self.num_layers == 1:
            told = "has no effect in one layer: it acts between layers"
            warnings.warn(f"{name}: dropout {self.dropout} {told}", stacklevel=2)

    @property
    def _out(self) -> int:
        return self.proj_size or self.hidden_size

    @property
    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def _shapes(self) -> Any:
        """Shape and name of each parameter, in torch's order."""
        width = self.gates.count * self.hidden_size
        for layer in range(self.num_layers):
            inputs = self._out * len(self._directions) if layer else self.input_size
            for way in self._directions:
                yield (width, inputs), f"weight_ih_l{layer}{way}"
                yield (width, self._out), f"weight_hh_l{layer}{way}"
                if self.bias:
                    yield (width,), f"bias_ih_l{layer}{way}"
                    yield (width,), f"bias_hh_l{layer}{way}"
                if self.proj_size:
                    yield (self.proj_size, self.hidden_size), f"weight_hr_l{layer}{way}"

    def reset_parameters(self) -> None:
        """Draw new values."""
        draw(self, self.hidden_size)

    def flatten_parameters(self) -> None:
        """Without effect: how parameters lie in memory does not matter."""

    @property
    def all_weights(self) -> list[list[Any]]:
        """The parameters of each layer and direction."""
        per = len(list(self._shapes())) // (self.num_layers * len(self._directions))
        whole = list(self.parameters())
        return [whole[i : i + per] for i in range(0, len(whole), per)]

    def forward(self, input: Any, hx: Any = None) -> Any:
        """Outputs of the last layer at all steps, and the last state of every layer.

        input: (T, B, I), with batch_first (B, T, I), (T, I), or a PackedSequence.
        """
        if isinstance(input, PackedSequence):
            return self._packed(input, hx)
        if input.ndim not in (2, 3) or input.shape[-1] != self.input_size:
            raise ValueError(
                f"{type(self).__name__}: input of shape {tuple(input.shape)}; "
                f"give (T, B, {self.input_size}) or (T, {self.input_size})"
            )
        single = input.ndim == 2
        turned = self.batch_first and not single
        x = gg.swapaxes(input, axis1=0, axis2=1) if turned else input
        x = gg.expand_dims(x, axis=1) if single else x
        given = self._given(x, hx, single)
        y, states = self._layers(x, given, None)
        y = gg.swapaxes(y, axis1=0, axis2=1) if turned else y
        if single:
            y, states = gg.squeeze(y, axis=1), tuple(gg.squeeze(s, axis=1) for s in states)
        return y, self._shown(states)

    def _packed(self, input: PackedSequence, hx: Any) -> tuple:
        x, lengths = pad_packed_sequence(input._replace(unsorted_indices=None))
        given = self._given(x, hx, False)
        if input.sorted_indices is not None:
            given = tuple(gg.take(s, input.sorted_indices, axis=1) for s in given)
        y, states = self._layers(x, given, lengths.to(x.device))
        if input.unsorted_indices is not None:
            states = tuple(gg.take(s, input.unsorted_indices, axis=1) for s in states)
        packed = pack_padded_sequence(y, lengths)
        order = (input.sorted_indices, input.unsorted_indices)
        return PackedSequence(packed.data, input.batch_sizes, *order), self._shown(states)

    def _given(self, x: Any, hx: Any, single: bool) -> tuple:
        """The first states (layers and directions, B, H): zeros, or what was given."""
        count = self.num_layers * len(self._directions)
        sizes = (self._out, self.hidden_size)[: self.gates.states]
        if hx is None:
            weight = next(self.parameters())
            shapes = [(count, x.shape[1], size) for size in sizes]
            return tuple(zeros(s, dtype=weight.dtype, device=x.device) for s in shapes)
        states = tuple(hx) if self.gates.states > 1 else (hx,)
        states = tuple(gg.expand_dims(s, axis=1) if single else s for s in states)
        for state, size in zip(states, sizes, strict=True):
            if tuple(state.shape) != (count, x.shape[1], size):
                raise ValueError(
                    f"{type(self).__name__}: a state of shape {tuple(state.shape)}, "
                    f"where {(count, x.shape[1], size)} goes"
                )
        return states

    def _shown(self, states: tuple) -> Any:
        return states if self.gates.states > 1 else states[0]

    def _layers(self, x: Any, given: tuple, lengths: Any) -> tuple[Any, tuple]:
        """All layers of sequences (T, B, I): outputs, and each state of all layers."""
        last: list[tuple] = []
        for layer in range(self.num_layers):
            outputs = []
            for way in self._directions:
                start = tuple(state[len(last)] for state in given)
                found = self._direction(x, start, f"_l{layer}{way}", lengths)
                outputs.append(found[0])
                last.append(found[1])
            x = gg.concat(outputs, axis=-1) if len(outputs) > 1 else outputs[0]
            if self.dropout and layer < self.num_layers - 1:
                x = functional.dropout(x, self.dropout, self.training)
        return x, tuple(gg.stack(list(several)) for several in zip(*last, strict=True))

    def _direction(self, x: Any, start: tuple, path: str, lengths: Any) -> tuple[Any, tuple]:
        """One layer in one direction: outputs and last states."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        parts = {name: getattr(self, name + path, None) for name in names}
        back = path.endswith("_reverse")
        x = _turned(x, lengths) if back else x
        found = self.gates.run(x, start, parts)
        y = _turned(found[0], lengths) if back else found[0]
        return y, tuple(_last(state, lengths) for state in found)

    def extra_repr(self) -> str:
        """As torch's."""
        text = f"{self.input_size}, {self.hidden_size}"
        usual: dict[str, Any] = {
            "proj_size": 0,
            "num_layers": 1,
            "bias": True,
            "batch_first": False,
        }
        usual |= {"dropout": 0.0, "bidirectional": False}
        others = {name: getattr(self, name) for name in usual}
        return text + "".join(f", {n}={v}" for n, v in others.items() if v != usual[n])


class RNN(_Recurrent):
    """Layers of ``h = tanh(W_ih x + b_ih + W_hh h + b_hh)``, or of relu; see torch.nn.RNN."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.nonlinearity = choice(nonlinearity, self, "nonlinearity", ("tanh", "relu"))
        self.gates = Plain(nonlinearity)
        how = (bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, num_layers, *how, device=device, dtype=dtype)


class LSTM(_Recurrent):
    """Layers of long short-term memory; see torch.nn.LSTM.  The state is a pair (h, c)."""

    gates = Lstm()


class GRU(_Recurrent):
    """Layers of gated recurrent units; see torch.nn.GRU."""

    gates = Gru()
