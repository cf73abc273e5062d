"""Hooks of Modules: what they are called with and may replace, beside torch where it is there."""

import copy
import pickle

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn


def scaled():
    layer = nn.Linear(2, 2, bias=False)
    layer.load_state_dict({"weight": np.array([[1.0, 2.0], [3.0, 4.0]], "float32")})
    return layer


X = np.array([[1.0, -1.0]], "float32")


def test_a_hook_before_may_replace_the_arguments():
    layer, seen = scaled(), []
    layer.register_forward_pre_hook(lambda module, args: seen.append((module, len(args))))
    handle = layer.register_forward_pre_hook(lambda module, args: args[0] * 2)
    assert layer(gg.tensor(X)).tolist() == [[-2.0, -2.0]]
    assert seen == [(layer, 1)]
    handle.remove()
    handle.remove()
    assert layer(gg.tensor(X)).tolist() == [[-1.0, -1.0]]


def test_a_hook_after_may_replace_the_output():
    layer = scaled()
    with layer.register_forward_hook(lambda module, args, output: output + 1):
        layer.register_forward_hook(lambda module, args, output: output * 2, prepend=True)
        assert layer(gg.tensor(X)).tolist() == [[-1.0, -1.0]]
    assert layer(gg.tensor(X)).tolist() == [[-2.0, -2.0]]


class Power(nn.Module):
    def forward(self, x, n=1):
        if n < 0:
            raise ValueError("negative")
        return x**n


def test_hooks_with_keyword_arguments():
    module = Power()
    module.register_forward_pre_hook(
        lambda module, args, kwargs: (args, {"n": kwargs["n"] + 1}), with_kwargs=True
    )
    module.register_forward_hook(
        lambda module, args, kwargs, output: output + kwargs["n"], with_kwargs=True
    )
    assert module(gg.tensor([2.0]), n=2).tolist() == [11.0]
    module.register_forward_pre_hook(lambda module, args, kwargs: args, with_kwargs=True)
    with pytest.raises(RuntimeError, match=r"^Power: a forward pre-hook with kwargs returns None"):
        module(gg.tensor([2.0]), n=2)


def test_a_hook_that_is_called_always_sees_errors():
    module, seen = Power(), []
    module.register_forward_hook(lambda *given: seen.append(given[-1]), always_call=True)
    module.register_forward_hook(lambda *given: seen.append("not called"))
    with pytest.raises(ValueError, match="negative"):
        module(gg.tensor([2.0]), n=-1)
    assert seen == [None]
    module.register_forward_hook(lambda *given: 1 / 0, always_call=True)
    with pytest.raises(ValueError, match="negative"), pytest.warns(UserWarning, match="division"):
        module(gg.tensor([2.0]), n=-1)


class Two(nn.Module):
    def forward(self, x, label, y):
        return x * y, x + y


def test_backward_hooks_see_and_replace_gradients():
    module, seen = Two(), []
    module.register_full_backward_pre_hook(lambda module, given: (given[0] * 10, given[1]))
    module.register_full_backward_hook(
        lambda module, inputs, outputs: seen.append((inputs, outputs))
    )
    module.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] + 1, None, None))
    x, y = gg.tensor([2.0], requires_grad=True), gg.tensor([3.0])
    first, second = module(x, "label", y)
    (first * 2 + second).backward()
    (inputs, outputs) = seen[0]
    assert inputs[0].tolist() == [61.0] and inputs[1:] == (None, None)
    assert [g.tolist() for g in outputs] == [[20.0], [1.0]]
    assert x.grad.tolist() == [62.0]


def test_backward_hooks_where_no_input_wants_a_gradient():
    layer, seen = scaled(), []
    handle = layer.register_full_backward_hook(
        lambda module, inputs, outputs: seen.append((inputs, outputs[0].tolist()))
    )
    gg.sum(layer(gg.tensor(X))).backward()
    assert seen == [((None,), [[1.0, 1.0]])]
    assert layer.weight.grad.tolist() == [[1.0, -1.0], [1.0, -1.0]]
    handle.remove()
    layer.register_full_backward_hook(lambda module, inputs, outputs: outputs)
    with pytest.raises(RuntimeError, match=r"^Linear: a backward hook returned gradients, and no"):
        gg.sum(layer(gg.tensor(X))).backward()
    layer.register_full_backward_pre_hook(lambda module, outputs: (1, 2))
    with pytest.raises(
        RuntimeError, match=r"^Linear: a backward hook returned 2 gradients for a gr"
    ):
        gg.sum(layer(gg.tensor(X))).backward()


