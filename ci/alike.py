"""Have PyTorch draw gpugrad's random numbers, so that a program's losses can be compared."""

from typing import Any

import torch
from torch.utils import data

import gpugrad as gg
import gpugrad.torch as ours


def draw_alike() -> None:
    """From now on weights, samples, dropout and the order of data are those of gpugrad."""
    for name in ("rand", "randn", "rand_like", "randn_like", "randint", "randperm", "normal"):
        setattr(torch, name, _drawn(getattr(ours, name)))
    torch.bernoulli, torch.multinomial = _drawn(ours.bernoulli), _drawn(ours.multinomial)
    torch.manual_seed = gg.random.seed
    torch.Tensor.uniform_ = _filled(gg.random.uniform, 0.0, 1.0)
    torch.Tensor.normal_ = _filled(gg.random.normal, 0.0, 1.0)
    for name in ("dropout", "dropout1d", "dropout2d", "dropout3d"):
        setattr(torch.nn.functional, name, _dropped(getattr(ours.nn.functional, name)))
    data.DataLoader = data.dataloader.DataLoader = Loader


def _theirs(x: Any) -> torch.Tensor:
    return torch.from_numpy(x.numpy().copy())


def _plain(x: Any) -> Any:
    """An argument for gpugrad: arrays, and dtypes by their names."""
    if isinstance(x, torch.Tensor):
        return ours.tensor(x.detach().numpy())
    return str(x).removeprefix("torch.") if isinstance(x, torch.dtype) else x


def _drawn(draw: Any) -> Any:
    def drawn(*given: Any, requires_grad: bool = False, **settings: Any) -> torch.Tensor:
        settings = {key: _plain(x) for key, x in settings.items() if key != "device"}
        return _theirs(draw(*map(_plain, given), **settings)).requires_grad_(requires_grad)

    return drawn


def _filled(draw: Any, *usual: float) -> Any:
    @torch.no_grad()
    def filled(self: torch.Tensor, *bounds: float, generator: Any = None, **named: float) -> Any:
        first, second = (*bounds, *named.values(), *usual[len(bounds) + len(named) :])
        return self.copy_(_theirs(draw(first, second, tuple(self.shape), dtype=_plain(self.dtype))))

    return filled


def _dropped(drop: Any) -> Any:
    def dropped(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
        return input * _theirs(drop(ours.ones(*input.shape), p)) if training else input

    return dropped


class Loader(data.DataLoader):
    """Batches in gpugrad's order."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **{**settings, "num_workers": 0})
        shuffle = isinstance(self.sampler, data.RandomSampler)
        places = range(len(self.dataset))
        self.__dict__["places"] = ours.utils.data.DataLoader(
            places, self.batch_size, shuffle, drop_last=self.drop_last
        )

    def __iter__(self) -> Any:
        for indices in self.places:
            yield self.collate_fn([self.dataset[i] for i in indices.tolist()])
