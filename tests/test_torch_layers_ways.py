"""Modules beside torch in bfloat16, compiled, and on the simulated device."""

import numpy as np
import pytest
from test_torch_layers import ARRAYS, CASES, parts

import gpugrad.torch as ours
from gpugrad.torch import nn as our_nn

torch = pytest.importorskip("torch")
MODULES = [text for text in CASES if " | " in text]
FIXED = [text for text in MODULES if "kf" not in text]  # bags whose places a program has to read


def case(library, nn, text, dtype, state=None, device="cpu"):
    """The module and its inputs."""
    given = {}
    for name, array in ARRAYS.items():
        given[name] = library.tensor(array)
        if array.dtype.kind == "f":
            given[name] = library.tensor(array, dtype=getattr(library, dtype))
        given[name] = given[name].to(device)
        if array.dtype.kind == "f":
            given[name].requires_grad_()
    inputs, module = parts(library, nn, text, given)
    module.to(dtype=getattr(library, dtype))
    if state is not None:
        module.load_state_dict(state)
    module.to(device)
    return module, [x.detach() for x in inputs]


def slopes(library, module, inputs):
    """The result and the gradients of a weighted sum of it, by inputs and parameters."""
    inputs = [x.detach().requires_grad_() if x.is_floating_point() else x for x in inputs]
    leaves = [x for x in (*inputs, *module.parameters()) if x.requires_grad]
    y = module(*inputs)
    along = np.cos(np.arange(np.prod(tuple(y.shape)))).reshape(tuple(y.shape))
    weights = library.tensor(along, dtype=y.dtype).to(y.device)
    if not y.requires_grad:
        return (y,)
    found = library.autograd.grad((y * weights).sum(), leaves, allow_unused=True)
    return (
        y,
        *[library.zeros_like(x) if g is None else g for x, g in zip(leaves, found, strict=True)],
    )


def arrays(several):
    return [x.detach().to("cpu").double().numpy() for x in several]


def both(text, dtype, run=slopes, device="cpu"):
    """Results and gradients of torch, and ours."""
    module, inputs = case(torch, torch.nn, text, dtype)
    state = {name: x.double().numpy() for name, x in module.state_dict().items()}
    try:
        wanted = arrays(slopes(torch, module, inputs))
    except (RuntimeError, NotImplementedError) as error:
        pytest.skip(f"torch: {error}")
    module, inputs = case(ours, our_nn, text, dtype, state, device)
    return wanted, arrays(run(ours, module, inputs))


def close(wanted, found, bound):
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=bound * max(1.0, np.abs(other).max()))


@pytest.mark.filterwarnings("ignore:Implicit dimension choice", "ignore:.* no dim; give dim=-1")
@pytest.mark.parametrize("text", MODULES)
def test_a_module_in_bfloat16(text):
    close(*both(text, "bfloat16"), 2**-5)


@pytest.mark.filterwarnings("ignore:Implicit dimension choice", "ignore:.* no dim; give dim=-1")
@pytest.mark.parametrize("text", FIXED[::3])
def test_a_module_compiled(text):
    def compiled(library, module, inputs):
        step = library.compile(lambda *given: slopes(library, module, given))
        step(*inputs)
        return step(*inputs)

    close(*both(text, "float64", compiled), 1e-7)


@pytest.mark.filterwarnings("ignore:Implicit dimension choice", "ignore:.* no dim; give dim=-1")
@pytest.mark.parametrize("text", MODULES[1::3])
def test_a_module_on_the_simulated_device(text):
    close(*both(text, "float64", device="simulated"), 1e-7)
