"""The topics of ``gpugrad help``: each is the docstring of the module that it is about."""

import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from inspect import getdoc

TOPICS = {
    "gpugrad": "gpugrad",
    "tensor": "gpugrad.tensor",
    "dtypes": "gpugrad.backend.dtypes",
    "devices": "gpugrad.backend.select",
    "environment": "gpugrad.settings",
    "transforms": "gpugrad.transforms",
    "compile": "gpugrad.compiler",
    "kernels": "gpugrad.codegen",
    "extend": "gpugrad.extend",
    "nn": "gpugrad.nn",
    "functional": "gpugrad.nn.functional",
    "init": "gpugrad.nn.init",
    "optim": "gpugrad.optim",
    "data": "gpugrad.data",
    "saving": "gpugrad.saving",
    "training": "gpugrad.training",
    "random": "gpugrad.random",
    "linalg": "gpugrad.linalg",
    "sparse": "gpugrad.sparse",
    "fft": "gpugrad.fft",
    "numpy": "gpugrad.numpy",
    "scipy": "gpugrad.scipy",
    "autograd": "gpugrad.autograd",
    "torch": "gpugrad.torch",
    "testing": "gpugrad.testing",
    "drawing": "gpugrad.drawing",
}
WIDTH = 92


def text(topic: str) -> str:
    """The text of one topic: a docstring, then those names of the module that it leaves out."""
    module = import_module(TOPICS[topic])
    told = getdoc(module) or ""
    known = set(re.findall(r"\w+", told))
    names = [name for name in getattr(module, "__all__", ()) if name not in known]
    further = textwrap.fill(" ".join(names), WIDTH)
    return f"{told}\n" + (f"\nFurther names:\n\n{further}\n" if names else "")


def first_lines() -> Iterator[tuple[str, str]]:
    """Every topic with the first line of its text."""
    for topic in TOPICS:
        yield topic, text(topic).partition("\n")[0]
