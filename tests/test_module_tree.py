"""Modules by dotted name, states that are assigned, moves and compilation; beside torch."""

import copy
import pickle

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn


class Net(nn.Module):
    """A list, a shared table, buffers."""

    def __init__(self):
        self.blocks = nn.ModuleList([nn.Linear(2, 2), nn.Linear(2, 2, bias=False)])
        self.again = self.blocks[0]
        self.scale = nn.Parameter(gg.ones(2))
        self.register_buffer("count", gg.tensor(0))
        self.register_module("norm", nn.BatchNorm1d(2))


def names(pairs):
    return [name for name, _ in pairs]


def test_what_there_is_by_dotted_name():
    net = Net()
    assert names(net.named_parameters(prefix="a", recurse=False)) == ["a.scale"]
    assert "again.weight" not in names(net.named_parameters())
    assert "again.weight" in names(net.named_parameters(remove_duplicate=False))
    assert names(net.named_modules(remove_duplicate=False)).count("again") == 1
    assert names(net.named_modules(prefix="p"))[:2] == ["p", "p.blocks"]
    assert names(net.named_buffers(recurse=False)) == ["count"]
    assert len(list(net.buffers())) == 4 and len(list(net.parameters(recurse=False))) == 1
    known = set()
    list(net.named_modules(known))
    assert net.norm in known and not list(net.named_modules(known))


def test_one_by_its_dotted_name():
    net = Net()
    assert net.get_submodule("") is net and net.get_submodule("blocks.1") is net.blocks[1]
    assert net.get_parameter("blocks.0.weight") is net.again.weight
    assert net.get_buffer("norm.running_var") is net.norm.running_var
    for wrong in (
        lambda: net.get_submodule("blocks.7"),
        lambda: net.get_parameter("count"),
        lambda: net.get_buffer("scale"),
        lambda: net.get_parameter("nothing.weight"),
        lambda: net.set_submodule("other", nn.Tanh(), strict=True),
    ):
        with pytest.raises(AttributeError, match=r"^(Net|ModuleList): "):
            wrong()
    net.set_submodule("blocks.1", nn.Tanh())
    assert isinstance(net.blocks[1], nn.Tanh)
    with pytest.raises(ValueError, match=r"^set_submodule: 'blocks', int; give a Module"):
        net.set_submodule("blocks", 1)


def test_a_state_is_put_into_a_dict():
    net, found = nn.Linear(2, 1), {"before": 1}
    assert net.state_dict(found, "a.", True) is found
    assert found["a.weight"] is net.weight and list(found) == ["before", "a.weight", "a.bias"]
    assert not net.state_dict()["weight"].requires_grad


def test_values_are_assigned():
    net = nn.BatchNorm1d(2)
    weight = gg.tensor([1.0, 2.0], dtype="float64")
    state = {"weight": weight, "bias": np.zeros(2, "float16")}
    net.bias.requires_grad_(False)
    found = net.load_state_dict(state, strict=False, assign=True)
    assert found.missing_keys == ["running_mean", "running_var", "num_batches_tracked"]
    assert net.weight.held is weight.held and isinstance(net.weight, nn.Parameter)
    assert net.bias.dtype == gg.float16 and net.weight.requires_grad and not net.bias.requires_grad


def test_dtypes_have_methods():
    net = nn.BatchNorm1d(2)
    net.weight.grad = gg.ones(2)
    for method in ("half", "bfloat16", "float", "double"):
        assert getattr(net, method)() is net
        name = {"half": "float16", "float": "float32", "double": "float64"}.get(method, method)
        assert net.weight.dtype == net.weight.grad.dtype == net.running_var.dtype == name
        assert net.num_batches_tracked.dtype == "int64"
    net.weight.grad = None
    assert net.eval().to(gg.ones(1, dtype="float32"), non_blocking=True).weight.dtype == "float32"
    assert net.to("cpu", memory_format="channels_last").weight.device == "cpu"
    assert nn.Embedding(2, 2).type("float16").weight.dtype == "float16"
    complexes = nn.Linear(1, 1).to("complex64")
    assert complexes.double().weight.dtype == "complex64"
    with pytest.raises(RuntimeError, match=r"^BatchNorm1d: share_memory"):
        net.share_memory()


def test_a_module_is_compiled_in_place():
    net, x = nn.Sequential(nn.Linear(2, 3), nn.Tanh()), gg.ones((4, 2))
    expected = net(x).tolist()
    net.compile()
    net.register_forward_hook(lambda module, args, output: output * 2)
    for _ in range(3):
        np.testing.assert_allclose(net(x).detach().numpy(), np.multiply(2, expected), rtol=1e-6)
    net.module_hooks.clear()
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert "forward" not in vars(other)
        assert other(x).tolist() == expected


def test_a_state_of_its_own():
    class Counted(nn.Linear):
        def __setstate__(self, state):
            super().__setstate__({**state, "copies": state.get("copies", 0) + 1})

    assert copy.deepcopy(Counted(1, 1)).copies == 1


def test_more_than_cells_is_saved_where_a_module_says_so():
    class Counting(nn.Linear):
        calls = 0

        def get_extra_state(self):
            return {"calls": self.calls}

        def set_extra_state(self, state):
            self.calls = state["calls"]

    net, other = nn.Sequential(Counting(1, 1)), nn.Sequential(Counting(1, 1))
    net[0].calls = 3
    state = net.state_dict()
    assert list(state) == ["0.weight", "0.bias", "0._extra_state"]
    other.load_state_dict(state)
    assert other[0].calls == 3
    del state["0._extra_state"]
    with pytest.raises(RuntimeError, match=r"missing '0\._extra_state'"):
        other.load_state_dict(state)
    with pytest.raises(NotImplementedError, match="does not define get_extra_state"):
        nn.Linear(1, 1).get_extra_state()
