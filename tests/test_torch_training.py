"""A loop of gpugrad.torch: loaders, schedules, files; what a Module of torch's holds in them."""

import pytest

import gpugrad.torch as torch
from gpugrad.torch import nn
from gpugrad.torch.optim.lr_scheduler import StepLR
from gpugrad.torch.utils.checkpoint import checkpoint
from gpugrad.torch.utils.data import DataLoader, Dataset, TensorDataset, random_split


class Lines(Dataset):
    """Items that are a Tensor and a number."""

    def __len__(self):
        return 10

    def __getitem__(self, index):
        return torch.full((3,), index).float(), index


@pytest.mark.parametrize("workers", [0, 1])
def test_batches_are_tensors_of_this_package(workers):
    loader = DataLoader(Lines(), 4, shuffle=True, num_workers=workers)
    batches = list(loader)
    assert [x.size() for x, _ in batches] == [(4, 3), (4, 3), (2, 3)]
    assert sorted(torch.cat([y for _, y in batches]).tolist()) == list(range(10))
    assert all(isinstance(part, torch.Tensor) for batch in batches for part in batch)


def test_a_generator_decides_the_order():
    def order(seed):
        generator = torch.Generator().manual_seed(seed)
        return [y.tolist() for _, y in DataLoader(Lines(), 4, shuffle=True, generator=generator)]

    assert order(1) == order(1) != order(2)
    first, _ = random_split(
        TensorDataset(torch.arange(10)), [7, 3], generator=torch.Generator().manual_seed(0)
    )
    assert len(first) == 7 and first[0][0].dim() == 0


def test_a_run_goes_on_from_its_file(tmp_path):
    pytest.importorskip("safetensors")
    path = tmp_path / "run.pt"

    def parts():
        model = nn.Linear(2, 2)
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
        return model, optimizer, StepLR(optimizer, 2, gamma=0.5)

    def step(model, optimizer, schedule):
        optimizer.zero_grad()
        model(torch.ones(1, 2)).pow(2).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()

    first = parts()
    for _ in range(3):
        step(*first)
    names = ("model", "optimizer", "schedule")
    torch.save({n: p.state_dict() for n, p in zip(names, first, strict=True)}, path)
    second = parts()
    saved = torch.load(path, map_location=torch.device("cpu"), weights_only=True)
    for name, part in zip(names, second, strict=True):
        part.load_state_dict(saved[name])
    for both in (first, second):
        step(*both)
    assert torch.equal(first[0].weight, second[0].weight)
    assert second[1].param_groups[0]["lr"] == 0.025
    assert isinstance(saved["model"]["weight"], torch.Tensor)


def test_what_a_file_does_not_hold_is_refused(tmp_path):
    with pytest.raises(TypeError, match=r"Linear is a Module, .* model.state_dict\(\)"):
        torch.save(nn.Linear(1, 1), tmp_path / "model.pt")
    with pytest.raises(TypeError, match="give the path of a file"):
        torch.load(3)


def test_activations_are_computed_again():
    x, calls = torch.ones(3, requires_grad=True), []

    def squares(y):
        calls.append(y.size(0))
        return y * y

    y = checkpoint(squares, x, use_reentrant=False)
    assert isinstance(y, torch.Tensor)
    y.sum().backward()
    assert calls == [3, 3] and x.grad.tolist() == [2, 2, 2]


def test_recording_is_switched_off_until_it_is_switched_on():
    torch.set_grad_enabled(False)
    assert not torch.is_grad_enabled()
    torch.set_grad_enabled(True)
    assert torch.is_grad_enabled()
