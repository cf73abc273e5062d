"""gpugrad is a namespace of the array API standard 2024.12: every function, called in every way
that the standard allows, beside NumPy's, whose main namespace is one too."""

import inspect

import numpy as np
import pytest
from array_api import Standard, calls, standard

import gpugrad as gg

STANDARD = standard()
FUNCTIONS = [
    each
    for each in STANDARD
    if each.signature
    and "__" not in each.name
    and not each.group.startswith("array")
    and each.group != "data types"
]
METHODS = [each for each in STANDARD if each.group == "array methods"]
LOOSE = {"from_dlpack", "empty", "empty_like"}  # what they give is not compared
ON_DEVICE = [each for each in FUNCTIONS if each.name not in ("from_dlpack", "asarray")]


def found(root, name):
    for part in name.split("."):
        root = getattr(root, part)
    return root


def ours(x):
    """Arrays as Tensors, also those in tuples and lists of arrays."""
    if isinstance(x, tuple | list) and any(isinstance(part, np.ndarray) for part in x):
        return type(x)(map(ours, x))
    return gg.tensor(x) if isinstance(x, np.ndarray) else x


def _sort(x, *, axis=-1, descending=False, stable=True):
    return np.flip(np.sort(x, axis), axis) if descending else np.sort(x, axis)


def _argsort(x, *, axis=-1, descending=False, stable=True):
    return np.argsort(-x if descending else x, axis)


REFERENCES = {  # where NumPy's function takes less than the standard's
    "argsort": _argsort,
    "expand_dims": lambda x, *, axis=0: np.expand_dims(x, axis),
    "fft.fftfreq": lambda n, *, d=1.0, dtype=None, device=None: np.fft.fftfreq(n, d),
    "fft.rfftfreq": lambda n, *, d=1.0, dtype=None, device=None: np.fft.rfftfreq(n, d),
    "sort": _sort,
}


def numpys(entry, arguments, named):
    """What NumPy gives."""
    if entry.name in REFERENCES:
        return REFERENCES[entry.name](*arguments, **named)
    return called(np, entry, arguments, named)


def called(root, entry: Standard, arguments, named, change=lambda x: x):
    given = {k: np.dtype(v) if k == "dtype" else change(v) for k, v in named.items()}
    return found(root, entry.name)(*map(change, arguments), **given)


def same(entry, one, other):
    """Assert that a result is NumPy's: in structure, shape, kind of dtype and values."""
    if isinstance(other, tuple | list):
        assert len(one) == len(other)
        for part, wanted in zip(one, other, strict=True):
            same(entry, part, wanted)
        return
    assert isinstance(one, gg.Tensor)
    other = np.asarray(other)
    assert one.shape == other.shape
    made = entry.group == "creation" or "freq" in entry.name
    assert one.dtype.kind == other.dtype.kind if made else one.dtype == other.dtype
    if entry.name not in LOOSE:
        host = one.detach().numpy()
        if entry.name in ("linalg.eigh", "linalg.svd", "linalg.qr"):
            host, other = abs(host), abs(other)  # vectors are known up to a sign
        np.testing.assert_allclose(host, other, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("entry", STANDARD, ids=str)
def test_everything_of_the_standard_is_there(entry):
    inside = gg.Tensor if entry.group.startswith("array") else gg
    assert found(inside, entry.name) is not None or entry.name == "newaxis"


@pytest.mark.parametrize("entry", FUNCTIONS, ids=str)
def test_calls_of_the_standard_give_what_numpy_gives(entry):
    for arguments, named in calls(entry):
        expected = numpys(entry, arguments, named)
        same(entry, called(gg, entry, arguments, named, ours), expected)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("entry", ON_DEVICE, ids=str)
def test_a_device_gives_the_same(entry):
    with gg.use_device("simulated"):
        for arguments, named in calls(entry)[:2]:
            expected = numpys(entry, arguments, named)
            there = {k: "simulated" if k == "device" else v for k, v in named.items()}
            same(entry, called(gg, entry, arguments, there, ours), expected)


@pytest.mark.parametrize("entry", FUNCTIONS, ids=str)
def test_what_the_standard_does_not_have_is_refused(entry):
    arguments, named = calls(entry)[0]
    with pytest.raises(TypeError):
        called(gg, entry, arguments, {**named, "unheard_of": 1}, ours)


@pytest.mark.parametrize("entry", FUNCTIONS, ids=str)
def test_signatures_can_be_read(entry):
    """``help`` shows parameters, and every call of the standard fits them."""
    signature = inspect.signature(found(gg, entry.name))
    for arguments, named in calls(entry):
        signature.bind(*arguments, **named)


@pytest.mark.parametrize("entry", METHODS, ids=str)
def test_methods_take_what_the_standard_says(entry):
    given = inspect.signature(getattr(gg.Tensor, entry.name)).parameters.values()
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in given):
        return
    wanted = entry.signature.parameters.values()
    needed = [p for p in wanted if p.kind is p.POSITIONAL_ONLY and p.default is p.empty]
    assert sum(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in given) >= len(needed)
    names = {p.name for p in given}
    assert {p.name for p in wanted if p.kind is p.KEYWORD_ONLY} <= names


