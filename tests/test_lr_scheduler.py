"""Schedules of learning rates: closed forms, refusals, compiled steps."""

import copy

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.optim import lr_scheduler
from tests.schedule_samples import CASES, SAMPLES, rates


def optimizer_of(rate=0.5, **settings):
    return gg.optim.SGD([gg.tensor([1.0], requires_grad=True)], lr=rate, **settings)


def test_every_scheduler_has_samples():
    assert SAMPLES.keys() == set(lr_scheduler.__all__) - {"LRScheduler"}


CLOSED = [  # the rate at epoch e, from 0.5
    (lambda o: lr_scheduler.StepLR(o, 3), lambda e: 0.5 * 0.1 ** (e // 3)),
    (lambda o: lr_scheduler.MultiStepLR(o, [2, 4], 0.5), lambda e: 0.5 ** (1 + (e > 1) + (e > 3))),
    (lambda o: lr_scheduler.ConstantLR(o, 0.5, 4), lambda e: 0.25 if e < 4 else 0.5),
    (lambda o: lr_scheduler.LinearLR(o, 0.2, 1.0, 8), lambda e: 0.1 + 0.4 * min(e, 8) / 8),
    (lambda o: lr_scheduler.ExponentialLR(o, 0.9), lambda e: 0.5 * 0.9**e),
    (lambda o: lr_scheduler.PolynomialLR(o, 8, 2), lambda e: 0.5 * (1 - min(e, 8) / 8) ** 2),
    (
        lambda o: lr_scheduler.CosineAnnealingLR(o, 5, 0.1),
        lambda e: 0.1 + 0.2 * (1 + np.cos(np.pi * e / 5)),
    ),
    (
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 4),
        lambda e: 0.25 * (1 + np.cos(np.pi * (e % 4) / 4)),
    ),
    (lambda o: lr_scheduler.LambdaLR(o, lambda e: 1 / (1 + e)), lambda e: 0.5 / (1 + e)),
    (
        lambda o: lr_scheduler.CyclicLR(o, 0.5, 0.9, 4),
        lambda e: 0.5 + 0.4 * (1 - abs(e % 8 - 4) / 4),
    ),
]


@pytest.mark.parametrize(("make", "closed"), CLOSED)
def test_rates_have_the_closed_form(make, closed):
    optimizer = optimizer_of(momentum=0.9)
    found = [rate for (rate,) in rates(make(optimizer), optimizer.step, 20)]
    np.testing.assert_allclose(found, [closed(e) for e in range(21)], rtol=1e-12, atol=1e-15)


@pytest.mark.filterwarnings("ignore:lr_scheduler.step")
@pytest.mark.parametrize(("name", "make"), CASES, ids=[name for name, _ in CASES])
def test_a_state_goes_on_where_it_was_saved(name, make):
    def begun():
        groups = [{"params": [gg.tensor([v], requires_grad=True)]} for v in (1.0, 2.0)]
        optimizer = gg.optim.SGD(groups, lr=0.3, momentum=0.9)
        return optimizer, make(lr_scheduler, optimizer)

    (first, whole), (second, half) = begun(), begun()
    wanted = rates(whole, first.step, 20)
    rates(half, second.step, 10)
    state = copy.deepcopy(half.state_dict()), copy.deepcopy(second.state_dict())
    third, again = begun()
    third.load_state_dict(state[1])
    again.load_state_dict(state[0])
    assert "optimizer" not in state[0]
    found = rates(again, third.step, 10, 10)
    np.testing.assert_allclose(found, wanted[10:], rtol=1e-12)


def test_first_rates_are_kept_in_the_groups():
    optimizer = optimizer_of(0.5)
    scheduler = lr_scheduler.ExponentialLR(optimizer, 0.5)
    optimizer.step()
    scheduler.step()
    (group,) = optimizer.param_groups
    assert (group["initial_lr"], group["lr"], scheduler.base_lrs) == (0.5, 0.25, [0.5])
    assert lr_scheduler.StepLR(optimizer, 1, last_epoch=3).base_lrs == [0.5]
    with pytest.raises(KeyError, match=r"StepLR: last_epoch=3, but .*initial_lr"):
        lr_scheduler.StepLR(optimizer_of(), 1, last_epoch=3)


def test_an_epoch_of_ones_own_uses_the_closed_form():
    for make, closed in CLOSED[:7]:
        own = optimizer_of()
        scheduler = make(own)
        own.step()
        with pytest.warns(UserWarning, match="deprecated"):
            scheduler.step(6)
        np.testing.assert_allclose(scheduler.get_last_lr(), [closed(6)], atol=1e-15)


def test_a_step_before_the_optimizers_is_warned_of():
    p = gg.tensor([1.0], requires_grad=True)
    optimizer = gg.optim.SGD([p], lr=0.5)
    scheduler = lr_scheduler.StepLR(optimizer, 1)
    with pytest.warns(UserWarning, match=r"before optimizer\.step"):
        scheduler.step()
    p.grad = gg.ones(1)
    optimizer.step()
    lr_scheduler.StepLR(optimizer, 1).step()


REFUSED = [  # (error, words of it, what is wrong), by the schedulers and an optimizer
    (TypeError, "StepLR: int is not an Optimizer", lambda s, o: s.StepLR(3, 1)),
    (
        ValueError,
        "LambdaLR: lr_lambda has 2 values for 1",
        lambda s, o: s.LambdaLR(o, [1, 2]),
    ),
    (TypeError, "LambdaLR: lr_lambda is int", lambda s, o: s.LambdaLR(o, 1)),
    (ValueError, "ConstantLR: factor 2", lambda s, o: s.ConstantLR(o, 2)),
    (ValueError, "LinearLR: start_factor 0", lambda s, o: s.LinearLR(o, 0)),
    (ValueError, "LinearLR: end_factor 2", lambda s, o: s.LinearLR(o, 0.5, 2)),
    (ValueError, "T_0 0", lambda s, o: s.CosineAnnealingWarmRestarts(o, 0)),
    (ValueError, "CyclicLR: mode 'a'", lambda s, o: s.CyclicLR(o, 0.1, 0.2, mode="a")),
    (ValueError, "total_steps None", lambda s, o: s.OneCycleLR(o, 0.1)),
    (ValueError, "pct_start 2", lambda s, o: s.OneCycleLR(o, 0.1, 9, pct_start=2)),
    (ValueError, "anneal", lambda s, o: s.OneCycleLR(o, 0.1, 9, anneal_strategy="a")),
    (ValueError, "mode 'a'", lambda s, o: s.ReduceLROnPlateau(o, "a")),
    (ValueError, "factor 1", lambda s, o: s.ReduceLROnPlateau(o, factor=1)),
    (ValueError, "no scheduler", lambda s, o: s.ChainedScheduler([])),
    (
        ValueError,
        "milestones for 1",
        lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1)], [3]),
    ),
    (
        ValueError,
        "wants a metric",
        lambda s, o: s.ChainedScheduler([s.ReduceLROnPlateau(o)]),
    ),
    (
        ValueError,
        "another o",
        lambda s, o: s.ChainedScheduler([s.StepLR(o, 1), s.StepLR(optimizer_of(), 1)]),
    ),
]


