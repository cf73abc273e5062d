"""What a recurrent layer does with its state, over all steps of time."""

from typing import Any

from ..api import functions as gg
from ..api.creation import zeros
from ..ops import recurrent
from ..tensor.operators import several_of
from . import functional

_lstm, _gru, _rnn = map(several_of, (recurrent.lstm, recurrent.gru, recurrent.rnn))


def _affine(x: Any, weight: Any, *biases: Any) -> Any:
    """``x @ weight.T`` and biases, which may be None."""
    there = [bias for bias in biases if bias is not None]
    return functional.linear(x, weight, sum(there[1:], there[0]) if there else None)


class Gates:
    """What a layer does with the state: ``count`` gates, and its run over time."""

    count = 1
    states = 1

    def run(self, x: Any, given: tuple, parts: dict[str, Any]) -> tuple:
        """The outputs (T, B, H) and, over time, each state."""
        raise NotImplementedError


class Plain(Gates):
    """No gates: tanh or relu alone."""

    def __init__(self, nonlinearity: str) -> None:
        self.nonlinearity = nonlinearity

    def run(self, x: Any, given: tuple, parts: dict[str, Any]) -> tuple:
        """See Gates."""
        gates = _affine(x, parts["weight_ih"], parts["bias_ih"], parts["bias_hh"])
        return (_rnn(gates, *given, parts["weight_hh"], nonlinearity=self.nonlinearity),)


class Gru(Gates):
    """The gates of gated recurrent units."""

    count = 3

    def run(self, x: Any, given: tuple, parts: dict[str, Any]) -> tuple:
        """See Gates."""
        weight, bias = parts["weight_hh"], parts["bias_hh"]
        if bias is None:
            bias = zeros((weight.shape[0],), dtype=weight.dtype, device=weight.device)
        gates = _affine(x, parts["weight_ih"], parts["bias_ih"])
        return (_gru(gates, *given, weight, bias)[0],)


class Lstm(Gates):
    """The gates of long short-term memory, whose state is a pair."""

    count, states = 4, 2

    def run(self, x: Any, given: tuple, parts: dict[str, Any]) -> tuple:
        """See Gates."""
        gates = _affine(x, parts["weight_ih"], parts["bias_ih"], parts["bias_hh"])
        if parts.get("weight_hr") is not None:
            return _projected(gates, given, parts["weight_hh"], parts["weight_hr"])
        h, c, _ = _lstm(gates, *given, parts["weight_hh"])
        return h, c


def _projected(gates: Any, given: tuple, weight: Any, projection: Any) -> tuple:
    """Step by step, as the state that goes on is ``projection @ h``."""
    h, c = given
    found: tuple[list, list] = ([], [])
    for part in gg.unstack(gates):
        i, f, g, o = gg.split(part + functional.linear(h, weight), 4, axis=-1)
        c = gg.sigmoid(f) * c + gg.sigmoid(i) * gg.tanh(g)
        h = functional.linear(gg.sigmoid(o) * gg.tanh(c), projection)
        found[0].append(h)
        found[1].append(c)
    return gg.stack(found[0]), gg.stack(found[1])