@pytest.mark.parametrize(
    "name",
    [
        e.name
        for e in METHODS
        if e.name.startswith("__i") and e.name not in ("__int__", "__index__", "__invert__")
    ],
)
def test_operators_are_their_functions(name):
    """x += y, x + y and the reflected one agree."""
    plain = name.replace("__i", "__", 1)
    integers = name.strip("_") in ("iand", "ior", "ixor", "ilshift", "irshift")
    x = np.array([[5, 3], [6, 2]]) if integers else np.array([[5.5, 3.25], [6.0, 2.0]])
    y = np.array([[1, 2], [3, 1]]) if integers else np.array([[1.5, 2.0], [0.5, 3.0]])
    expected = getattr(x, plain)(y)
    mine = gg.tensor(x)
    assert np.array_equal(getattr(mine, plain)(gg.tensor(y)).numpy(), expected)
    assert np.array_equal(getattr(mine, name)(gg.tensor(y)).numpy(), expected)
    if reflected := getattr(gg.Tensor, plain.replace("__", "__r", 1), None):
        assert np.array_equal(reflected(gg.tensor(y), gg.tensor(x)).numpy(), expected)


# data types and inspection


def test_the_namespace_is_found_from_an_array():
    x = gg.tensor([1.0])
    assert x.__array_namespace__() is gg
    assert x.__array_namespace__(api_version="2022.12") is gg
    assert gg.__array_api_version__ == "2024.12"
    with pytest.raises(ValueError, match=r"2011\.12 is not known; known: 2021\.12"):
        x.__array_namespace__(api_version="2011.12")


def test_constants():
    assert (gg.e, gg.pi, gg.inf) == (np.e, np.pi, np.inf)
    assert np.isnan(gg.nan)
    assert gg.tensor([1.0])[gg.newaxis].shape == (1, 1)


def test_dtypes_are_those_of_the_standard():
    info = gg.__array_namespace_info__()
    names = [each.name for each in STANDARD if each.group == "dtypes"]
    assert sorted(info.dtypes()) == sorted(names)
    assert all(getattr(gg, name) == np.dtype(name) for name in names)
    assert list(info.dtypes(kind="bool")) == ["bool"]
    assert sorted(info.dtypes(kind=("bool", "complex floating"))) == [
        "bool",
        "complex128",
        "complex64",
    ]


def test_defaults_follow_the_settings():
    info = gg.__array_namespace_info__()
    assert info.default_dtypes()["real floating"] == gg.zeros(1).dtype == np.float32
    assert info.default_dtypes()["integral"] == gg.arange(3).dtype
    gg.set_default_dtype("float64")
    try:
        assert info.default_dtypes()["real floating"] == gg.zeros(1).dtype == np.float64
        assert info.default_dtypes()["complex floating"] == np.complex128
    finally:
        gg.set_default_dtype("float32")
    with gg.use_device("cpu"):
        assert info.default_device() == gg.zeros(1).device
    assert "cpu" in info.devices()
    assert info.capabilities()["boolean indexing"] is True


def test_what_is_said_of_dtypes():
    assert gg.finfo(gg.float32).eps == np.finfo(np.float32).eps
    assert gg.finfo(gg.tensor([1j])).dtype == gg.float32
    assert gg.iinfo("int16").max == 2**15 - 1
    assert gg.isdtype(gg.int8, "signed integer")
    assert gg.isdtype(gg.int8, ("bool", gg.int8))
    assert not gg.isdtype(gg.float32, "complex floating")
    assert gg.isdtype(gg.bfloat16, "real floating")
    assert gg.can_cast(gg.int8, gg.int16)
    assert not gg.can_cast(gg.tensor([1.0], dtype="float64"), gg.float32)
    with pytest.raises(ValueError, match="kind 'whole'"):
        gg.isdtype(gg.int8, "whole")
    with pytest.raises(ValueError, match="float32 is not an integer dtype"):
        gg.iinfo(gg.float32)


@pytest.mark.parametrize("a", ["bool", "int8", "uint8", "int64", "float32", "float64", "complex64"])
@pytest.mark.parametrize("b", ["bool", "uint8", "int32", "float64", "complex128", 2, 2.5, True])
def test_result_type_is_what_an_operation_gives(a, b):
    x = gg.ones(2, dtype=a)
    y = gg.ones(2, dtype=b) if isinstance(b, str) else b
    assert gg.result_type(x, y) == gg.maximum(x, y).dtype if "complex" not in f"{a}{b}" else True
    assert gg.result_type(a, y) == gg.where(x != 0, x, y).dtype


def test_streams_are_refused():
    x = gg.tensor([1.0])
    assert x.to_device("cpu") is x
    with pytest.raises(ValueError, match="stream"):
        x.to_device("cpu", stream=1)
