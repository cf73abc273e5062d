"""Optimizers and schedulers against torch: values, states in both directions, texts."""

import inspect

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.optim.line_search import Point, search
from tests.schedule_samples import CASES, rates

torch = pytest.importorskip("torch")
F32, F64 = "float32", "float64"


def pick(random, *values):
    return values[random.integers(len(values))]


def adams(r, **more):
    betas = (float(r.uniform(0.5, 0.95)), float(r.uniform(0.6, 0.999)))
    return {"betas": betas, "eps": pick(r, 1e-8, 1e-3), "weight_decay": pick(r, 0, 0.1), **more}


def sgd(r):
    nesterov = pick(r, True, False)
    return {
        "momentum": 0.9 if nesterov else pick(r, 0, 0.5),
        "dampening": 0 if nesterov else pick(r, 0, 0.3),
        "weight_decay": pick(r, 0, 0.1),
        "nesterov": nesterov,
    }


DRAWN = {  # settings by a source of random numbers; all have lr and maximize besides
    "SGD": sgd,
    "Adam": lambda r: adams(
        r, amsgrad=pick(r, True, False), decoupled_weight_decay=pick(r, True, False)
    ),
    "AdamW": lambda r: adams(r, amsgrad=pick(r, True, False)),
    "Adamax": adams,
    "NAdam": lambda r: adams(
        r, momentum_decay=pick(r, 4e-3, 0.1), decoupled_weight_decay=pick(r, True, False)
    ),
    "RAdam": lambda r: adams(r, decoupled_weight_decay=pick(r, True, False)),
    "RMSprop": lambda r: {
        "alpha": pick(r, 0.9, 0.99),
        "eps": 1e-2,
        "weight_decay": pick(r, 0, 0.1),
        "momentum": pick(r, 0, 0.5),
        "centered": pick(r, True, False),
    },
    "Adadelta": lambda r: {"rho": pick(r, 0.5, 0.9), "weight_decay": pick(r, 0, 0.1)},
    "Adagrad": lambda r: {
        "lr_decay": pick(r, 0, 0.1),
        "weight_decay": pick(r, 0, 0.1),
        "initial_accumulator_value": pick(r, 0, 0.5),
    },
    "ASGD": lambda r: {
        "lambd": pick(r, 1e-4, 0.1),
        "alpha": pick(r, 0.5, 0.75),
        "t0": pick(r, 3, 1e6),
        "weight_decay": pick(r, 0, 0.1),
    },
    "Rprop": lambda r: {
        "etas": pick(r, (0.5, 1.2), (0.3, 1.5)),
        "step_sizes": pick(r, (1e-6, 50), (0.01, 0.1)),
    },
    "Adafactor": lambda r: {
        "beta2_decay": pick(r, -0.8, -0.5),
        "eps": pick(r, (None, 1e-3), (1e-3, 1e-2)),
        "d": pick(r, 1.0, 2.0),
        "weight_decay": pick(r, 0.0, 0.1),
    },
}


def as_arrays(value):
    """torch's state as NumPy's."""
    if isinstance(value, torch.Tensor):
        return value.numpy()
    if isinstance(value, list):
        return [as_arrays(one) for one in value]
    return {k: as_arrays(one) for k, one in value.items()} if isinstance(value, dict) else value


def as_torchs(value):
    """A state of gpugrad's with torch's tensors."""
    if isinstance(value, gg.Tensor):
        return torch.tensor(value.numpy())
    if isinstance(value, list):
        return [as_torchs(one) for one in value]
    return {k: as_torchs(one) for k, one in value.items()} if isinstance(value, dict) else value


def pair(name, settings, arrays, groups=lambda p: p):
    """The same parameters and optimizer in torch and here."""
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    ours = [gg.tensor(a, requires_grad=True) for a in arrays]
    made = [
        getattr(where, name)(groups(p), **settings)
        for where, p in ((torch.optim, theirs), (gg.optim, ours))
    ]
    return theirs, ours, *made


