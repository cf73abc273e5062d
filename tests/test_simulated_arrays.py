"""The stand-in arrays: they refuse what CuPy's refuse, and a capture what a device's forbids."""

import gc

import numpy as np
import pytest

from gpugrad.backend.device.products import Matrix
from gpugrad.backend.select import backend
from gpugrad.backend.simulated import module as xp
from gpugrad.backend.simulated.faults import DeviceFault

HOST = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def device():
    return backend("simulated")


@pytest.fixture
def x(device):
    return device.asarray(HOST)


@pytest.mark.parametrize(
    "transfer",
    [
        lambda x: np.asarray(x),
        lambda x: np.array([x, x]),
        lambda x: np.ones((2, 3)) + x,
        lambda x: x + np.ones((2, 3)),
        lambda x: x * [1.0, 2.0, 3.0],
        lambda x: np.sin(x),
        lambda x: xp.exp(HOST),
        lambda x: xp.add(x, HOST),
        lambda x: xp.exp([1.0]),
        lambda x: xp.concatenate([x, HOST]),
        lambda x: xp.sum(HOST),
        lambda x: x[np.array([0, 1])],
        lambda x: x[[0, 1]],
        lambda x: xp.where(HOST > 0, x, x),
        lambda x: x.__setitem__(0, HOST[0]),
        lambda x: np.matmul(x, x),
    ],
)
def test_implicit_transfers_are_refused(x, transfer):
    with pytest.raises(TypeError):
        transfer(x)


def test_the_refusal_says_the_way_out(x):
    with pytest.raises(TypeError, match=r"Implicit conversion to a NumPy array .* `.get\(\)`"):
        np.asarray(x)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: xp.sum(x, where=x > 0),
        lambda x: xp.sum(x, initial=1),
        lambda x: xp.max(x, initial=1),
        lambda x: xp.sort(x, stable=True),
        lambda x: xp.zeros(3, device="cpu"),
        lambda x: xp.unique(x, sorted=True),
        lambda x: xp.reshape(x, shape=6),
        lambda x: xp.count_nonzero(x, keepdims=True),
        lambda x: xp.linalg.cholesky(x, upper=True),
        lambda x: xp.repeat(x, repeats=x),
        lambda x: xp.sort(x, kind="heap"),
    ],
)
def test_keywords_that_cupy_lacks_are_refused(x, call):
    with pytest.raises((TypeError, ValueError)):
        call(x)


def test_numbers_and_numpy_scalars_take_part(x):
    np.testing.assert_array_equal((x + 1).get(), HOST + 1)
    np.testing.assert_array_equal((np.float32(2) * x).get(), HOST * 2)
    np.testing.assert_array_equal(
        (2 ** xp.minimum(x, np.float32(3))).get(), 2 ** np.minimum(HOST, 3)
    )
    assert (x * 1.5).dtype == np.float32 and (x * np.float64(1.5)).dtype == np.float64


def test_reductions_give_arrays_without_axes(x):
    total = xp.sum(x)
    assert isinstance(total, xp.ndarray) and total.shape == () and total.item() == 15


def test_integers_out_of_range_wrap_in_arrays_and_raise_alone(device, x):
    far = device.asarray(np.array([0, 5, -4]))
    np.testing.assert_array_equal(x[far].get(), HOST[[0, 1, 0]])
    np.testing.assert_array_equal(x[:, None, far].get(), HOST[:, None, [0, 2, 2]])
    with pytest.raises(IndexError):
        x[2]


def test_singular_matrices_do_not_raise(device):
    singular = device.asarray(np.stack([np.ones((2, 2)), np.eye(2)]))
    np.testing.assert_array_equal(xp.linalg.cholesky(singular).get()[1], np.eye(2))
    assert not np.isfinite(xp.linalg.solve(singular[0], singular[1]).get()).all()


def test_views_share_memory_and_copies_do_not(x):
    x.reshape(6)[1] = 10
    x.T[0, 1] += 5
    x[:, ::2][0, 1] = 7
    x.copy()[0, 0] = 99
    xp.ascontiguousarray(x.T)[0, 0] = 99
    np.testing.assert_array_equal(x.get(), [[0, 10, 7], [8, 4, 5]])


