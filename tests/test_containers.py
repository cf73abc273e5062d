"""Containers of Modules and Parameters: lists and dicts, as torch's."""

from collections import OrderedDict

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn


def widths(container):
    return [(name, child.out_features) for name, child in container.named_children()]


def linears(*sizes):
    return [nn.Linear(1, n) for n in sizes]


@pytest.mark.parametrize("kind", [lambda m: nn.Sequential(*m), nn.ModuleList])
def test_they_are_changed_as_lists(kind):
    model = kind(linears(1, 2, 3))
    assert model.insert(1, nn.Linear(1, 9)) is model
    assert widths(model) == [("0", 1), ("1", 9), ("2", 2), ("3", 3)]
    assert model.pop(-1).out_features == 3
    model[-1] = nn.Linear(1, 7)
    assert widths(model) == [("0", 1), ("1", 9), ("2", 7)]
    del model[0]
    assert widths(model) == [("0", 9), ("1", 7)]
    assert [m.out_features for m in model.pop(slice(0, 1))] == [9]
    model += kind(linears(4))
    both = model + kind(linears(5))
    assert widths(both) == [("0", 7), ("1", 4), ("2", 5)] and type(both) is type(model)
    assert widths(model) == [("0", 7), ("1", 4)] and both[0] is model[0]
    model.extend(model)
    assert len(model) == 4
    with pytest.raises(IndexError, match=f"^{type(model).__name__}: .9. of 4 Modules"):
        model.insert(9, nn.Tanh())
    with pytest.raises(TypeError, match="Module"):
        model[0] = 3


def test_a_sequence_keeps_names_in_slices_and_repeats():
    model = nn.Sequential(OrderedDict(zip("abc", linears(1, 2, 3), strict=True)))
    assert widths(model[1:]) == [("b", 2), ("c", 3)]
    twice = 2 * model
    assert [m.out_features for m in twice] == [1, 2, 3, 1, 2, 3] and twice[0] is twice[3]
    assert len(list(twice.parameters())) == 6
    twice *= 2
    assert len(twice) == 12
    for wrong, error in ((0, ValueError), (1.5, TypeError)):
        with pytest.raises(error, match=r"^Sequential: \* "):
            _ = model * wrong
    with pytest.raises(ValueError, match=r"^Sequential: \+ Tanh; give another Sequential"):
        _ = model + nn.Tanh()


def test_a_list_of_parameters_holds_anything():
    values = nn.ParameterList([gg.ones(2), nn.Parameter(gg.ones(3)), 7])
    assert [name for name, _ in values.named_parameters()] == ["0", "1"]
    values[-1] = gg.zeros((2, 3))
    values += [gg.ones(1)]
    assert len(values) == 4 and [p.shape for p in values[2:]] == [(2, 3), (1,)]
    assert isinstance(values[0], nn.Parameter) and values[-1] is list(values)[3]
    assert repr(nn.ParameterList([gg.ones((2, 3)), 4])) == (
        "ParameterList(\n    (0): Parameter containing: [torch.float32 of size 2x3]\n"
        "    (1): Object of type: int\n)"
    )
    for wrong in (lambda: values[4], lambda: values[-5]):
        with pytest.raises(IndexError, match=r"^ParameterList: "):
            wrong()
    with pytest.raises(TypeError, match=r"^ParameterList: extend\(Tensor\)"):
        values.extend(gg.ones(2))
    with pytest.raises(RuntimeError, match=r"^ParameterList: it is a list"):
        values(1)


