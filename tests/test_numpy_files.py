"""gpugrad.numpy's files and texts hold what NumPy's do, and are read as Tensors."""

from io import BytesIO, StringIO

import numpy as np
import pytest
from numpy_case import agree
from sample import numbers

import gpugrad as gg
import gpugrad.numpy as gnp

A, V = numbers(2, 3), numbers(3, seed=1)
TENSOR, RECORDED = gg.tensor(A), gg.tensor(V, requires_grad=True)


@pytest.mark.parametrize("dtype", ["bool", "int8", "float16", "float32", "complex64"])
def test_an_array_is_written_and_read(dtype, tmp_path):
    given = np.round(A * 2).astype(dtype)
    gnp.save(tmp_path / "x.npy", gg.tensor(given))
    np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), given)
    agree(gnp.load(tmp_path / "x.npy"), given)


@pytest.mark.parametrize("write", [gnp.savez, gnp.savez_compressed, np.savez])
def test_several_arrays_are_written_and_read_by_their_names(write, tmp_path):
    write(tmp_path / "x.npz", TENSOR, v=RECORDED, plain=V)
    with gnp.load(tmp_path / "x.npz") as found:
        assert set(found) == set(found.files) == {"arr_0", "v", "plain"}
        assert len(found) == 3 and "w" not in found
        agree(found["arr_0"], A)
        agree(found["v"], V)
        assert not found["v"].requires_grad
    with pytest.raises(AttributeError):
        found["v"]  # closed, as NumPy's is


def test_text_is_written_and_read():
    ours, theirs = StringIO(), StringIO()
    gnp.savetxt(ours, TENSOR, fmt="%.3f", header="three columns")
    np.savetxt(theirs, A, fmt="%.3f", header="three columns")
    assert ours.getvalue() == theirs.getvalue()
    agree(gnp.loadtxt(StringIO(ours.getvalue())), np.round(A, 3))
    agree(gnp.loadtxt(StringIO("1 2\n3 4"), unpack=True), np.array([[1.0, 3], [2, 4]]))
    agree(gnp.genfromtxt(StringIO("1,,3"), delimiter=","), np.array([1, np.nan, 3]))
    agree(gnp.fromstring("1 2.5", sep=" "), np.array([1, 2.5]))
    found = gnp.loadtxt(StringIO("0.5 2"))
    assert gg.grad(lambda x: gnp.sum(x**2))(found).tolist() == [1, 4]


def test_rows_of_tensors_are_written_as_a_matrix():
    ours, theirs = StringIO(), StringIO()
    gnp.savetxt(ours, [RECORDED, 2 * RECORDED])
    np.savetxt(theirs, [V, 2 * V])
    assert ours.getvalue() == theirs.getvalue()


def test_bytes_and_iterators_are_read(tmp_path):
    A.tofile(tmp_path / "bytes")
    agree(gnp.fromfile(tmp_path / "bytes"), A.ravel())
    agree(gnp.frombuffer(V.astype("float32").tobytes(), "float32"), V.astype("float32"))
    agree(gnp.fromiter((i / 2 for i in range(3)), float), np.array([0, 0.5, 1]))


def test_what_is_read_goes_to_the_device_in_use():
    file = BytesIO()
    np.save(file, V)
    file.seek(0)
    with gg.use_device("simulated"):
        found = gnp.load(file)
        assert found.device == "simulated"
        written = BytesIO()
        gnp.save(written, found)
    assert written.getvalue() == file.getvalue()


TEXTS = {
    "array2string": (A, {"precision": 2, "separator": ", "}),
    "array_repr": (A, {}),
    "array_str": (V, {"precision": 1}),
    "base_repr": (5, {"base": 3}),
    "binary_repr": (-3, {"width": 5}),
    "format_float_positional": (0.1, {"precision": 3}),
    "format_float_scientific": (1234.5, {"exp_digits": 3}),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_numpys(name):
    value, settings = TEXTS[name]
    expected = getattr(np, name)(value, **settings)
    for given in (value, gg.tensor(np.asarray(value))):
        assert getattr(gnp, name)(given, **settings) == expected


HALF = TENSOR.astype("bfloat16")
REFUSED = {
    "bfloat16": (lambda: gnp.save(BytesIO(), HALF), "save: .*bfloat16; write"),
    "bfloat16 by name": (lambda: gnp.savez(BytesIO(), x=HALF), "savez: .*bfloat16; write"),
    "members of a batch": (
        lambda: gg.vmap(lambda x: gnp.array_str(x))(TENSOR),
        "array_str: it reads values, .* outside of vmap",
    ),
    "text": (lambda: gnp.loadtxt(StringIO("a b"), dtype=str), "loadtxt: an array of <U1; Tensors"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name):
    call, words = REFUSED[name]
    with pytest.raises(TypeError, match=words):
        call()


BITS = {
    "bitwise_count": [(np.array([0, 5, 255]),), (np.array([-3], np.int8),)],
    "packbits": [(A > 0,), (np.eye(3, 9, dtype=np.uint8), 1), ([1, 0, 1], None, "little")],
    "unpackbits": [(np.array([[2, 7]], np.uint8),), (np.array([[2], [7]], np.uint8), 1, 5)],
}


@pytest.mark.parametrize("name", BITS)
@pytest.mark.parametrize("device", ["cpu", "simulated"])
def test_bits_are_numpys(name, device):
    for arguments in BITS[name]:
        expected = getattr(np, name)(*arguments)
        found = getattr(gnp, name)(gg.tensor(arguments[0], device=device), *arguments[1:])
        assert found.device == device
        agree(found.to("cpu"), expected)


def test_places_and_types():
    assert [(place, x.item()) for place, x in gnp.ndenumerate(TENSOR)] == list(np.ndenumerate(A))
    agree(gnp.mask_indices(3, gnp.triu, 1), np.mask_indices(3, np.triu, 1))
    for x in ([2, 1], np.array([2, 1], np.int8), [2.5, 1], [2 + 1j, 1, 2 - 1j], [[2, 1], [0, 3]]):
        agree(gnp.sort_complex(x), np.sort_complex(x))
    agree(gnp.require(V, "float32", ["C", "W"]), V.astype("float32"))
    half = np.float16(1)
    for given in ((A, half), (half,), (A, np.array([1j], np.complex64)), (np.array([1]), half)):
        assert gnp.common_type(*map(gg.tensor, given)) is np.common_type(*given)
    assert gnp.iterable(TENSOR) and not gnp.iterable(TENSOR[0, 0])
    assert gnp.__version__ == np.__version__ and gnp.True_ == np.True_
    gnp.testing.assert_array_equal(TENSOR, A)
