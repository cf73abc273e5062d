"""The stand-ins have CuPy's names and parameters: the table against them, the wheel against it."""

import inspect
import json
from types import SimpleNamespace

import pytest
from cupy_signatures import (
    METHODS,
    documented,
    found,
    installed,
    names,
    parameters,
    special_names,
    table,
)

from gpugrad.backend.device.natives import natives
from gpugrad.backend.dtypes import as_dtype
from gpugrad.backend.simulated import module, scipy_linalg, special
from gpugrad.backend.simulated.driver import SimulatedDriver

needs_cupy = pytest.mark.needs_cupy
# Keywords of NumPy's that CuPy lacks: a rule that used one would fail on a GPU only.
REFUSED = {
    "sum": "where initial",
    "prod": "where initial",
    "max": "where initial",
    "min": "where initial",
    "any": "where",
    "all": "where",
    "sort": "stable order",
    "argsort": "stable order",
    "count_nonzero": "keepdims",
    "unique": "sorted",
    "reshape": "shape",
    "zeros": "device",
    "asarray": "device",
    "linalg.cholesky": "upper",
    "linalg.svd": "hermitian",
}


def differences(own, cupys):
    """Where a stand-in takes what CuPy's function does not, or takes it otherwise."""
    theirs = {name: (place, kind, default) for place, (name, kind, default) in enumerate(cupys)}
    spread = any(kind == "VAR_POSITIONAL" for _, kind, _ in cupys)
    for place, (name, kind, default) in enumerate(own):
        if kind == "POSITIONAL_ONLY" and (spread or place < len(cupys)):
            continue
        if name not in theirs:
            yield f"{name} is not CuPy's"
            continue
        at, their_kind, their_default = theirs[name]
        if kind == "POSITIONAL_OR_KEYWORD" and (at != place or their_kind != kind):
            yield f"{name} stands at {place}, CuPy's at {at} ({their_kind})"
        if default is not None and default != their_default:
            yield f"{name}={default}, CuPy's {their_default}"
    required = [n for n, k, d in cupys if d is None and not k.startswith("VAR")]
    if len(own) < len(required):
        yield f"CuPy's needs {required}"


@pytest.mark.parametrize("name", names())
def test_a_function_takes_what_cupys_takes(name):
    own = parameters(found(module, name))
    assert not list(differences(own, table()["functions"][name]))


def test_the_triangular_solver_takes_what_cupyxs_takes():
    text = table()["vendor"]["cupyx.scipy.linalg.solve_triangular"]
    assert not list(differences(parameters(scipy_linalg.solve_triangular), documented(text)))


@pytest.mark.parametrize("name", METHODS)
def test_a_method_takes_what_cupys_takes(name):
    own = [row for row in parameters(getattr(module.ndarray, name)) if row[0] != "self"]
    if name == "astype":  # copy comes after CuPy's subok, which nobody here gives
        own = [row for row in own if row[0] != "copy"]
    assert not list(differences(own, table()["methods"][name]))


@pytest.mark.parametrize("name", special_names())
def test_a_special_function_takes_as_many_arrays_as_cupys(name):
    assert len(parameters(getattr(special, name))) == table()["special"][name]


def test_the_table_has_a_row_for_each_function_and_no_more():
    assert sorted(table()["functions"]) == names()
    assert list(table()["methods"]) == METHODS
    assert list(table()["special"]) == special_names()


@pytest.mark.parametrize(("name", "keywords"), REFUSED.items())
def test_keywords_that_cupy_lacks_are_not_taken(name, keywords):
    taken = {row[0] for row in table()["functions"][name]}
    own = set(inspect.signature(found(module, name)).parameters)
    assert not (taken | own) & set(keywords.split())


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        [("a", "POSITIONAL_OR_KEYWORD", None), ("where", "KEYWORD_ONLY", "True")],
        [("a", "POSITIONAL_OR_KEYWORD", None), ("keepdims", "POSITIONAL_OR_KEYWORD", "False")],
        [("a", "POSITIONAL_OR_KEYWORD", None), ("keepdims", "KEYWORD_ONLY", "True")],
    ],
)
def test_a_wrong_stand_in_is_found(wrong):
    assert list(differences(wrong, table()["functions"]["sum"]))


