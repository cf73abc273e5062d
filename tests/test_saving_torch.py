"""Files of torch.save: read with no code run; handmade ones always, torch's where it is there."""

import pickle
import zipfile
from io import BytesIO

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.saving import torch_files


class Global:
    """Pickled as the name of something of another module."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    """Pickled as a call."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments


class Storage(tuple):
    """Pickled as a reference to a storage: a class, a key and a number of elements."""


class Writer(pickle._Pickler):
    """A pickler, in Python, of names that need not be there."""

    def save(self, thing, save_persistent_id=True):
        if isinstance(thing, Storage):
            kind, key, count = thing
            self.save(("storage", Global("torch", kind), key, "cpu", count))
            self.write(pickle.BINPERSID)
        elif isinstance(thing, Global):
            self.write(pickle.GLOBAL + f"{thing.module}\n{thing.name}\n".encode())
        elif isinstance(thing, Call):
            self.save(thing.function)
            self.save(thing.arguments)
            self.write(pickle.REDUCE)
        else:
            super().save(thing, save_persistent_id)


def tensor(kind, key, count, offset, size, stride):
    rebuild = Global("torch._utils", "_rebuild_tensor_v2")
    hooks = Call(Global("collections", "OrderedDict"))
    return Call(rebuild, Storage((kind, key, count)), offset, size, stride, False, hooks)


def archive(file, thing, **storages):
    """Write a file as torch does."""
    with zipfile.ZipFile(file, "w") as made:
        with made.open("archive/data.pkl", "w") as data:
            Writer(data, 2).dump(thing)
        for key, array in storages.items():
            made.writestr(f"archive/data/{key}", array.tobytes())
    return file


def test_a_handmade_file_is_read(tmp_path):
    numbers = np.arange(6, dtype=np.float32)
    thing = {
        "whole": tensor("FloatStorage", "a", 6, 0, (2, 3), (3, 1)),
        "turned": tensor("FloatStorage", "a", 6, 0, (3, 2), (1, 3)),
        "part": tensor("FloatStorage", "a", 6, 1, (2,), (2,)),
        "empty": tensor("FloatStorage", "a", 6, 0, (0, 2), (2, 1)),
        "size": Call(Global("torch", "Size"), (2, 3)),
        "step": 3,
        "dtype": Global("torch", "bfloat16"),
        "device": Call(Global("torch", "device"), "cuda", 0),
    }
    found = gg.load(archive(tmp_path / "model.pt", thing, a=numbers))
    assert found.pop("whole").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found.pop("turned").tolist() == [[0, 3], [1, 4], [2, 5]]
    assert found.pop("part").tolist() == [1, 3] and found.pop("empty").shape == (0, 2)
    assert found == {"size": (2, 3), "step": 3, "dtype": "bfloat16", "device": "cuda:0"}


@pytest.mark.parametrize("module", ["os", "posix", "builtins", "torch", "numpy.core.multiarray"])
def test_code_is_not_run(tmp_path, module):
    mark = tmp_path / "ran"
    name = {"builtins": "exec", "torch": "load", "numpy.core.multiarray": "scalar"}.get(
        module, "system"
    )
    file = archive(tmp_path / "evil.pt", {"x": Call(Global(module, name), f"touch {mark}")})
    with pytest.raises(pickle.UnpicklingError, match=rf"asks for {module}\.{name}, which"):
        gg.load(file)
    assert not mark.exists()


@pytest.mark.parametrize(
    "thing",
    [
        tensor("FloatStorage", "a", 6, 5, (2,), (1,)),
        tensor("FloatStorage", "a", 6, -1, (2,), (1,)),
        tensor("FloatStorage", "a", 6, 0, (2,), (-1,)),
        tensor("FloatStorage", "a", 7, 0, (2,), (1,)),
        tensor("FloatStorage", "b", 6, 0, (2,), (1,)),
        tensor("FloatStorage", "a", 6, 0, (2, 2), (1,)),
        Call("text"),
    ],
)
def test_damaged_files_are_refused(tmp_path, thing):
    file = archive(tmp_path / "model.pt", {"x": thing}, a=np.arange(6, dtype=np.float32))
    with pytest.raises(ValueError, match=r"load: |buffer"):
        gg.load(file)
    with pytest.raises(ValueError, match="holds a list"):
        gg.load(archive(file, [1]))


def test_what_is_allowed_is_a_written_list():
    """Nothing of it runs what a file names."""
    known = torch_files._Reader(BytesIO(), "", None)._known()
    modules = {name.rpartition(".")[0] for name in known}
    assert modules == {"collections", "torch", "torch._utils", "torch.storage"}


@pytest.fixture
def torch():
    return pytest.importorskip("torch")


def samples(torch):
    base = torch.arange(24.0).reshape(4, 6)
    kinds = (
        "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128"
    )
    return {
        **{kind: torch.tensor([0, 1, 1]).to(getattr(torch, kind)) for kind in kinds.split()},
        "turned": base.t(),
        "part": base[1:, ::2],
        "expanded": torch.ones(1).expand(3, 2),
        "empty": torch.zeros(0, 3),
        "scalar": torch.tensor(3.5),
        "parameter": torch.nn.Parameter(torch.ones(2)),
    }


@pytest.mark.parametrize("zipped", [True, False])
def test_tensors_of_torch_are_read(torch, tmp_path, zipped):
    given = samples(torch)
    file = tmp_path / "given.pt"
    torch.save(given, file, _use_new_zipfile_serialization=zipped)
    found = gg.load(file)
    for name, tensor in given.items():
        assert found[name].tolist() == tensor.tolist(), name
        assert str(tensor.dtype) == f"torch.{found[name].dtype}"


@pytest.mark.parametrize("zipped", [True, False])
def test_a_run_of_torch_goes_on(torch, tmp_path, zipped):
    theirs = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh())
    adam = torch.optim.Adam(theirs.parameters(), lr=0.1)
    ours = gg.nn.Sequential(gg.nn.Linear(3, 4), gg.nn.Tanh())
    mine = gg.optim.Adam(ours.parameters())
    x = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)

    def step(library, model, optimizer):
        (model(library.tensor(x)) ** 3).sum().backward()
        optimizer.step()
        optimizer.zero_grad()

    step(torch, theirs, adam)
    file = tmp_path / "run.pt"
    parts = {"model": theirs.state_dict(), "optimizer": adam.state_dict()}
    torch.save(parts, file, _use_new_zipfile_serialization=zipped)
    gg.load(file, model=ours, optimizer=mine)
    step(torch, theirs, adam)
    step(gg, ours, mine)
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-4, atol=1e-5)