def test_hooks_are_seen_by_transforms_and_compiled_functions():
    layer = scaled()
    step = gg.compile(lambda x: gg.sum(layer(x)))
    assert step(gg.tensor(X)).item() == -2.0
    layer.register_forward_hook(lambda module, args, output: output * 3)
    assert step(gg.tensor(X)).item() == -6.0
    layer.register_full_backward_hook(lambda module, inputs, outputs: (inputs[0] * 2,))
    slopes = gg.grad(lambda x: gg.sum(layer(x)))(gg.tensor(X))
    assert slopes.tolist() == [[24.0, 36.0]]
    compiled = gg.compile(gg.grad(lambda x: gg.sum(layer(x))))
    for _ in range(2):
        assert compiled(gg.tensor(X)).tolist() == [[24.0, 36.0]]


def double(module, args, output):
    return output * 2


def test_copies_and_pickles_have_the_hooks():
    layer = scaled()
    layer.register_forward_hook(double)
    for other in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        assert other(gg.tensor(X)).tolist() == [[-2.0, -2.0]]
        other.module_hooks["forward"].clear()
    assert layer(gg.tensor(X)).tolist() == [[-2.0, -2.0]]


def test_hooks_of_the_state():
    model, seen = nn.Sequential(scaled()), []
    model[0].register_state_dict_pre_hook(lambda module, prefix, keep: seen.append((prefix, keep)))
    model[0].register_state_dict_post_hook(
        lambda module, state, prefix, metadata: state.update({prefix + "more": 1})
    )
    state = model.state_dict()
    assert list(state) == ["0.weight", "0.more"] and seen == [("0.", False)]
    with pytest.raises(RuntimeError, match=r"unexpected '0\.more'"):
        model.load_state_dict(state)
    model[0].register_load_state_dict_pre_hook(
        lambda module, state, prefix, *others: state.pop(prefix + "more", None)
    )
    assert not model.load_state_dict(state).unexpected_keys and "0.more" in state
    del state["0.weight"]
    model.register_load_state_dict_post_hook(lambda module, keys: keys.missing_keys.clear())
    assert model.load_state_dict(state).missing_keys == []


def drawn(random):
    """Which hooks there are, what they do, and the arguments."""
    kinds = random.choice(["pre", "forward", "backward_pre", "backward"], random.integers(1, 5))
    return [(str(kind), bool(random.integers(2))) for kind in kinds]


def told(kinds, tensor, layer):
    """What hooks print in a forward and a backward pass, and the gradients."""
    seen = []
    for i, (kind, replaces) in enumerate(kinds):
        factor = (i + 2) / 4

        def hook(module, *given, kind=kind, replaces=replaces, factor=factor):
            last = given[0] if kind == "backward" else given[-1]
            last = last[0] if isinstance(last, tuple) else last
            seen.append((kind, last.tolist()))
            changed = (last * factor,) if "backward" in kind else last * factor
            return changed if replaces else None

        name = {"pre": "forward_pre", "backward": "full_backward"}.get(kind, kind)
        name = "full_backward_pre" if kind == "backward_pre" else name
        getattr(layer, f"register_{name}_hook")(hook)
    x = tensor(X)
    x.requires_grad_()
    (layer(x) ** 2).sum().backward()
    return seen, x.grad.tolist(), layer.weight.grad.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_hooks_are_called_as_torchs(seed):
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(seed)
    kinds, ours = drawn(random), scaled()
    theirs = torch.nn.Linear(2, 2, bias=False)
    theirs.load_state_dict({"weight": torch.tensor(ours.weight.tolist())})
    assert told(kinds, gg.tensor, ours) == told(kinds, torch.tensor, theirs)
