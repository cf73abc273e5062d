"""Which of PyTorch's names gpugrad.torch has, and what it says of the others."""

from pathlib import Path

from names import Whole

import gpugrad.torch

LISTED = Path(__file__).with_name("torch_names.txt")


def torch_names() -> list[Whole]:
    """The names of each module of PyTorch 2.13's, and of its Tensor."""
    blocks = LISTED.read_text(encoding="utf-8").split("\n[")[1:]
    return [_counted(*block.split("]", 1)) for block in blocks]


def _counted(module: str, names: str) -> Whole:
    ours = gpugrad.torch
    for part in module.split(".")[1:]:
        ours = getattr(ours, part)
    counted = Whole(module, [], {}, [])
    for name in names.split():
        try:
            getattr(ours, name)
        except AttributeError as error:
            _, reasoned, reason = str(error).partition(" is not here: ")
            if reasoned:
                counted.refused[name] = reason
            else:
                counted.missing.append(name)
        else:
            counted.there.append(name)
    return counted
