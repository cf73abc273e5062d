"""Files of gg.save: what goes in comes out, in place too, and what does not fit changes nothing."""

import json
import os
import sys

import numpy as np
import pytest
from data_sets import Endless

import gpugrad as gg
from gpugrad import nn
from gpugrad.backend.dtypes import BY_NAME
from gpugrad.saving import files

safetensors = pytest.importorskip("safetensors")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "run.safetensors"


def network():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    optimizer = gg.optim.Adam(model.parameters(), lr=0.1)
    gg.sum(model(gg.ones((5, 3))) ** 2).backward()
    optimizer.step()
    return model, optimizer


def values(state):
    """A state with lists in place of arrays."""
    if isinstance(state, dict):
        return {key: values(value) for key, value in state.items()}
    if isinstance(state, list | tuple):
        return [values(value) for value in state]
    return state.tolist() if hasattr(state, "tolist") else state


def test_every_dtype_comes_back(file):
    arrays = {name: np.array([[0, 1, 2]]).astype(dtype) for name, dtype in BY_NAME.items()}
    arrays |= {
        "complex128": np.array([1 + 2j, np.pi]),
        "scalar": np.array(2j),
        "none": np.ones((0, 3)),
    }
    tensors = {name: gg.asarray(array) for name, array in arrays.items()}
    gg.save(file, arrays=arrays, tensors=tensors)
    found = gg.load(file)
    for name, array in arrays.items():
        for kind in ("arrays", "tensors"):
            got = found[kind][name]
            assert (got.dtype, got.shape) == (array.dtype, array.shape), name
            np.testing.assert_array_equal(np.asarray(got), array)
            assert isinstance(got, gg.Tensor) == (kind == "tensors")


def test_trees_come_back(file):
    tree = {
        "json": [None, True, 3, -(2**70), 2.5, float("inf"), "text", {}, [], ()],
        "keys": {0: {"a": 1}, (None): 2, "$tensor": "no array", 1.5: (1, [2])},
        "swapped": np.arange(6, dtype=">f4").reshape(2, 3).T,
        "scalar": np.float32(2.5),
    }
    gg.save(file, **tree, path="a name like others")
    found = gg.load(file)
    assert found["json"] == tree["json"] and found["keys"] == tree["keys"]
    assert (
        found["swapped"].dtype == np.float32
        and found["swapped"].tolist() == tree["swapped"].tolist()
    )
    assert found["scalar"] == 2.5 and type(found["json"][-1]) is tuple
    assert list(found) == [*tree, "path", "random"]


def test_names_are_for_other_programs_and_equal_arrays_are_written_once(file):
    weight = gg.ones((2, 2))
    gg.save(file, model={"a.b": weight, "a": {"b": gg.zeros(1)}, "tied": weight})
    with safetensors.safe_open(file, "numpy") as opened:
        assert sorted(opened.keys()) == ["model.a.b", "model.a.b_"]
    found = gg.load(file)["model"]
    assert found["tied"].tolist() == found["a.b"].tolist() and found["a"]["b"].tolist() == [0.0]


def test_files_of_others_are_read(file):
    from safetensors.numpy import save_file

    save_file({"x": np.arange(3.0)}, file)
    assert gg.load(file)["x"].tolist() == [0, 1, 2]
    with safetensors.safe_open(file, "numpy") as opened:
        assert opened.metadata() is None


def test_a_run_is_restored_in_place(file):
    model, optimizer = network()
    others = {"ema": nn.Linear(1, 1), "lists": [nn.Linear(2, 1)]}
    gg.save(file, model=model, optimizer=optimizer, others=others, step=3)
    drawn = gg.random.uniform(size=3).tolist()
    before = values([model.state_dict(), optimizer.state_dict(), others["ema"].state_dict()])
    fresh, moving = network()
    new = {"ema": nn.Linear(1, 1), "lists": [nn.Linear(2, 1)]}
    run = gg.load(file, model=fresh, optimizer=moving, others=new)
    assert run["step"] == 3 and run["model"] is fresh
    after = values([fresh.state_dict(), moving.state_dict(), new["ema"].state_dict()])
    assert after == before
    assert gg.random.uniform(size=3).tolist() == drawn
    gg.random.seed(2)
    assert gg.load(file)["random"] != gg.random.get_state() == {"seed": 2, "counter": 0}