def test_in_place_operators_keep_dtype_and_memory(x):
    before, pointer = x, x.data.ptr
    x += 1
    x *= np.float32(2)
    assert x is before and x.data.ptr == pointer
    np.testing.assert_array_equal(x.get(), (HOST + 1) * 2)


def test_fresh_memory_is_poisoned_and_freed_memory_is_given_back(device):
    assert np.isnan(xp.empty(100, np.float16).get()).all()
    arena = device.driver.arena
    gc.collect()
    before = len(arena.live)
    made = [xp.zeros(n) for n in (1, 1000, 100_000)]
    assert len(arena.live) == before + 3
    del made
    assert len(arena.live) == before


def test_host_copies_are_asked_for(x):
    copy = x.get()
    copy[0] = 9
    np.testing.assert_array_equal(x.get(), HOST)
    x.set(HOST * 2)
    assert (float(x[1, 2]), int(x[0, 1]), bool(x[0, 0])) == (10, 2, False)
    with pytest.raises(TypeError, match=r"Only numpy.ndarray"):
        x.set([1.0])
    with pytest.raises(ValueError, match="set: "):
        x.set(HOST.astype(np.float64))


def test_dlpack_reaches_the_host_only_when_asked(x):
    assert x.__dlpack_device__() == (2, 0)
    with pytest.raises((RuntimeError, BufferError)):
        np.from_dlpack(x)
    np.testing.assert_array_equal(np.from_dlpack(x, device="cpu"), HOST)
    assert backend("simulated").natives["from_dlpack"](x).data.ptr == x.data.ptr
    with pytest.raises(BufferError, match="not in the simulated"):
        xp.from_dlpack(HOST)


def test_a_capture_records_and_replays(device, x):
    with device.driver.capture() as graph:
        y = x * 2
        y += 1
        z = xp.sum(y)
    assert np.isnan(y.get()).all() and np.isnan(z.item())
    for scale in (1, 3):
        x.set(HOST * np.float32(scale))
        graph.launch()
        np.testing.assert_array_equal(y.get(), HOST * scale * 2 + 1)
        assert z.item() == (HOST * scale * 2 + 1).sum()


TO_HOST, TO_DEVICE = "so D2H transfers are disallowed", "so H2D transfers are disallowed"
CUBLAS = "calling cuBLAS API during stream capture"
CUSOLVER = "calling cuSOLVER API during stream capture"
FORBIDDEN = {  # CuPy 14's words for what it refuses in a capture
    TO_HOST: [
        lambda d, x: x.get(),
        lambda d, x: x.item(),
        lambda d, x: bool(x[0, 0]),
        lambda d, x: repr(x),
        lambda d, x: xp.nonzero(x),
        lambda d, x: xp.unique(x),
        lambda d, x: x[x > 0],
        lambda d, x: x[True],
        lambda d, x: x.__setitem__(x > 0, 0),
        lambda d, x: x.fill(x[0, 0]),
        lambda d, x: xp.full(2, x[0, 0]),
    ],
    TO_DEVICE: [
        lambda d, x: x.set(HOST),
        lambda d, x: d.asarray(HOST),
        lambda d, x: d.asarray([]),
        lambda d, x: xp.array([1.0]),
        lambda d, x: xp.repeat(x, [2, 1, 0], axis=0),
        lambda d, x: xp.concatenate([x] * 9),
    ],
    CUBLAS: [
        lambda d, x: xp.matmul(x, x.T),
        lambda d, x: xp.linalg.det(x[:, :2]),
        lambda d, x: xp.linalg.slogdet(x[:, :2]),
        lambda d, x: xp.linalg.solve(x[None, :, :2], x[None]),
        lambda d, x: d.driver.scipy_linalg().solve_triangular(x[:, :2], x),
    ],
    CUSOLVER: [
        lambda d, x: xp.linalg.solve(x[:, :2], x),
        lambda d, x: xp.linalg.cholesky(x[:, :2]),
        lambda d, x: xp.linalg.eig(x[:, :2]),
        lambda d, x: xp.linalg.eigvals(x[:, :2]),
        lambda d, x: xp.linalg.eigh(x[:, :2]),
        lambda d, x: xp.linalg.eigvalsh(x[:, :2]),
        lambda d, x: xp.linalg.qr(x),
        lambda d, x: xp.linalg.svd(x),
    ],
    "not permitted when stream is capturing": [
        lambda d, x: d.synchronize(),
        lambda d, x: d.driver.capture().__enter__(),
    ],
}


