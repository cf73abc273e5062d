"""The default device and dtype: in effect at once, as a ``with`` until its end."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from source import CHECKOUT

import gpugrad as gg

CPU, SIMULATED = "cpu", "simulated"


@pytest.fixture(autouse=True)
def begun_on_the_host():
    with gg.set_default_device(CPU), gg.set_default_dtype("float32"):
        yield


def device():
    return gg.zeros(1).device


def dtype():
    return gg.tensor([0.5]).dtype.name


CHANGES = {  # how a default is changed, to what, and what it is
    "use_device": (gg.use_device, SIMULATED, CPU, device),
    "set_default_device": (gg.set_default_device, SIMULATED, CPU, device),
    "set_default_dtype": (gg.set_default_dtype, "float64", "float32", dtype),
}


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_in_effect_at_once_or_within(name):
    change, value, before, now = CHANGES[name]
    assert now() == before
    with change(value):
        assert now() == value
    assert now() == before
    with pytest.raises(ZeroDivisionError), change(value):
        _ = 1 // 0
    assert now() == before
    made = change(value)  # a plain statement
    assert now() == value and repr(made) == f"{name}({value!r})"
    with made:
        assert now() == value
    assert now() == before


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_around_a_function(name):
    change, value, before, now = CHANGES[name]

    @change(value)
    def inside(again=False):
        return (now(), *(inside() if again else ()))

    assert now() == before
    assert inside() == (value,) and inside(again=True) == (value, value)
    assert now() == before


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", CHANGES)
def test_changes_within_changes(name):
    change, value, before, now = CHANGES[name]
    with change(value), change(before), change(value):
        assert now() == value
    with change(value):
        change(before)  # holds until the end of what is around it
        assert now() == before
    assert now() == before


@pytest.mark.parametrize(
    ("name", "wrong", "error", "words"),
    [
        ("use_device", "tpu", ValueError, "unknown device 'tpu'; known: cpu, cuda"),
        ("use_device", "", ValueError, "unknown device ''"),
        ("use_device", "cuda:x", ValueError, "unknown device 'cuda:x'"),
        ("use_device", -1, ValueError, "unknown device 'cuda:-1'"),
        ("use_device", None, TypeError, "device: None; give cpu, cuda, .*number of a GPU"),
        ("use_device", True, TypeError, "device: True; give cpu, cuda"),
        ("use_device", 1.5, TypeError, r"device: 1\.5; give cpu, cuda"),
        ("use_device", ["cpu"], TypeError, "device: .*give cpu, cuda"),
        ("set_default_device", "tpu", ValueError, "unknown device 'tpu'"),
        ("set_default_device", None, TypeError, "device: None"),
        ("set_default_dtype", "int64", TypeError, "int64 is not a float"),
        ("set_default_dtype", "complex64", TypeError, "complex64 is not a float"),
    ],
)
def test_what_is_no_default_changes_nothing(name, wrong, error, words):
    change, _, before, now = CHANGES[name]
    with pytest.raises(error, match=words):
        change(wrong)
    assert now() == before


def test_a_number_is_that_of_a_gpu():
    """As torch's; no number, 0 among them, means the default device."""
    number = 99  # of a GPU that no machine has
    for call in (
        lambda: gg.use_device(number),
        lambda: gg.zeros(1, device=number),
        lambda: gg.tensor(1.0, device=number),
        lambda: gg.zeros_like(gg.ones(1), device=number),
        lambda: gg.numpy.zeros_like(gg.ones(1), device=number),
        lambda: gg.random.normal(device=number),
        lambda: gg.ones(1).to(number),
        lambda: gg.nn.Linear(1, 1, device=number),
        lambda: gg.nn.ReLU().to(number),
    ):
        with pytest.raises(RuntimeError, match="no device cuda:99"):
            call()


@pytest.mark.needs_compiler
def test_a_process_has_one_default_and_a_thread_its_own():
    with ThreadPoolExecutor(1) as pool:
        with gg.use_device(SIMULATED):
            assert (device(), pool.submit(device).result()) == (SIMULATED, CPU)
        with gg.set_default_device(SIMULATED):
            assert pool.submit(device).result() == SIMULATED
            with gg.use_device(CPU):
                assert device() == CPU


@pytest.mark.needs_compiler
def test_a_program_may_say_its_device_once():
    program = "import gpugrad as gg; gg.set_default_device('simulated'); print(gg.ones(1).device)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [SIMULATED]


@pytest.mark.needs_compiler
def test_to_takes_a_device_a_dtype_or_both():
    x = gg.ones(2)
    both = x.to(SIMULATED, "float64")
    assert (both.device, both.dtype) == (SIMULATED, np.float64)
    assert x.to("float64").dtype == np.float64 and x.to(SIMULATED).device == SIMULATED
    assert x.to(dtype="float16").dtype == np.float16 and x.to(device=SIMULATED).device == SIMULATED
    assert x.to() is x and x.to("cpu", "float32") is x
    layer = gg.nn.BatchNorm1d(2).to(SIMULATED, "float64")
    assert layer.running_mean.device == layer.weight.device == SIMULATED
    assert layer.running_mean.dtype == np.float64 and layer.num_batches_tracked.dtype == np.int64


def test_to_refuses_what_is_neither_device_nor_dtype():
    for wrong, error, words in (
        (lambda: gg.ones(1).to("tpu"), ValueError, "unknown device 'tpu'"),
        (lambda: gg.ones(1).to("float32", "float64"), TypeError, "^to: .*two dtypes"),
        (lambda: gg.ones(1).to(foo=1), TypeError, r"^Tensor\.to\(\) got"),
        (lambda: gg.ones(1).round(1, 2, 3), TypeError, r"^Tensor\.round\(\) takes"),
        (lambda: gg.ones(1).item(1), TypeError, r"^Tensor\.item\(\) takes"),
        (lambda: gg.nn.Linear(1, 1).to("int64"), TypeError, "^Linear: parameters in int64"),
    ):
        with pytest.raises(error, match=words):
            wrong()