def test_what_does_not_fit_changes_nothing(file):
    model, optimizer = network()
    gg.save(file, model=model, optimizer=optimizer, step=1, other={"a": 1}, list=[1])
    fresh, moving = network()
    small = gg.optim.SGD([gg.ones(3, dtype="float32").requires_grad_()])
    state = gg.random.get_state()
    before = values([fresh.state_dict(), moving.state_dict(), small.state_dict()])
    for parts, error, match in [
        ({"optimizer": small}, ValueError, "groups of"),
        ({"other": fresh}, RuntimeError, "missing"),
        ({"nothing": fresh}, KeyError, "no part 'nothing'; it has model, optimizer, step"),
        ({"step": 5}, TypeError, r"gg\.load\(path\)\['step'\]"),
        ({"other": {"b": fresh}}, KeyError, r"\['b'\] here and \['a'\]"),
        ({"list": [fresh, fresh]}, KeyError, r"\[0, 1\] here and \[0\]"),
    ]:
        with pytest.raises(error, match=match):
            gg.load(file, model=fresh, **{"optimizer": moving, **parts})
        assert values([fresh.state_dict(), moving.state_dict(), small.state_dict()]) == before
        assert gg.random.get_state() == state


@pytest.mark.parametrize(
    ("parts", "error", "match"),
    [
        ({"random": 1}, ValueError, "another name"),
        ({"x": {"y": [object()]}}, TypeError, r"x\.y\.0 is object"),
        ({"x": {(1, 2): 1}}, TypeError, r"x has the key \(1, 2\)"),
        ({"x": np.array(["text"])}, TypeError, "x: dtype"),
        ({"x": 2j}, TypeError, "x is complex"),
        ({"loader": gg.data.DataLoader(Endless())}, TypeError, "Endless cannot be saved"),
        (
            {
                "x": gg.data.DataLoader(
                    "ab", sampler=gg.data.RandomSampler("ab", generator=np.random)
                )
            },
            TypeError,
            "RandomSampler draws from a generator of its own",
        ),
    ],
)
def test_what_no_file_can_hold_is_refused(file, parts, error, match):
    gg.save(file, old=1)
    with pytest.raises(error, match=match):
        gg.save(file, **parts)
    assert gg.load(file)["old"] == 1


def test_files_that_are_none_are_refused(file):
    with pytest.raises(FileNotFoundError):
        gg.load(file)
    for content in (b"", b"nonsense" * 20, b"PK\x03\x04 nonsense"):
        file.write_bytes(content)
        with pytest.raises(ValueError, match="no whole file"):
            gg.load(file)
    np.savez(file.with_suffix(".npz"), a=1)
    with pytest.raises(ValueError, match=r"numpy\.load reads"):
        gg.load(file.with_suffix(".npz"))


def test_without_the_package_the_error_says_what_to_install(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "safetensors", None)
    for act in (lambda: gg.save(file, x=1), lambda: (file.write_bytes(b"x"), gg.load(file))):
        with pytest.raises(ModuleNotFoundError, match=r"pip install 'gpugrad\[saving\]'"):
            act()


def test_a_file_is_replaced_when_the_new_one_is_whole(file):
    gg.save(file, old=1)
    file.chmod(0o640)
    link = file.with_name("link")
    link.symlink_to(file)

    def fails(new):
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        files.replace(str(file), fails)
    assert gg.load(file)["old"] == 1
    gg.save(link, new=2)
    assert link.is_symlink() and gg.load(file)["new"] == 2
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(file.parent)) == ["link", file.name]


def test_what_killed_programs_left_is_removed(file):
    left, held = (file.with_name(f".{file.name}.saving-{name}") for name in ("left", "held"))
    left.mkdir()
    held.mkdir()
    with files._locked(str(held)):
        gg.save(file, x=1)
    assert not left.exists() and held.exists()


def test_states_go_by_numpys_files(tmp_path):
    model, _ = network()
    np.savez(tmp_path / "model.npz", **model.state_dict())
    fresh, _ = network()
    with np.load(tmp_path / "model.npz") as saved:
        fresh.load_state_dict(saved)
    assert values(fresh.state_dict()) == values(model.state_dict())


def test_the_place_in_the_random_numbers():
    state = gg.random.get_state()
    drawn = gg.random.normal(size=4).tolist()
    gg.random.set_state(json.loads(json.dumps(state)))
    assert gg.random.normal(size=4).tolist() == drawn
    for wrong in (None, {"seed": 1}, {"seed": "a", "counter": 0}):
        with pytest.raises(TypeError):
            gg.random.set_state(wrong)
    with pytest.raises(ValueError, match="counter"):
        gg.random.set_state({"seed": 1, "counter": -1})
    assert gg.random.get_state()["seed"] == state["seed"]


def test_a_loader_that_did_not_begin_is_saved_with_its_seed(file):
    def loader():
        return gg.data.DataLoader(range(8), batch_size=8, shuffle=True)

    first, second = loader(), loader()
    gg.save(file, loader=first)
    expected = [next(iter(first)).tolist(), gg.random.uniform().item()]
    gg.load(file, loader=second)
    assert [next(iter(second)).tolist(), gg.random.uniform().item()] == expected