def test_signatures_in_docstrings_are_read():
    assert documented("add(x1, x2, /, out=None, \\*, casting='same_kind')\n\nAdds.") == [
        ("x1", "POSITIONAL_ONLY", None),
        ("x2", "POSITIONAL_ONLY", None),
        ("out", "POSITIONAL_OR_KEYWORD", "None"),
        ("casting", "KEYWORD_ONLY", "'same_kind'"),
    ]
    assert documented("set(self, bytes arr, int n=3) -> x") == [
        ("arr", "POSITIONAL_OR_KEYWORD", None),
        ("n", "POSITIONAL_OR_KEYWORD", "3"),
    ]


@needs_cupy
def test_the_table_is_the_installed_wheels():
    import cupy

    wheel = json.loads(json.dumps(installed()))
    same = wheel["version"] == table()["version"]
    for section in ("functions", "methods", "special", "vendor"):
        for name, row in wheel[section].items():
            assert row == table()[section][name] or not same, (section, name)
            if section in ("functions", "methods"):
                own = parameters(found(module if section == "functions" else module.ndarray, name))
                own = [r for r in own if r[0] not in ("self", "copy")]
                assert not list(differences(own, row)), (cupy.__version__, name)


@needs_cupy
def test_every_raw_operation_of_a_device_is_there_in_cupy():
    import cupy

    device = SimpleNamespace(module=cupy, driver=None)
    stand_in = SimpleNamespace(module=module, driver=None)
    assert natives(device).keys() == natives(stand_in).keys()


@needs_cupy
def test_the_real_driver_has_the_simulated_ones_interface():
    from gpugrad.backend.device.cuda_driver import CudaDriver

    names = "function launch prepared gemm pool turns capture keep bound synchronize"
    for name in names.split():
        real = list(inspect.signature(getattr(CudaDriver, name)).parameters)
        simulated = list(inspect.signature(getattr(SimulatedDriver, name)).parameters)
        if name == "gemm":
            real, simulated = real[:6], simulated[:6]
        assert real == simulated, name
    assert isinstance(CudaDriver.capturing, property)


@needs_cupy
def test_the_vendors_constants_and_objects_are_as_the_driver_takes_them():
    import cupy
    from cupy_backends.cuda.api import driver

    from gpugrad.backend.device.cuda_driver import GEMM_TYPES

    kinds = {
        "float16": "R_16F",
        "bfloat16": "R_16BF",
        "float32": "R_32F",
        "float64": "R_64F",
        "complex64": "C_32F",
        "complex128": "C_64F",
    }
    assert {dtype.name for dtype in GEMM_TYPES} == kinds.keys()
    for dtype, kind in kinds.items():
        assert GEMM_TYPES[as_dtype(dtype)][0] == getattr(cupy.cuda.runtime, f"CUDA_{kind}")
    assert driver.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES == 8
    for name in ("begin_capture", "end_capture", "wait_event", "synchronize"):
        assert hasattr(cupy.cuda.Stream, name)
    assert hasattr(cupy.cuda.Graph, "launch") and hasattr(cupy.cuda, "using_allocator")
    for name in ("attributes", "compute_capability", "cublas_handle"):
        assert hasattr(cupy.cuda.Device, name)
    assert hasattr(cupy.ndarray, "_c_contiguous")  # flags would take ten times as long


@needs_cupy
def test_without_a_gpu_the_real_device_says_so():
    from gpugrad.backend.device import cuda

    beyond = cuda.device_count()
    with pytest.raises(RuntimeError, match=f"device cuda:{beyond}"):
        cuda.open_device(beyond)
