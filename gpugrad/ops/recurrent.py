"""Recurrent networks: all steps over time of a layer in one direction as one operation.

The input's part of the gates is a product for all steps at once, and comes first: ``gates``.  What
is left goes step by step: a product with the state before, then gates.  Results hold the gates
after their functions too, so that the walk back computes none again; users see only the states.
Gates lie side by side, in torch's order.
"""

from .declare import REGISTRY, composite, operation
from .shares import added


def _parts(xp, x, count):
    """``count`` equal parts of the last axis."""
    return xp.split(x, sections=count, axis=-1)


def _steps(xp, x):
    """The parts along the first axis, time; None for None."""
    return None if x is None else xp.unstack(x, axis=0)


def _at(steps, t):
    return None if steps is None else steps[t]


def _stacked(xp, steps, like):
    """Steps along a first axis; of no step, an empty array in the shape of ``like``."""
    return xp.stack(*steps, axis=0) if steps else xp.zeros_like(like)


def _before(xp, first, states):
    """The state before each step: (T, B, H)."""
    if not states.shape[0]:
        return states
    earlier = xp.getitem(states, spec=((None, -1, None),))
    return xp.concat(xp.expand_dims(first, axis=0), earlier, axis=0)


def _product(xp, x, weight):
    """(B, H) by (G, H): (B, G)."""
    return xp.matrix_product(x, xp.matrix_transpose(weight))


def _to_weight(xp, shares, before):
    """The gradient of a weight (G, H): sums over steps and members, in one product."""
    flat = xp.reshape(shares, shape=(-1, shares.shape[-1]))
    states = xp.reshape(before, shape=(-1, before.shape[-1]))
    return xp.matrix_product(xp.matrix_transpose(flat), states)


def _folded(states, name):
    """A batching rule of layers whose gates and ``states`` have the batch: its members are more
    members of one call, if they share the weights; else they are one more axis of its rule."""

    def batched(xp, stack, **settings):
        gates = xp.moveaxis(stack.full(xp, 0), source=0, destination=1)  # (T, N, B, G)
        given = [stack.full(xp, i) for i in range(1, 1 + states)]  # (N, B, H)
        if any(stack.marked[1 + states :]):
            weight, *biases = [stack.full(xp, i) for i in range(1 + states, len(stack.arrays))]
            biases = [xp.expand_dims(bias, axis=1) for bias in biases]
            y = REGISTRY[name].forward(xp, gates, *given, weight, *biases, **settings)
        else:
            flat = [_joined(xp, x, -3) for x in (gates, *given)]
            y = stack.apply(*flat, *stack.arrays[1 + states :], **settings)
        lead, several = gates.shape[:3], isinstance(y, tuple)
        parts = [
            xp.moveaxis(xp.reshape(part, shape=(*lead, part.shape[-1])), source=1, destination=0)
            for part in (y if several else (y,))
        ]
        return tuple(parts) if several else parts[0]

    return batched


def _joined(xp, x, axis):
    """The axis and the next one as one."""
    shape = x.shape
    both = shape[axis] * shape[axis + 1]
    return xp.reshape(x, shape=(*shape[:axis], both, *shape[axis + 2 :]))


@composite
def lstm_gradient(xp, gh, gc, ga, c, a, c0, weight):
    """Gradients of the gates, h0 and c0, from those of h, c and a (None: there is none)."""
    shares, before = [], _steps(xp, _before(xp, c0, c))
    states, kept = _steps(xp, c), _steps(xp, a)
    to_h, to_c = xp.zeros_like(c0), xp.zeros_like(c0)
    outer = [_steps(xp, g) for g in (gh, gc, ga)]
    for t in reversed(range(len(kept))):
        of_h, of_c, of_a = (_at(g, t) for g in outer)
        i, f, g, o = _parts(xp, kept[t], 4)
        squashed = xp.tanh(states[t])
        h = added(of_h, to_h)
        cell = added(of_c, to_c + h * o * (1 - squashed * squashed))
        partial = xp.concat(cell * g, cell * before[t], cell * i, h * squashed, axis=-1)
        slopes = xp.concat(i * (1 - i), f * (1 - f), 1 - g * g, o * (1 - o), axis=-1)
        share = added(of_a, partial) * slopes
        shares.append(share)
        to_h, to_c = xp.matrix_product(share, weight), cell * f
    return _stacked(xp, shares[::-1], a), to_h, to_c


def _lstm_shares(xp, g, h0, c0, weight, y, needs):
    gh, gc, ga = g
    h, c, a = y
    shares, to_h, to_c = xp.lstm_gradient(gh, gc, ga, c, a, c0, weight)
    to_weight = _to_weight(xp, shares, _before(xp, h0, h)) if needs[3] else None
    return shares, to_h, to_c, to_weight