def exchanged(theirs, ours, name, settings, first, second):
    """New optimizers, each with the state of the other library's."""
    settings = {**settings, "lr": 0.9}
    new_theirs = getattr(torch.optim, name)(theirs, **settings)
    new_ours = getattr(gg.optim, name)(ours, **settings)
    new_theirs.load_state_dict(as_torchs(second.state_dict()))
    new_ours.load_state_dict(as_arrays(first.state_dict()))
    return new_theirs, new_ours


@pytest.mark.parametrize("dtype", [F32, F64])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", DRAWN)
def test_optimizers_follow_torch_through_an_exchange_of_states(name, seed, dtype):
    random = np.random.default_rng([seed, len(name)])
    settings = {"lr": 0.05, **DRAWN[name](random), "maximize": pick(random, True, False)}
    arrays = [random.normal(size=s).astype(dtype) for s in ((3, 4), (5,), (2, 3, 2), ())]
    theirs, ours, first, second = pair(name, settings, arrays)
    assert repr(first) == repr(second)
    for i in range(24):
        if i == 8:
            first.param_groups[0]["lr"] *= 0.5
            second.param_groups[0]["lr"] *= 0.5
        if i == 16:
            first, second = exchanged(theirs, ours, name, settings, first, second)
        for p, q in zip(theirs, ours, strict=True):
            g = random.normal(size=p.shape).astype(dtype)
            p.grad, q.grad = torch.tensor(g), gg.tensor(g)
        first.step()
        second.step()
    bound = {F32: 2e-5, F64: 3e-7}[dtype]  # torch keeps numbers of its state in float32
    for p, q in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(q.detach().numpy(), p.detach().numpy(), bound, bound)


@pytest.mark.parametrize("name", [*DRAWN, "Muon", "LBFGS"])
def test_states_and_signatures_have_torchs_names(name):
    theirs, ours, first, second = pair(name, {"lr": 0.1}, [np.ones((2, 2), F32)])
    for p, optimizer in ((theirs[0], first), (ours[0], second)):

        def closure(p=p, optimizer=optimizer):
            optimizer.zero_grad()
            loss = (p * p).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
    mine, torchs = (set(x.state_dict()["state"].get(0, ())) for x in (second, first))
    assert mine - {"step"} == torchs - {"step", "al"}  # al is of no use after a step
    found, wanted = (
        [(p.name, p.default, p.kind) for p in inspect.signature(kind).parameters.values()]
        for kind in (type(second), type(first))
    )
    assert found == wanted


@pytest.mark.parametrize("settings", [{}, {"nesterov": False}, {"adjust_lr_fn": "match_rms_adamw"}])
def test_muon_is_torchs_to_bfloat16(settings):
    random = np.random.default_rng(0)
    arrays = [random.normal(size=s).astype(F32) for s in ((6, 4), (3, 7))]
    theirs, ours, first, second = pair("Muon", {"lr": 0.05, **settings}, arrays)
    assert repr(first) == repr(second)
    for _ in range(20):
        for p, q in zip(theirs, ours, strict=True):
            g = random.normal(size=p.shape).astype(F32)
            p.grad, q.grad = torch.tensor(g), gg.tensor(g)
        first.step()
        second.step()
    for p, q in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(q.detach().numpy(), p.detach().numpy(), atol=1e-2)


@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("settings", [{}, {"history_size": 3}, {"max_iter": 8, "max_eval": 4}])
def test_lbfgs_takes_torchs_path(search, settings):
    settings = {"lr": 1.0 if search else 1e-3, "line_search_fn": search, **settings}
    start = [np.array([-1.2, 1.0, 0.3, 0.7]), np.array([[0.3, 0.2]])]
    theirs, ours, first, second = pair("LBFGS", settings, start)
    assert repr(first) == repr(second)

    def closure(p, optimizer):
        optimizer.zero_grad()
        x, y = p
        loss = ((x[1:] - x[:-1] ** 2) ** 2).sum() * 100 + ((1 - x[:-1]) ** 2).sum()
        loss = loss + ((y - 1) ** 2).sum() * (x**2).sum()
        loss.backward()
        return loss

    for i in range(6):
        if i == 3:
            first, second = exchanged(theirs, ours, "LBFGS", settings, first, second)
            for optimizer in (first, second):
                optimizer.param_groups[0]["lr"] = settings["lr"]
        a = first.step(lambda: closure(theirs, first))  # noqa: B023
        b = second.step(lambda: closure(ours, second))  # noqa: B023
        assert b.item() == pytest.approx(a.item(), rel=1e-9)
    counts = [x.state_dict()["state"][0]["func_evals"] for x in (first, second)]
    assert counts[0] == counts[1]


