"""Optimizers against plain NumPy, their state, and what a step does to a graph."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn, optim
from gpugrad.codegen.updates import updates
from tests.optimizer_samples import CASES, SAMPLES

SHAPES = ((3, 4), (5,), ())


def leaves(seed=0):
    random = np.random.default_rng(seed)
    return [gg.tensor(random.normal(size=s), dtype="float64", requires_grad=True) for s in SHAPES]


def gradients(step):
    random = np.random.default_rng([7, step])
    return [random.normal(size=s) for s in SHAPES]


def descended(make, steps=5):
    """The parameters after some steps with given gradients."""
    parameters = leaves()
    optimizer = make(parameters)
    for step in range(steps):
        for p, g in zip(parameters, gradients(step), strict=True):
            p.grad = gg.tensor(g)
        optimizer.step()
    return [p.detach().numpy() for p in parameters]


def expected(rule, steps=5):
    """The same by ``rule(p, g, state, step)``, which gives the new parameter."""
    found = [p.detach().numpy().copy() for p in leaves()]
    states = [{} for _ in found]
    for step in range(steps):
        found = [
            np.asarray(rule(p, g, state, step + 1))
            for p, g, state in zip(found, gradients(step), states, strict=True)
        ]
    return found


@pytest.mark.parametrize(("name", "settings"), CASES, ids=str)
def test_steps_follow_the_formula(name, settings):
    make, (formula, _) = getattr(optim, name), SAMPLES[name]
    found = descended(lambda parameters: make(parameters, **settings))

    def rule(p, g, state, step):
        return formula(p, g, state, step, **settings)

    for p, wanted in zip(found, expected(rule), strict=True):
        np.testing.assert_allclose(p, wanted, rtol=1e-12, atol=1e-14)


def test_every_optimizer_has_samples():
    others = {"Adafactor", "LBFGS", "Muon", "Optimizer", "lr_scheduler", "swa_utils"}
    assert SAMPLES.keys() == set(optim.__all__) - others
    for name, (_, several) in SAMPLES.items():
        made = [getattr(optim, name)(leaves(), **settings) for settings in several]
        state = {role for each in made for roles in each.state.values() for role in roles}
        assert state == set(updates(getattr(optim, name).rule, name).roles)


def test_first_adam_step_is_the_learning_rate():
    p = gg.tensor([1.0, -2.0], requires_grad=True)
    optimizer = optim.Adam([p], lr=0.5)
    p.grad = gg.tensor([3.0, -0.25])
    optimizer.step()
    np.testing.assert_allclose(p.detach().numpy(), [0.5, -1.5], rtol=1e-6)


def test_learning_rate_is_a_number_in_a_cell_that_writing_fills():
    p = gg.tensor(1.0, requires_grad=True)
    optimizer = optim.SGD([p], lr=0.5)
    (group,) = optimizer.param_groups
    before, cell = group["lr"], group.rate
    group["lr"] *= 0.5
    assert type(before) is float and before == 0.5  # saved, it stays
    assert group.rate is cell and group["lr"] == cell.item() == 0.25
    assert dict(group)["lr"] == {**group}["lr"] == group.get("lr") == 0.25
    cell.write(np.array(0.125))  # as a compiled step does
    assert group["lr"] == 0.125
    group["lr"] = gg.tensor(0.25)
    p.grad = gg.tensor(1.0)
    optimizer.step()
    assert p.item() == 0.75
    group["weight_decay"] = 1.0
    optimizer.step()
    assert p.item() == 0.75 - 0.25 * 1.75


def test_groups_have_settings_of_their_own():
    a, b = (gg.tensor(1.0, requires_grad=True) for _ in range(2))
    optimizer = optim.SGD([{"params": [a]}, {"params": b, "lr": 0.5}], lr=0.25)
    a.grad, b.grad = gg.tensor(1.0), gg.tensor(1.0)
    optimizer.step()
    assert (a.item(), b.item()) == (0.75, 0.5)
    c = gg.tensor(1.0, requires_grad=True)
    optimizer.add_param_group({"params": [c], "weight_decay": 1.0})
    optimizer.zero_grad()
    c.grad = gg.tensor(1.0)
    optimizer.step()
    assert (a.item(), b.item(), c.item()) == (0.75, 0.5, 0.5)


def test_a_parameter_without_gradient_stays_and_is_not_counted():
    a, b = gg.tensor([1.0], requires_grad=True), gg.tensor([1.0], requires_grad=True)
    optimizer = optim.Adam([a, b], lr=0.5)
    for _ in range(3):
        a.grad = gg.tensor([1.0])
        optimizer.step()
    assert b.item() == 1.0
    b.grad = gg.tensor([1.0])
    optimizer.step()
    assert b.item() == pytest.approx(0.5)
    assert [entry["step"] for entry in optimizer.state_dict()["state"].values()] == [4, 1]


def test_parameters_of_several_dtypes_in_one_group():
    a = gg.tensor([1.0], requires_grad=True)
    b = gg.tensor([1.0], dtype="float64", requires_grad=True)
    c = gg.tensor([1.0], dtype="float16", requires_grad=True)
    optimizer = optim.Adam([a, b, c], lr=0.5)
    for p in (a, b, c):
        p.grad = gg.ones(1, dtype=p.dtype)
    optimizer.step()
    assert optimizer.state[c]["exp_avg"].dtype == np.float32
    for p in (a, b, c):
        assert p.item() == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.Adam(p, lr=0.1),
        lambda p: optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.5),
    ],
)
def test_state_goes_round(make):
    def run(optimizer, parameters, steps):
        for step in steps:
            for p, g in zip(parameters, gradients(step), strict=True):
                p.grad = gg.tensor(g)
            optimizer.step()
        return [p.detach().numpy().copy() for p in parameters]

    whole, halves = leaves(), leaves()
    through = run(make(whole), whole, range(6))
    first = make(halves)
    run(first, halves, range(3))
    first.param_groups[0]["lr"] = 0.05
    second = make(halves)
    second.load_state_dict(first.state_dict())
    assert float(second.param_groups[0]["lr"]) == 0.05
    second.param_groups[0]["lr"] = 0.1
    for a, b in zip(run(second, halves, range(3, 6)), through, strict=True):
        np.testing.assert_array_equal(a, b)


def test_state_of_another_size_is_refused():
    state = optim.SGD(leaves()).state_dict()
    with pytest.raises(ValueError, match=r"\[3\].*\[2\]"):
        optim.SGD(leaves()[:2]).load_state_dict(state)


def test_stepping_before_backward_is_noticed():
    p = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.1)
    loss = gg.sum(p * p)
    p.grad = gg.ones(2)
    optimizer.step()
    with pytest.raises(RuntimeError, match="overwritten in place"):
        loss.backward()
    optimizer.zero_grad()
    gg.sum(p * p).backward()
    np.testing.assert_allclose(p.grad.numpy(), 2 * p.detach().numpy())


def test_closure_is_called_with_recording_on():
    p = gg.tensor(2.0, requires_grad=True)
    optimizer = optim.SGD([p], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = p * p
        loss.backward()
        return loss

    with gg.no_grad():
        assert optimizer.step(closure).item() == 4.0
    assert p.item() == 1.0


def test_zero_grad_forgets_or_fills():
    p = gg.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([p])
    p.grad = gg.ones(1)
    optimizer.zero_grad(set_to_none=False)
    assert p.grad.numpy().tolist() == [0.0]
    optimizer.zero_grad()
    assert p.grad is None


def test_what_cannot_be_trained_is_refused():
    p = gg.tensor([1.0], requires_grad=True)
    for given, word in (([], "no parameters"), ([p, p], "twice"), ([p * 2], "multiply")):
        with pytest.raises(ValueError, match=word):
            optim.SGD(given)
    with pytest.raises(TypeError, match=r"^SGD: .*not ndarray"):
        optim.SGD([np.ones(2)])
    for make in (
        lambda: optim.SGD([p], lr=-1.0),
        lambda: optim.SGD([p], lr=float("nan")),
        lambda: optim.SGD([p], lr="a"),
        lambda: optim.SGD([p], lr=None),
        lambda: optim.SGD([p]).param_groups[0].__setitem__("lr", -0.5),
        lambda: optim.Adam([p], betas=0.9),
        lambda: optim.RMSprop([p], alpha=-1.0),
        lambda: optim.SGD([p], momentum=-1.0),
        lambda: optim.SGD([p], nesterov=True),
        lambda: optim.Adam([p], betas=(0.9, 1.0)),
        lambda: optim.AdamW([p], eps=-1.0),
    ):
        with pytest.raises(ValueError, match=r"^(SGD|Adam|AdamW|RMSprop|param_groups): .*; give"):
            make()


def test_what_are_no_parameters_is_refused():
    p = gg.tensor([1.0], requires_grad=True)
    net = nn.Linear(2, 3)
    for given, words in (
        (net, r"^Adam: params is a Linear; give its parameters, net\.parameters\(\)"),
        ([{"params": net}], r"^Adam: params is a Linear; .*net\.parameters\(\)"),
        (net.weight, r"^Adam: params is a Tensor; give a list, \[parameter\]"),
        ({"params": [p]}, r"^Adam: params is a dict; give a list of groups, \[group\]"),
        ({p}, "^Adam: params is a set, whose order changes; give a list"),
        (None, r"^Adam: params is None; .*net\.parameters\(\)"),
        ([(1, net.weight)], r"^Adam: a parameter is a Tensor, not tuple; .*\.parameters\(\)"),
    ):
        with pytest.raises(TypeError, match=words):
            optim.Adam(given)
    with pytest.raises(ValueError, match=r'^Adam: a group without parameters, .*"params"'):
        optim.Adam([{"lr": 0.1}])


def test_replaced_arrays_are_found():
    model = nn.Linear(2, 1)
    optimizer = optim.SGD(model.parameters(), lr=1.0)
    for _ in range(2):
        model.load_state_dict({"weight": np.zeros((1, 2)), "bias": np.zeros(1)})
        optimizer.zero_grad()
        gg.sum(model(gg.tensor([[1.0, 2.0]]))).backward()
        optimizer.step()
        np.testing.assert_array_equal(model.weight.detach().numpy(), [[-1.0, -2.0]])


def test_repr_names_the_settings():
    text = repr(optim.Adam([gg.tensor(1.0, requires_grad=True)], lr=0.5))
    assert text.startswith("Adam (\nParameter Group 0\n") and "lr: 0.5" in text


def test_an_array_that_must_not_be_written_is_copied():
    given = np.ones(3, np.float32)
    given.flags.writeable = False
    w = gg.asarray(given, requires_grad=True)
    w.grad = gg.ones(3)
    optim.SGD([w], lr=0.5).step()
    np.testing.assert_array_equal(w.detach().numpy(), 0.5)
    np.testing.assert_array_equal(given, 1)


def test_memory_of_another_library_is_trained_in_place():
    given = np.ones(3, np.float32)
    w = gg.from_dlpack(given).requires_grad_()
    optimizer = optim.SGD([w], lr=0.5)
    y = (w * w).sum()
    w.grad = gg.ones(3)
    optimizer.step()
    np.testing.assert_array_equal(given, 0.5)
    with pytest.raises(RuntimeError, match="overwritten"):
        y.backward()


def test_a_learning_rate_is_written_as_a_dict_is_too():
    """By ``update`` and ``|=``, which a dict does without asking ``__setitem__``."""
    w = gg.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=1.0)
    for write in (lambda group: group.update(lr=0.5), lambda group: group.__ior__({"lr": 0.5})):
        optimizer.param_groups[0]["lr"] = 1.0
        w.write(np.array([1.0], "float32"))
        write(optimizer.param_groups[0])
        w.grad = gg.ones(1)
        optimizer.step()
        assert w.tolist() == [0.5]
    with pytest.raises(ValueError, match="lr is -1"):
        optimizer.param_groups[0].update(lr=-1)