def _lstm_tangent(xp, tgates, th0, tc0, tweight, h0, c0, weight, y):
    h, c, a = y
    moved = _steps(xp, tgates)
    before_h, before_c = _steps(xp, _before(xp, h0, h)), _steps(xp, _before(xp, c0, c))
    th, tc = added(th0, xp.zeros_like(h0)), added(tc0, xp.zeros_like(c0))
    found: tuple[list, ...] = ([], [], [])
    for t, (state, kept) in enumerate(zip(_steps(xp, c), _steps(xp, a), strict=True)):
        change = _product(xp, th, weight)
        if tweight is not None:
            change = change + _product(xp, before_h[t], tweight)
        change = added(_at(moved, t), change)
        i, f, g, o = _parts(xp, kept, 4)
        slopes = xp.concat(i * (1 - i), f * (1 - f), 1 - g * g, o * (1 - o), axis=-1)
        ta = change * slopes
        ti, tf, tg, to = _parts(xp, ta, 4)
        squashed = xp.tanh(state)
        tc = tf * before_c[t] + f * tc + ti * g + i * tg
        th = to * squashed + o * (1 - squashed * squashed) * tc
        for several, one in zip(found, (th, tc, ta), strict=True):
            several.append(one)
    return tuple(_stacked(xp, s, like) for s, like in zip(found, y, strict=True))


@operation(
    together=_lstm_shares,
    tangent=_lstm_tangent,
    batch=_folded(2, "lstm"),
    floats=True,
    native=True,
)
def lstm(xp, gates, h0, c0, weight):
    """The states h and c, (T, B, H), and the gates after their functions, (T, B, 4 H).

    gates: (T, B, 4 H) of the input, with biases, in the order input, forget, cell, output; h0, c0:
    (B, H), weight: (4 H, H) of the state.
    """
    found: tuple[list, ...] = ([], [], [])
    h, c = h0, c0
    for part in _steps(xp, gates):
        i, f, g, o = _parts(xp, part + _product(xp, h, weight), 4)
        i, f, o = xp.sigmoid(i), xp.sigmoid(f), xp.sigmoid(o)
        g = xp.tanh(g)
        c = f * c + i * g
        h = o * xp.tanh(c)
        for several, one in zip(found, (h, c, xp.concat(i, f, g, o, axis=-1)), strict=True):
            several.append(one)
    return _results(xp, found, gates, h0)


def _results(xp, found, gates, h0):
    """Steps as arrays (T, B, ...), also of no step: states, and last all gates."""
    if found[0]:
        return tuple(xp.stack(*several, axis=0) for several in found)
    state = xp.getitem(gates, spec=(Ellipsis, (None, h0.shape[-1], None)))
    return (*[state] * (len(found) - 1), xp.concat(*[state] * 4, axis=-1))


@composite
def gru_gradient(xp, gh, ga, h, a, h0, weight):
    """Gradients of the input's gates, of the state's part of them, and of h0."""
    shares, hidden = [], []
    before, kept = _steps(xp, _before(xp, h0, h)), _steps(xp, a)
    outer, to_h = [_steps(xp, g) for g in (gh, ga)], xp.zeros_like(h0)
    for t in reversed(range(len(kept))):
        of_h, of_a = (_at(g, t) for g in outer)
        r, z, n, m = _parts(xp, kept[t], 4)
        state = added(of_h, to_h)
        partial = [None, state * (before[t] - n), state * (1 - z), None]
        if of_a is not None:
            pairs = zip(_parts(xp, of_a, 4), partial, strict=True)
            partial = [share if own is None else share + own for share, own in pairs]
        to_n = partial[2] * (1 - n * n)
        to_r = added(partial[0], to_n * m) * r * (1 - r)
        to_z = partial[1] * z * (1 - z)
        of_state = xp.concat(to_r, to_z, added(partial[3], to_n * r), axis=-1)
        shares.append(xp.concat(to_r, to_z, to_n, axis=-1))
        hidden.append(of_state)
        to_h = state * z + xp.matrix_product(of_state, weight)
    like = xp.concat(*_parts(xp, a, 4)[:3], axis=-1)
    return _stacked(xp, shares[::-1], like), _stacked(xp, hidden[::-1], like), to_h


def _gru_shares(xp, g, h0, weight, y, needs):
    shares, hidden, to_h = xp.gru_gradient(*g, *y, h0, weight)
    to_weight = _to_weight(xp, hidden, _before(xp, h0, y[0])) if needs[2] else None
    return shares, to_h, to_weight, xp.sum(hidden, axis=(0, 1)) if needs[3] else None


