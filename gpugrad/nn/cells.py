"""One step of recurrent layers."""

from typing import Any

from ..api import functions as gg
from ..api.creation import zeros
from ..backend.shapes import whole
from .gates import Gates, Gru, Lstm, Plain
from .layers import fresh
from .module import Module
from .recurrent import draw
from .settings import choice

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


class _Cell(Module):
    """One step of a layer."""

    gates: Gates

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        name = type(self).__name__
        self.input_size = whole(input_size, f"{name}: input_size", 1)
        self.hidden_size = whole(hidden_size, f"{name}: hidden_size", 1)
        self.bias, width = bias, self.gates.count * self.hidden_size
        self.weight_ih = fresh((width, self.input_size), device, dtype)
        self.weight_hh = fresh((width, self.hidden_size), device, dtype)
        for side in ("bias_ih", "bias_hh"):
            self.register_parameter(side, fresh((width,), device, dtype) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw new values."""
        draw(self, self.hidden_size)

    def forward(self, input: Any, hx: Any = None) -> Any:
        """(B, I) or (I,) and a state give the next state; of an LSTM a pair."""
        if input.ndim not in (1, 2) or input.shape[-1] != self.input_size:
            raise ValueError(
                f"{type(self).__name__}: input of shape {tuple(input.shape)}; "
                f"give (B, {self.input_size}) or ({self.input_size},)"
            )
        single = input.ndim == 1
        x = gg.reshape(input, (1, -1, self.input_size))
        if hx is None:
            shape = (x.shape[1], self.hidden_size)
            given: tuple = (zeros(shape, dtype=self.weight_hh.dtype, device=x.device),)
            given *= self.gates.states
        else:
            given = self._given(hx, (*input.shape[:-1], self.hidden_size))
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        found = self.gates.run(x, given, {name: getattr(self, name) for name in names})
        states = tuple(state[0, 0] if single else state[0] for state in found)
        return states if len(states) > 1 else states[0]

    def _given(self, hx: Any, shape: tuple) -> tuple:
        """The states before, as (B, H)."""
        states = tuple(hx) if self.gates.states > 1 else (hx,)
        for state in states:
            if tuple(state.shape) != shape:
                raise ValueError(
                    f"{type(self).__name__}: a state of shape {tuple(state.shape)}, "
                    f"where {shape} goes"
                )
        return tuple(gg.reshape(state, (-1, self.hidden_size)) for state in states)

    def extra_repr(self) -> str:
        """As torch's."""
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")


class RNNCell(_Cell):
    """One step of an RNN."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: str | int | None = None,
        dtype: Any = None,
    ) -> None:
        self.nonlinearity = choice(nonlinearity, self, "nonlinearity", ("tanh", "relu"))
        self.gates = Plain(nonlinearity)
        super().__init__(input_size, hidden_size, bias, device, dtype)

    def extra_repr(self) -> str:
        """As torch's."""
        other = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + other


class LSTMCell(_Cell):
    """One step of an LSTM: the state is a pair (h, c)."""

    gates = Lstm()


class GRUCell(_Cell):
    """One step of a GRU."""

    gates = Gru()
