"""Adafactor, Muon and LBFGS, which look at whole arrays, against NumPy; compiled; on a device."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import optim
from gpugrad.optim.line_search import Point, search

needs_compiler = pytest.mark.needs_compiler
everywhere = pytest.mark.parametrize(
    "where", ["cpu", pytest.param("simulated", marks=needs_compiler)]
)
SHAPES = {"Adafactor": ((3, 4), (5,), (2, 3, 2)), "Muon": ((3, 4), (5, 2))}
SETTINGS = {
    "Adafactor": [
        {"lr": 0.1},
        {"lr": 0.1, "weight_decay": 0.1, "d": 1.5, "eps": (1e-3, 1e-2), "maximize": True},
    ],
    "Muon": [
        {"lr": 0.1},
        {"lr": 0.1, "nesterov": False, "adjust_lr_fn": "match_rms_adamw", "ns_steps": 3},
    ],
}
CASES = [(name, settings) for name, several in SETTINGS.items() for settings in several]


def size(x):
    return np.sqrt(np.mean(x * x))


def adafactor(
    p,
    g,
    state,
    step,
    *,
    lr,
    beta2_decay=-0.8,
    eps=(None, 1e-3),
    d=1.0,
    weight_decay=0.0,
    maximize=False,
):
    """torch.optim.Adafactor as its documentation writes it."""
    least, weight, g = eps[0] or np.finfo(p.dtype).eps, step**beta2_decay, -g if maximize else g
    scale = max(eps[1], size(p)) * min(lr, 1 / np.sqrt(step))

    def mean(name, new):
        state[name] = (1 - weight) * state.get(name, 0) + weight * new
        return state[name]

    if p.ndim > 1:
        rows = mean("r", np.mean(g**2, axis=-1, keepdims=True))
        columns = mean("c", np.mean(g**2, axis=-2, keepdims=True))
        square = rows @ columns / np.maximum(np.mean(rows, axis=-2, keepdims=True), least)
    else:
        square = mean("v", g**2)
    update = g / np.sqrt(np.maximum(square, least**2))
    return p * (1 - lr * weight_decay) - scale * update / max(1.0, size(update) / d)


def muon(
    p,
    g,
    state,
    step,
    *,
    lr,
    weight_decay=0.1,
    momentum=0.95,
    nesterov=True,
    ns_steps=5,
    adjust_lr_fn=None,
):
    """torch.optim.Muon as its documentation writes it, in the dtype of p."""
    v = state["v"] = momentum * state.get("v", 0) + (1 - momentum) * g
    x = (1 - momentum) * g + momentum * v if nesterov else v
    x = x / np.linalg.norm(x)
    for _ in range(ns_steps):
        x = 3.4445 * x - 4.775 * (x @ x.T) @ x + 2.0315 * (x @ x.T) @ (x @ x.T) @ x
    rows, columns = p.shape
    ratio = 0.2 * np.sqrt(max(p.shape)) if adjust_lr_fn else np.sqrt(max(1, rows / columns))
    return p * (1 - lr * weight_decay) - lr * ratio * x


FORMULAS = {"Adafactor": adafactor, "Muon": muon}


def trained(name, settings, where="cpu", dtype="float64", compiled=False, steps=6):
    """Parameters after some steps with given gradients."""
    random = np.random.default_rng(0)
    tensors = [
        gg.tensor(random.normal(size=s), dtype=dtype, device=where, requires_grad=True)
        for s in SHAPES[name]
    ]
    optimizer = getattr(optim, name)(tensors, **settings)

    def step(gradients):
        for p, g in zip(tensors, gradients, strict=True):
            p.grad = +g
        optimizer.step()

    run = gg.compile(step, wait=True) if compiled else step
    for _ in range(steps):
        drawn = [random.normal(size=p.shape) for p in tensors]
        run([gg.tensor(g, dtype=dtype, device=where) for g in drawn])
    return [p.detach().numpy().astype("float64") for p in tensors]


def expected(name, settings, steps=6):
    random = np.random.default_rng(0)
    found = [random.normal(size=s) for s in SHAPES[name]]
    states = [{} for _ in found]
    for step in range(1, steps + 1):
        drawn = [random.normal(size=p.shape) for p in found]
        triples = zip(found, drawn, states, strict=True)
        found = [FORMULAS[name](p, g, s, step, **settings) for p, g, s in triples]
    return found


@everywhere
@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "float64"])
@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_steps_follow_the_formula(name, settings, dtype, where):
    if dtype != "float64" and "eps" not in settings and name == "Adafactor":
        settings = {**settings, "eps": (float(np.finfo("float64").eps), 1e-3)}
    bound = {"bfloat16": 0.05, "float32": 1e-4, "float64": 1e-10}[dtype]
    wanted = expected(name, settings)
    for p, q in zip(trained(name, settings, where, dtype), wanted, strict=True):
        np.testing.assert_allclose(p, q, rtol=bound, atol=bound)


@everywhere
@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_compiled_steps_are_the_eager_ones(name, settings, where):
    eager, compiled = (trained(name, settings, where, compiled=c) for c in (False, True))
    for p, q in zip(compiled, eager, strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-10, atol=1e-12)


def test_an_orthogonal_step_has_singular_values_near_one():
    p = gg.tensor(np.zeros((4, 6)), requires_grad=True)
    p.grad = gg.tensor(np.random.default_rng(0).normal(size=(4, 6)))
    optim.Muon([p], lr=1.0, weight_decay=0.0).step()
    values = np.linalg.svd(p.detach().numpy(), compute_uv=False)
    assert values.min() > 0.6 and values.max() < 1.3


def test_what_they_cannot_train_is_refused():
    matrix, vector = (gg.zeros(s, requires_grad=True) for s in ((2, 2), (2,)))
    for words, make in (
        (r"Muon: a parameter of shape \(2,\)", lambda: optim.Muon([vector])),
        ("Muon: adjust_lr_fn 'a'", lambda: optim.Muon([matrix], adjust_lr_fn="a")),
        ("Muon: ns_coefficients", lambda: optim.Muon([matrix], ns_coefficients=(1, 2))),
        ("Adafactor: beta2_decay 1", lambda: optim.Adafactor([matrix], beta2_decay=1)),
        ("Adafactor: d 0", lambda: optim.Adafactor([matrix], d=0)),
        ("Adafactor: weight_decay is -1", lambda: optim.Adafactor([matrix], weight_decay=-1)),
        ("LBFGS: line_search_fn 'a'", lambda: optim.LBFGS([matrix], line_search_fn="a")),
        (
            "LBFGS: 2 groups",
            lambda: optim.LBFGS([{"params": [matrix]}, {"params": [vector]}]),
        ),
    ):
        with pytest.raises(ValueError, match=words):
            make()


@everywhere
@pytest.mark.parametrize("line_search", [None, "strong_wolfe"])
def test_lbfgs_solves_a_quadratic_problem(line_search, where):
    """With the closure compiled: the rest decides by values."""
    random = np.random.default_rng(0)
    half = random.normal(size=(4, 4))
    matrix, wanted = half @ half.T + np.eye(4), random.normal(size=4)
    a, b = (gg.tensor(x, device=where) for x in (matrix, matrix @ wanted))
    x, y = (gg.zeros(2, dtype="float64", device=where, requires_grad=True) for _ in range(2))
    optimizer = optim.LBFGS([x, y], lr=1 if line_search else 0.5, line_search_fn=line_search)

    @gg.compile(wait=True)
    def closure():
        optimizer.zero_grad()
        z = gg.concat([x, y])
        loss = gg.sum(z * (a @ z)) / 2 - gg.sum(b * z)
        loss.backward()
        return loss.detach()

    for _ in range(8):
        optimizer.step(closure)
    found = np.concatenate([x.detach().numpy(), y.detach().numpy()])
    np.testing.assert_allclose(found, wanted, rtol=1e-4)


def test_lbfgs_goes_on_from_its_state():
    def problem():
        w = gg.tensor(np.array([-1.2, 1.0]), requires_grad=True)
        optimizer = optim.LBFGS([w], max_iter=3, line_search_fn="strong_wolfe")

        def closure():
            optimizer.zero_grad()
            loss = (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2
            loss.backward()
            return loss

        return w, optimizer, closure

    (w, whole, run), (v, half, begin) = problem(), problem()
    for _ in range(4):
        whole.step(run)
    for _ in range(2):
        half.step(begin)
    u, again, on = problem()
    u.write(v.detach().numpy().copy())
    again.load_state_dict(half.state_dict())
    for _ in range(2):
        again.step(on)
    np.testing.assert_array_equal(u.detach().numpy(), w.detach().numpy())


def test_the_line_search_ends_where_the_wolfe_conditions_hold():
    def at(t):
        return Point(t, (t - 3) ** 2 * (1 + 0.05 * np.sin(9 * t)), None, slope(t))

    def slope(t):
        wave = 1 + 0.05 * np.sin(9 * t)
        return 2 * (t - 3) * wave + (t - 3) ** 2 * 0.45 * np.cos(9 * t)

    start = at(0.0)
    for first in (0.01, 0.5, 2.0, 40.0):
        found, calls = search(at, start, first, 1.0, 1e-9, 25)
        assert found.loss <= start.loss + 1e-4 * found.t * start.slope
        assert abs(found.slope) <= 0.9 * abs(start.slope) and calls <= 26