def _gru_tangent(xp, tgates, th0, tweight, tbias, h0, weight, y):
    h, a = y
    moved, before = _steps(xp, tgates), _steps(xp, _before(xp, h0, h))
    found: tuple[list, ...] = ([], [])
    th = added(th0, xp.zeros_like(h0))
    for t, kept in enumerate(_steps(xp, a)):
        hidden = _product(xp, th, weight)
        if tweight is not None:
            hidden = hidden + _product(xp, before[t], tweight)
        r, z, n, m = _parts(xp, kept, 4)
        hr, hz, tm = _parts(xp, added(tbias, hidden), 3)
        xr, xz, xn = (None,) * 3 if moved is None else _parts(xp, moved[t], 3)
        tr, tz = added(xr, hr) * r * (1 - r), added(xz, hz) * z * (1 - z)
        tn = added(xn, tr * m + r * tm) * (1 - n * n)
        th = (1 - z) * tn + z * th + tz * (before[t] - n)
        found[0].append(th)
        found[1].append(xp.concat(tr, tz, tn, tm, axis=-1))
    return tuple(_stacked(xp, s, like) for s, like in zip(found, y, strict=True))


@operation(
    together=_gru_shares,
    tangent=_gru_tangent,
    batch=_folded(1, "gru"),
    floats=True,
    native=True,
)
def gru(xp, gates, h0, weight, bias):
    """The state h, (T, B, H), and what its gates were, (T, B, 4 H): reset, update, new, and the
    state's part of new.

    gates: (T, B, 3 H) of the input, in the order reset, update, new; h0: (B, H), weight: (3 H, H)
    and bias: (3 H,) of the state.
    """
    found: tuple[list, ...] = ([], [])
    h = h0
    for part in _steps(xp, gates):
        xr, xz, xn = _parts(xp, part, 3)
        hr, hz, m = _parts(xp, _product(xp, h, weight) + bias, 3)
        r, z = xp.sigmoid(xr + hr), xp.sigmoid(xz + hz)
        n = xp.tanh(xn + r * m)
        h = n + z * (h - n)
        found[0].append(h)
        found[1].append(xp.concat(r, z, n, m, axis=-1))
    return _results(xp, found, gates, h0)


@composite
def rnn_gradient(xp, g, h, weight, *, nonlinearity):
    """Gradients of the input's part and of h0."""
    shares, to_h = [], xp.sum(xp.zeros_like(g), axis=0)
    outer, slopes = _steps(xp, g), _steps(xp, _slopes(xp, h, nonlinearity))
    for t in reversed(range(len(slopes))):
        share = (outer[t] + to_h) * slopes[t]
        shares.append(share)
        to_h = xp.matrix_product(share, weight)
    return _stacked(xp, shares[::-1], h), to_h


def _slopes(xp, h, nonlinearity):
    return 1 - h * h if nonlinearity == "tanh" else xp.astype(xp.greater(h, 0), dtype=h.dtype)


def _rnn_shares(xp, g, h0, weight, y, needs, *, nonlinearity):
    shares, to_h = xp.rnn_gradient(g, y, weight, nonlinearity=nonlinearity)
    return shares, to_h, _to_weight(xp, shares, _before(xp, h0, y)) if needs[2] else None


def _rnn_tangent(xp, tgates, th0, tweight, h0, weight, y, *, nonlinearity):
    moved, before = _steps(xp, tgates), _steps(xp, _before(xp, h0, y))
    th, found = added(th0, xp.zeros_like(h0)), []
    for t, slope in enumerate(_steps(xp, _slopes(xp, y, nonlinearity))):
        change = _product(xp, th, weight)
        if tweight is not None:
            change = change + _product(xp, before[t], tweight)
        th = added(_at(moved, t), change) * slope
        found.append(th)
    return _stacked(xp, found, y)


@operation(
    together=_rnn_shares, tangent=_rnn_tangent, batch=_folded(1, "rnn"), floats=True, native=True
)
def rnn(xp, gates, h0, weight, *, nonlinearity):
    """The state h, (T, B, H): tanh or relu of ``gates + h @ weight.T``.

    gates: (T, B, H) of the input, with biases; h0: (B, H), weight: (H, H).
    """
    h, found = h0, []
    function = xp.tanh if nonlinearity == "tanh" else xp.relu
    for part in _steps(xp, gates):
        h = function(part + _product(xp, h, weight))
        found.append(h)
    return _stacked(xp, found, gates)
