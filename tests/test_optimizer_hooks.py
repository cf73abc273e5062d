"""Optimizers as programs for torch use them: steps of their own, hooks, names, ways of doing it."""

import pytest

import gpugrad as gg
from gpugrad import nn, optim


def test_a_step_of_ones_own_reads_the_rate_as_a_number():
    """As programs for torch write it: settings in a dict, state in dicts, float32 throughout."""

    class Mine(optim.Optimizer):
        def __init__(self, params, lr=0.5):
            super().__init__(params, {"lr": lr})

        @gg.no_grad()
        def step(self):
            for group in self.param_groups:
                for p in group["params"]:
                    state = self.state[p]
                    state["count"] = state.get("count", 0) + 1
                    p -= group["lr"] * p.grad

    p = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = Mine([p])
    p.grad = gg.ones(2)
    optimizer.step()
    optimizer.param_groups[0]["lr"] = 0.25
    optimizer.step()
    assert p.tolist() == [0.25, 1.25] and p.dtype == "float32"
    again = Mine([p])
    again.load_state_dict(optimizer.state_dict())
    assert again.state[p] == {"count": 2} and again.param_groups[0]["lr"] == 0.25


def test_hooks_are_called_in_their_order_and_removed():
    p = gg.tensor([1.0], requires_grad=True)
    optimizer, calls = optim.SGD([p], lr=0.5), []
    handles = [
        optimizer.register_step_pre_hook(lambda o, args, kwargs: calls.append("before")),
        optimizer.register_step_post_hook(lambda o, args, kwargs: calls.append(p.item())),
        optimizer.register_state_dict_post_hook(lambda o, state: {**state, "more": 1}),
        optimizer.register_load_state_dict_pre_hook(lambda o, state: calls.append(state["more"])),
        optimizer.register_load_state_dict_post_hook(lambda o: calls.append("loaded")),
    ]
    p.grad = gg.ones(1)
    optimizer.step()
    optimizer.load_state_dict(optimizer.state_dict())
    assert calls == ["before", 0.5, 1, "loaded"]
    for handle in handles:
        handle.remove()
    optimizer.step()
    assert len(calls) == 4 and "more" not in optimizer.state_dict()


def test_a_hook_before_the_step_may_change_its_arguments():
    p = gg.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([p], lr=0.5)
    first = optimizer.register_step_pre_hook(lambda o, args, kwargs: ((lambda: 7,), {}))
    assert optimizer.step() == 7
    first.remove()
    optimizer.register_step_pre_hook(lambda o, args, kwargs: 3)
    with pytest.raises(RuntimeError, match=r"SGD: a hook before the step returns .*, not 3"):
        optimizer.step()


def test_names_of_parameters_go_with_the_state():
    net = nn.Linear(2, 1)
    optimizer = optim.Adam(net.named_parameters())
    assert optimizer.param_groups[0]["param_names"] == ["weight", "bias"]
    assert optimizer.state_dict()["param_groups"][0]["param_names"] == ["weight", "bias"]
    with pytest.raises(ValueError, match="give names to all or to none"):
        optim.Adam([("a", net.weight), net.bias])
    with pytest.raises(ValueError, match="give names to all or to none"):
        optimizer.add_param_group({"params": [gg.tensor(1.0, requires_grad=True)]})


def test_ways_of_torchs_have_no_effect_and_differentiable_is_refused():
    p = gg.tensor([1.0], requires_grad=True)
    optim.Adam([p], foreach=True, fused=True, capturable=True)
    with pytest.raises(ValueError, match=r"^SGD: differentiable=True.*gg\.grad"):
        optim.SGD([p], differentiable=True)
