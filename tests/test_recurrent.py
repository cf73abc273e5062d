"""Recurrent networks and packed sequences against PyTorch, and what they refuse."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn.utils import rnn

RNG = np.random.default_rng(0)


def settings(kind, size, rng):
    """Random settings of a network."""
    found = {
        "num_layers": int(rng.integers(1, 4)),
        **{name: bool(rng.random() < 0.5) for name in ("bias", "batch_first", "bidirectional")},
    }
    if kind == "RNN":
        found["nonlinearity"] = str(rng.choice(["tanh", "relu"]))
    if kind == "LSTM" and rng.random() < 0.4:
        found["proj_size"] = int(rng.integers(1, size))
    return found


def alike(torch, kind, *sizes, **how):
    """The same network in both libraries, float64."""
    theirs = getattr(torch.nn, kind)(*sizes, **how).double()
    ours = getattr(nn, kind)(*sizes, **how)
    ours.to(dtype="float64")
    assert list(theirs.state_dict()) == list(ours.state_dict()) and repr(theirs) == repr(ours)
    ours.load_state_dict({name: value.numpy() for name, value in theirs.state_dict().items()})
    return theirs, ours


def flat(states):
    return states if isinstance(states, tuple) else (states,)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("seed", range(8))
def test_networks_agree_with_torch(kind, seed):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    how = settings(kind, 4, rng)
    theirs, ours = alike(torch, kind, 3, 4, **how)
    shape = (2, 5, 3) if how["batch_first"] else (5, 2, 3)
    x = rng.normal(size=shape)
    a, b = torch.tensor(x, requires_grad=True), gg.tensor(x, requires_grad=True)
    given = [a, b]
    if seed % 2:  # packed
        packing = {"batch_first": how["batch_first"], "enforce_sorted": False}
        pack = torch.nn.utils.rnn.pack_padded_sequence
        given = [pack(a, [3, 5], **packing), rnn.pack_padded_sequence(b, [3, 5], **packing)]
    found = theirs(given[0]), ours(given[1])
    losses = []
    for y, states in found:
        data = y.data if seed % 2 else y
        losses.append((data**2).sum() + sum((s**3).sum() for s in flat(states)))
        losses[-1].backward()
    np.testing.assert_allclose(losses[1].item(), losses[0].item(), rtol=1e-12)
    np.testing.assert_allclose(b.grad.numpy(), a.grad.numpy(), rtol=1e-9, atol=1e-12)
    for p, q in zip(theirs.parameters(), ours.parameters(), strict=True):
        np.testing.assert_allclose(q.grad.numpy(), p.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", ["RNNCell", "LSTMCell", "GRUCell"])
@pytest.mark.parametrize("single", [False, True])
def test_cells_agree_with_torch(kind, single):
    torch = pytest.importorskip("torch")
    theirs, ours = alike(torch, kind, 3, 4)
    x, h = (RNG.normal(size=(n,) if single else (2, n)) for n in (3, 4))
    for state in (None, (h, h / 2) if kind == "LSTMCell" else h):
        found = [
            flat(module(make(x), None if state is None else _made(make, state)))
            for module, make in ((theirs, torch.tensor), (ours, gg.tensor))
        ]
        for a, b in zip(*found, strict=True):
            np.testing.assert_allclose(b.detach().numpy(), a.detach().numpy(), atol=1e-12)


def _made(make, state):
    return tuple(map(make, state)) if isinstance(state, tuple) else make(state)


def test_a_network_is_its_cell_step_by_step():
    network, cell = nn.GRU(3, 4), nn.GRUCell(3, 4)
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in network.state_dict().items()})
    x = gg.random.normal(0.0, 1.0, (5, 2, 3))
    y, last = network(x)
    h = None
    for t in range(5):
        h = cell(x[t], h)
        np.testing.assert_allclose(y[t].detach().numpy(), h.detach().numpy(), rtol=1e-5, atol=1e-6)
    assert gg.all(last[0] == y[-1])


def test_sequences_are_padded_packed_and_found_again():
    parts = [gg.arange(n, dtype="float32").reshape(-1, 1) + 10 * i for i, n in enumerate((2, 4, 1))]
    padded = rnn.pad_sequence(parts, batch_first=True, padding_value=-1.0)
    assert padded[2, :, 0].tolist() == [20, -1, -1, -1]
    packed = rnn.pack_sequence(parts, enforce_sorted=False)
    assert packed.data[:, 0].tolist() == [10, 0, 20, 11, 1, 12, 13]
    assert packed.batch_sizes.tolist() == [3, 2, 1, 1] and packed.sorted_indices.tolist() == [
        1,
        0,
        2,
    ]
    for found, part in zip(rnn.unpack_sequence(packed), parts, strict=True):
        assert found.tolist() == part.tolist()
    again, lengths = rnn.pad_packed_sequence(packed, batch_first=True, total_length=5)
    assert again.shape == (3, 5, 1) and lengths.tolist() == [2, 4, 1]


def test_gradients_pass_a_packed_sequence():
    x = gg.ones((3, 2, 1)).requires_grad_()
    packed = rnn.pack_padded_sequence(x, [3, 1])
    gg.sum(rnn.pad_packed_sequence(packed)[0] ** 2).backward()
    assert x.grad[:, :, 0].tolist() == [[2, 2], [2, 0], [2, 0]]


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: nn.LSTM(3, 4)(gg.ones((5, 2, 2))), ValueError, r"give \(T, B, 3\)"),
        (lambda: nn.LSTM(3, 4, proj_size=4), ValueError, "proj_size 4; give less than 4"),
        (lambda: nn.GRU(3, 4, proj_size=2), ValueError, "only an LSTM has a projection"),
        (lambda: nn.LSTM(3, 4, dropout=0.5), UserWarning, "dropout 0.5 has no effect in one layer"),
        (lambda: nn.RNN(3, 4, nonlinearity="sin"), ValueError, "nonlinearity"),
        (lambda: nn.GRU(3, 4)(gg.ones((5, 2, 3)), gg.ones((1, 3, 4))), ValueError, "a state of"),
        (lambda: nn.GRUCell(3, 4)(gg.ones((2, 2))), ValueError, r"give \(B, 3\)"),
        (lambda: nn.RNNCell(3, 4)(gg.ones((2, 3)), gg.ones((4, 2))), ValueError, r"\(2, 4\) goes"),
        (lambda: rnn.pack_padded_sequence(gg.ones((3, 2, 1)), [1, 3]), RuntimeError, "not fall"),
        (lambda: rnn.pack_padded_sequence(gg.ones((3, 2, 1)), [1, 0]), RuntimeError, "1 or more"),
    ],
)
def test_what_is_refused(call, error, match):
    with pytest.raises(error, match=match):
        call()