@pytest.mark.parametrize(("error", "words", "make"), REFUSED)
def test_what_does_not_fit_is_refused(error, words, make):
    with pytest.raises(error, match=words):
        make(lr_scheduler, optimizer_of())


def test_momenta_are_moved_only_where_there_are_some():
    adagrad = gg.optim.Adagrad([gg.tensor([1.0], requires_grad=True)])
    with pytest.raises(ValueError, match="Adagrad has no momentum"):
        lr_scheduler.CyclicLR(adagrad, 0.1, 0.2)


def trained(compiled, where, make, schedule):
    """A parameter and losses of steps with a schedule outside, and the number of recordings."""
    w = gg.tensor([1.0, -2.0], device=where, requires_grad=True)
    optimizer = make([w])
    scheduler = schedule(optimizer)

    def step(x):
        optimizer.zero_grad()
        loss = gg.sum((w * x - 1) ** 2)
        loss.backward()
        gg.nn.utils.clip_grad_norm_([w], 0.5)
        optimizer.step()
        return loss.detach()

    run = gg.compile(step, wait=True) if compiled else step
    x = gg.tensor([0.5, 1.5], device=where)
    losses = []
    for _ in range(8):
        losses.append(run(x).item())
        scheduler.step()
    assert type(optimizer.param_groups[0]["lr"]) is float
    return w.detach().numpy(), losses, getattr(run, "recordings", 1)


@pytest.mark.parametrize(
    "where", ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)
@pytest.mark.parametrize("name", ["SGD", "AdamW", "NAdam", "Adafactor"])
def test_a_compiled_step_sees_the_schedule_without_recording_again(name, where):
    def make(parameters):
        return getattr(gg.optim, name)(parameters, lr=0.2)

    for schedule in (
        lambda o: lr_scheduler.CosineAnnealingLR(o, 5),
        lambda o: lr_scheduler.OneCycleLR(o, 0.5, 10, cycle_momentum=False),
    ):
        eager, compiled = (trained(c, where, make, schedule) for c in (False, True))
        np.testing.assert_allclose(compiled[0], eager[0], rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(compiled[1], eager[1], rtol=1e-5, atol=1e-6)
        assert compiled[2] == 1


@pytest.mark.parametrize(
    "where", ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)
def test_a_compiled_step_may_change_and_read_the_rate(where):
    def run(compiled):
        w = gg.tensor([1.0], device=where, requires_grad=True)
        optimizer = gg.optim.SGD([w], lr=0.5)
        (group,) = optimizer.param_groups

        def step():
            optimizer.zero_grad()
            gg.sum(w * w).backward()
            with gg.no_grad():
                w[...] = w - group["lr"] * w.grad
            optimizer.step()
            group["lr"] *= 0.5

        function = gg.compile(step, wait=True) if compiled else step
        found = []
        for i in range(4):
            function()
            if i == 2:
                group["lr"] = 0.25
            found += [w.item(), group["lr"]]
        return found

    assert run(True) == run(False)