def test_the_line_search_takes_torchs_path():
    wolfe = pytest.importorskip("torch.optim.lbfgs")._strong_wolfe  # the reference, if it is there
    random = np.random.default_rng(0)
    one = torch.ones(1, dtype=torch.float64)
    for case in range(200):
        height, pace, best = random.uniform((0, 1, 0.5), (0.3, 12, 5))
        first, most = (0.01, 0.5, 2.0, 40.0)[case % 4], (25, 3)[case % 3 == 0]

        def at(t, height=height, pace=pace, best=best):
            wave = 1 + height * np.sin(pace * t)
            bend = height * pace * np.cos(pace * t)
            slope = 2 * (t - best) * wave + (t - best) ** 2 * bend
            return Point(t, float((t - best) ** 2 * wave), None, float(slope))

        def evaluated(x, t, d, at=at):
            return at(float(t)).loss, at(float(t)).slope * one

        start = at(0.0)
        if start.slope < 0:
            slope = start.slope * one
            given = (evaluated, None, first, one, start.loss, slope, slope[0])
            *_, t, calls = wolfe(*given, max_ls=most)
            found = search(at, start, first, 1.0, 1e-9, most)
            assert (found[0].t, found[1]) == (pytest.approx(float(t), rel=1e-9), calls)


def scheduled(make, library, tensor):
    """A scheduler of an optimizer of two groups, and the optimizer."""
    groups = [{"params": [tensor([1.0])], "lr": 0.4}, {"params": [tensor([2.0])]}]
    optimizer = library.optim.SGD(groups, lr=0.3, momentum=0.9)
    return make(library.optim.lr_scheduler, optimizer), optimizer


@pytest.mark.filterwarnings("ignore:.*")  # torch's, of its own calls within SequentialLR
@pytest.mark.parametrize(("name", "make"), CASES, ids=[name for name, _ in CASES])
def test_schedules_are_torchs_and_go_on_from_its_state(name, make):
    theirs, first = scheduled(make, torch, lambda v: torch.tensor(v, requires_grad=True))
    ours, second = scheduled(make, gg, lambda v: gg.tensor(v, requires_grad=True))
    np.testing.assert_allclose(
        rates(ours, second.step, 12), rates(theirs, first.step, 12), rtol=1e-12, atol=1e-15
    )
    keys = ("momentum", "initial_lr", "max_momentum")
    for mine, torchs in zip(second.param_groups, first.param_groups, strict=True):
        for key in keys:
            assert mine.get(key) == pytest.approx(torchs.get(key))
    again, third = scheduled(make, gg, lambda v: gg.tensor(v, requires_grad=True))
    third.load_state_dict(as_arrays(first.state_dict()))
    again.load_state_dict(theirs.state_dict())
    found, wanted = rates(again, third.step, 10, 12), rates(theirs, first.step, 10, 12)
    np.testing.assert_allclose(found[1:], wanted[1:], rtol=1e-12, atol=1e-15)


def test_schedulers_have_torchs_signatures():
    ours, theirs = gg.optim.lr_scheduler, torch.optim.lr_scheduler
    assert set(ours.__all__) == set(theirs.__all__)
    for name in ours.__all__:
        found, wanted = (
            [(p.name, p.default) for p in inspect.signature(getattr(x, name)).parameters.values()]
            for x in (ours, theirs)
        )
        assert found == wanted, name
