"""Every public name of torch's is in gpugrad.torch or refused with its reason."""

import pytest
from torch_names import torch_names

import gpugrad.torch as torch
from gpugrad.torch import absent

COUNTED = {counted.module: counted for counted in torch_names()}
AN_IMPORT = ["Tensor"]  # of torch.optim.lr_scheduler's, for its annotations
TABLES = {
    "torch": absent.TOP,
    "torch.Tensor": absent.TENSOR,
    "torch.linalg": absent.LINALG,
    "torch.special": absent.SPECIAL,
    "torch.utils.data": absent.DATA,
}


@pytest.mark.parametrize("module", COUNTED)
def test_no_name_of_torchs_is_passed_over(module):
    assert COUNTED[module].there
    assert COUNTED[module].missing in ([], AN_IMPORT)


@pytest.mark.parametrize("module", TABLES)
def test_what_is_refused_is_not_there(module):
    names = [name for listed in TABLES[module].values() for name in listed.split()]
    assert len(set(names)) == len(names)
    assert not set(names) & set(COUNTED[module].there)
    modules = [name for listed in absent.MODULES for name in listed.split()]
    assert set(names) - set(modules) <= COUNTED[module].refused.keys()


@pytest.mark.parametrize("module", TABLES)
def test_the_error_names_what_was_asked_for(module):
    name = next(iter(TABLES[module].values())).split()[0]
    owner = torch
    for part in module.split(".")[1:]:
        owner = getattr(owner, part)
    with pytest.raises(AttributeError, match=rf"{module}\.{name} is not here: \w"):
        getattr(owner, name)


def test_a_name_of_nobodys_is_refused_as_python_does():
    with pytest.raises(AttributeError, match=r"module 'gpugrad.torch' has no attribute 'nonsense'"):
        _ = torch.nonsense
    with pytest.raises(AttributeError, match=r"nonsense"):
        _ = torch.zeros(2).nonsense


def test_a_refused_method_is_not_listed():
    x = torch.zeros(2)
    assert "storage" not in dir(x) and "numel" in dir(x) and not hasattr(x, "storage")
