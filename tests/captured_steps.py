"""Steps for the tests of captures, eager and compiled, and what they change."""

import numpy as np

import gpugrad as gg
from gpugrad import nn, optim

F = nn.functional


def mlp():
    """Dropout, Adam, and a number that is another at every call."""
    layers = nn.Linear(3, 8), nn.Tanh(), nn.Dropout(0.25), nn.Linear(8, 2)
    model = nn.Sequential(*layers)
    optimizer = optim.Adam(model.parameters(), lr=0.05)

    def step(x, y, weight=1.0):
        loss = F.mse_loss(model(x), y) * weight
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    step.model, step.optimizer = model, optimizer
    return step


def given(i, columns=3):
    """Arguments of call number ``i``."""
    random = np.random.default_rng(i)
    x, y = random.normal(size=(6, columns)), random.normal(size=(6, 2))
    return gg.tensor(x.astype("float32")), gg.tensor(y.astype("float32"))


def pair(make):
    """An eager step and its twin, compiled."""
    made = []
    for _ in range(2):
        gg.random.seed(0)
        made.append(make())
    return made[0], gg.compile(made[1], wait=True), made[1]


def run(step, calls, seed=3):
    gg.random.seed(seed)
    return [step(*given(i), 1.0 + i / 4).item() for i in calls]


def state(step):
    """Parameters, gradients and the optimizer's state."""
    arrays = [p.detach().numpy() for p in step.model.parameters()]
    arrays += [p.grad.numpy() for p in step.model.parameters()]
    return [*arrays, step.optimizer.param_groups[0].steps.numpy()]


def same(found, expected):
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)


def replays_of(step):
    """The recordings of a compiled step."""
    return [replay for replays in step._replays.values() for replay in replays]