@pytest.mark.parametrize(
    ("words", "forbidden"),
    [(words, one) for words, several in FORBIDDEN.items() for one in several],
)
def test_what_a_capture_forbids(device, x, words, forbidden):
    kind = NotImplementedError if words.startswith("calling") else DeviceFault
    with device.driver.capture(), pytest.raises(kind, match=words):
        forbidden(device, x)
    assert not device.driver.capturing


def test_what_a_capture_permits(device, x):
    """Numbers are filled in by a kernel, products go past CuPy, no library is asked about arrays
    without elements."""
    none, integers = x[:0], xp.ones((2, 2), np.int64)
    with device.driver.capture() as graph:
        made = [device.asarray(2.5), xp.asarray(np.float32(2.5)), xp.full((), 2.5)]
        y = x.copy()
        y[0] = 1
        product = xp.matmul(integers, integers)
        past_cupy = device.natives["matmul"](x, x.T)
        xp.linalg.svd(none), xp.linalg.qr(none), xp.nonzero(none), none.get(), none[none > 0]
        xp.repeat(xp.concatenate([x] * 8), 2, axis=0)
        xp.matmul(x[:, :0], none)
    graph.launch()
    assert [one.item() for one in made] == [2.5] * 3
    np.testing.assert_array_equal(product.get(), [[2, 2], [2, 2]])
    np.testing.assert_allclose(past_cupy.get(), HOST @ HOST.T, rtol=1e-6)


def test_memory_given_up_in_a_capture_is_handed_out_again(device, x):
    pool = device.driver.pool()
    with device.driver.capture(pool) as graph:
        y = x * 2
        for _ in range(9):
            y = y + 1  # while the last one is read there is another
    with device.driver.capture(pool) as other:
        z = y * 3 - 1
    graph.launch()
    other.launch()
    np.testing.assert_array_equal(z.get(), (HOST * 2 + 9) * 3 - 1)
    assert len(pool._held) == 3


@pytest.mark.parametrize(
    ("a", "b", "dtype", "words"),
    [
        ({"leading": 2}, {}, "float32", "leading dimension 2 of a is below its 3 rows"),
        ({"leading": 4}, {}, "float32", "gemm: a, .* begins or ends 3 bytes after the end"),
        ({}, {"pointer": 8}, "float32", "outside of device memory"),
        ({"pointer": None}, {}, "float64", "gemm: a, .* begins or ends .* after the end"),
        ({}, {}, "int32", "no product of int32"),
    ],
)
def test_a_product_checks_what_cublas_does_not(device, x, a, b, dtype, words):
    out = xp.empty((3, 3), np.float32)
    plain = {"pointer": x.data.ptr, "leading": 3, "transposed": False, "stride": 0}
    a = {**plain, **{k: v for k, v in a.items() if v is not None}}
    b = {**plain, "transposed": True, **b}
    c = Matrix(out.data.ptr, 3, False, 9)
    with pytest.raises(DeviceFault, match=words):
        device.driver.gemm(dtype, (3, 3, 2), Matrix(**a), Matrix(**b), c)


def test_overlapping_outputs_of_a_product_are_refused(device, x):
    out = xp.empty((2, 3, 3), np.float32)
    a, b = Matrix(x.data.ptr, 3, False, 0), Matrix(x.data.ptr, 3, True, 0)
    with pytest.raises(DeviceFault, match="overlap, stride 8"):
        device.driver.gemm("float32", (3, 3, 2), a, b, Matrix(out.data.ptr, 3, False, 8), batch=2)


def test_a_product_scales_and_adds(device, x):
    out = device.asarray(np.ones((3, 3), np.float32))
    a, b = Matrix(x.data.ptr, 3, False, 0), Matrix(x.data.ptr, 3, True, 0)
    c = Matrix(out.data.ptr, 3, False, 0)
    device.driver.gemm("float32", (3, 3, 2), a, b, c, alpha=2.0, beta=3.0)
    np.testing.assert_array_equal(out.get(), 2 * HOST.T @ HOST + 3)