def test_a_dict_of_parameters_is_a_dict():
    values = nn.ParameterDict({"b": gg.ones(2), "a": gg.ones((1, 2)), "n": 3})
    assert list(values) == ["a", "b", "n"] and list(reversed(values)) == ["n", "b", "a"]
    assert [name for name, _ in values.named_parameters()] == ["a", "b"]
    assert values.pop("n") == 3 and values.get("n") is None and values.setdefault("c", 1) == 1
    assert values.popitem() == ("c", 1) and dict(values.items()).keys() == {"a", "b"}
    both = values | nn.ParameterDict([("z", gg.ones(1))])
    assert list(both.keys()) == ["a", "b", "z"] and both["a"] is values["a"]
    assert list({"k": gg.ones(1)} | values) == ["k", "a", "b"]
    assert list(values.fromkeys("xy", gg.ones(1))) == ["x", "y"]
    assert repr(values.copy()) == (
        "ParameterDict(\n    (a): Parameter containing: [torch.FloatTensor of size 1x2]\n"
        "    (b): Parameter containing: [torch.FloatTensor of size 2]\n)"
    )


def test_a_dict_of_parameters_refuses_what_dicts_refuse():
    values = nn.ParameterDict({"b": gg.ones(2), "a": gg.ones((1, 2))})
    del values["a"]
    assert list(values.state_dict()) == ["b"] and len(list(values.values())) == 1
    values.clear()
    assert not len(values) and repr(values) == "ParameterDict()"
    for wrong, error in (
        (lambda: values["a"], KeyError),
        (lambda: values.update([(1, 2)]), TypeError),
    ):
        with pytest.raises(error):
            wrong()
    with pytest.raises(RuntimeError, match=r"^ParameterDict: it is a dict"):
        values(1)


class Net(nn.Module):
    """A sum of Parameters in a list and a dict."""

    def __init__(self):
        self.listed = nn.ParameterList([gg.ones(2), gg.ones(2)])
        self.named = nn.ParameterDict({"a": gg.ones(2)})

    def extra_repr(self):
        return "x\ny"

    def forward(self, x):
        return sum(p @ x for p in self.listed) + self.named["a"] @ x


def test_other_parameters_are_found_in_lists_and_dicts():
    net, x = Net(), gg.tensor([1.0, 2.0])
    slopes = gg.grad(lambda p: nn.functional_call(net, p, x))(dict(net.named_parameters()))
    assert {name: g.tolist() for name, g in slopes.items()} == {
        name: [1.0, 2.0] for name in ("listed.0", "listed.1", "named.a")
    }


def test_lines_are_indented_as_torchs():
    assert repr(nn.Sequential(Net())) == (
        "Sequential(\n  (0): Net(\n    x\n    y\n    (listed): ParameterList(\n"
        "        (0): Parameter containing: [torch.float32 of size 2]\n"
        "        (1): Parameter containing: [torch.float32 of size 2]\n    )\n"
        "    (named): ParameterDict(  (a): Parameter containing: [torch.FloatTensor of size 2])\n"
        "  )\n)"
    )


OPERATIONS = {  # on a list of three and Modules to add
    "append": lambda m, other, i: m.append(other[0]),
    "extend": lambda m, other, i: m.extend(other),
    "insert": lambda m, other, i: m.insert(i, other[0]),
    "set": lambda m, other, i: m.__setitem__(min(i, len(m) - 1), other[0]),
    "delete": lambda m, other, i: m.__delitem__(min(i, len(m) - 1)),
    "delete some": lambda m, other, i: m.__delitem__(slice(i, None, 2)),
    "pop": lambda m, other, i: m.pop(0),
    "add": lambda m, other, i: m.__iadd__(m[:i]),
}


@pytest.mark.parametrize("seed", range(8))
def test_random_changes_leave_torchs_names(seed):
    torch = pytest.importorskip("torch")
    random = np.random.default_rng(seed)
    kind = ("Sequential", "ModuleList")[seed % 2]
    steps = [(str(random.choice([*OPERATIONS])), int(random.integers(0, 3))) for _ in range(4)]
    texts = []
    for library in (nn, torch.nn):
        made = [library.Linear(1, n) for n in (1, 2, 3)]
        model = getattr(library, kind)(*(made if kind == "Sequential" else [made]))
        for step, i in steps:
            if len(model):
                other = [library.Linear(2, 8), library.Tanh()]
                OPERATIONS[step](model, other, min(i, len(model)))
        texts.append((repr(model), list(model.state_dict())))
    assert texts[0] == texts[1]
