"""Errors of public calls begin with a name that users know, never with an inner operation's."""

import warnings

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad import scipy
from gpugrad.nn import functional
from gpugrad.ops import REGISTRY

MODULES = {
    "gpugrad": gg,
    "linalg": gg.linalg,
    "fft": gg.fft,
    "functional": functional,
    "numpy": gnp,
    "numpy.linalg": gnp.linalg,
    "scipy.special": scipy.special,
    "scipy.linalg": scipy.linalg,
    "scipy.signal": scipy.signal,
    "scipy.fft": scipy.fft,
}
NO_MATHS = {"use_device", "set_default_device", "set_default_dtype", "seed"}  # and files
NO_MATHS |= {"save", "load", "savez", "savez_compressed", "savetxt", "fromfile", "clear_cache"}
A, B = np.ones((2, 3)), np.ones((4, 5))
V, W = np.ones(3), np.ones(4)
HERE, THERE = gg.tensor(A), gg.tensor(A, device="simulated")
ARGUMENTS = [
    *[(A,), (V,), (A + 1j,), (np.ones((0, 3)),), (None,)],
    *[(A, B), (V, W), (A, W), (W, A), (A, None), (np.ones((3, 3, 3)), B), (A + 1j, A + 1j)],
    *[(HERE, THERE), (THERE, HERE), (HERE, THERE, HERE), (HERE, HERE, THERE), (THERE, HERE, HERE)],
    *[(A, A, B), (B, A, A), ([A, B],), ([HERE, THERE],)],
]
SETTINGS = [{}, {"axis": 7}, {"axis": (0, 0)}, {"axes": (7, 8)}, {"axis": 7, "ord": 3}, {"n": -1}]


def public(module):
    names = [name for name in getattr(module, "__all__", dir(module)) if not name.startswith("_")]
    found = {name: getattr(module, name) for name in names if name not in NO_MATHS}
    return {n: f for n, f in found.items() if callable(f) and not isinstance(f, type)}


KNOWN = {name for module in MODULES.values() for name in public(module)}
INNER = {name for name in REGISTRY if name.rstrip("_") not in KNOWN and name not in KNOWN}


@pytest.mark.parametrize("name", MODULES)
def test_no_public_call_fails_in_the_name_of_an_inner_operation(name):
    assert {"matrix_product", "power_norm", "at_least"} <= INNER
    beginnings = {}
    for public_name, function in public(MODULES[name]).items():
        for arguments in ARGUMENTS:
            for settings in SETTINGS:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    said = beginning(function, arguments, settings)
                if said in INNER:
                    beginnings[public_name] = said
    assert not beginnings


def beginning(function, arguments, settings):
    try:
        function(*arguments, **settings)
    except Exception as error:
        return str(error).partition(":")[0]


COMPOSED = {  # a call -> what its error begins with
    "hfft": lambda: gg.fft.hfft(1.0),
    "ihfft": lambda: gg.fft.ihfft(1.0),
    "rfft2": lambda: gg.fft.rfft2(1.0),
    "irfft2": lambda: gg.fft.irfft2(1.0),
    "irfftn": lambda: gg.fft.irfftn(np.ones((2, 0))),
    "cho_solve": lambda: scipy.linalg.cho_solve((np.eye(3), True), W),
    "solve": lambda: scipy.linalg.solve(np.eye(3), W, assume_a="pos"),
    "logm": lambda: scipy.linalg.logm(1.0),
    "gelu": lambda: functional.gelu(A + 1j, "tanh"),
    "batch_norm": lambda: functional.batch_norm(A[:1], None, None, training=True),
    "pdf": lambda: scipy.stats.multivariate_normal.pdf(V, V, -np.eye(3)),
    "pad": lambda: gnp.pad(1.0, {0: 1}),
}


@pytest.mark.parametrize("name", COMPOSED)
def test_functions_made_of_public_ones_name_themselves(name):
    assert beginning(COMPOSED[name], (), {}) == name
