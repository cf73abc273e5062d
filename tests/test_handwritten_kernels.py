"""Hand-written kernels: compiled for real architectures, run in the simulation, against NumPy."""

import re

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpugrad.backend import handwritten, random
from gpugrad.backend.kernels import nvrtc, sources
from gpugrad.backend.select import backend

HOST = backend("cpu")
ARCHITECTURES = ["sm_80", "sm_90"]
FILES = sorted({file for file, _, _ in handwritten.KERNELS})
DTYPES = {
    "float16": np.dtype("float16"), "bfloat16": np.dtype(ml_dtypes.bfloat16),
    "float32": np.dtype("float32"), "float64": np.dtype("float64"),
}  # fmt: skip
EPSILON = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float32": 2.0**-23, "float64": 2.0**-52}
ORDERS = ["ascending", "descending", "shuffled", "interleaved"]
ROWS = [(0, 5), (1, 1), (3, 1), (9, 7), (10, 32), (3, 257), (2, 1_000)]
needs_compiler = pytest.mark.needs_compiler
per_dtype = pytest.mark.parametrize("dtype", DTYPES)
per_order = pytest.mark.parametrize("order", ORDERS)


@pytest.fixture
def device():
    return backend("simulated")


@pytest.fixture
def ordered(device, order):
    with device.driver.thread_order(order):
        yield device


def numbers(shape, dtype="float64", seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(DTYPES[dtype])


def close(device, found, expected, dtype, units=8):
    """Within some units of the dtype's precision, of the result's size."""
    found = np.asarray(device.to_host(found))
    assert found.shape == expected.shape and found.dtype == DTYPES[dtype]
    bound = units * EPSILON[dtype] * max(1.0, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(found.astype("float64"), expected, rtol=0, atol=bound)


# The list of kernels.


def test_the_list_holds_every_kernel_of_the_folder():
    """Counted in the texts themselves: a line of a stamp, or a name written out."""
    on_disk = sorted(path.name for path in sources.folder().glob("*.cu"))
    assert on_disk == FILES
    names = [symbol for _, symbol, _ in handwritten.KERNELS]
    assert len(names) == len(set(names)) == 66
    stamped = {"philox.cu": 2, "softmax.cu": 2, "cross_entropy.cu": 2, "multi_tensor.cu": 2,
               "scatter_add.cu": 1, "reduce.cu": 2, "sort.cu": 0}  # fmt: skip
    for file in FILES:
        text = sources.source(file)
        stamps = len(re.findall(r"^STAMP\(", text, re.MULTILINE)) * stamped[file]
        written = len(re.findall(r'^extern "C" __global__ void \w+\(', text, re.MULTILINE))
        assert stamps + written == sum(f == file for f, _, _ in handwritten.KERNELS)


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("file", FILES)
def test_nvrtc_compiles_every_kernel(file, arch):
    required = [symbol for f, symbol, _ in handwritten.KERNELS if f == file]
    code = nvrtc.cubin(sources.source(file), arch)
    compiled = [name for name in required if f".text.{name}\0".encode() in code]
    assert compiled == required


@needs_compiler
def test_the_simulation_compiles_every_kernel(device):
    for file, symbol, _ in handwritten.KERNELS:
        assert handwritten.function(device.driver, file, symbol).name == symbol


# Softmax.


def log_softmax(x):
    shifted = x - x.max(axis=1, keepdims=True, initial=-1e308)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@needs_compiler
@per_order
@per_dtype
def test_softmax(ordered, dtype):
    for shape in ROWS:
        x, g = numbers(shape, dtype), numbers(shape, dtype, 1)
        wide_x, wide_g = x.astype("float64"), g.astype("float64")
        y = handwritten.softmax(ordered, ordered.asarray(x))
        expected = np.exp(log_softmax(wide_x))
        close(ordered, y, expected, dtype, 2)
        gx = handwritten.softmax_backward(ordered, ordered.asarray(g), y)
        kept = ordered.to_host(y).astype("float64")
        exact = kept * (wide_g - (wide_g * kept).sum(axis=1, keepdims=True))
        close(ordered, gx, exact, dtype)


@needs_compiler
@per_order
@per_dtype
def test_log_softmax(ordered, dtype):
    for shape in ROWS:
        x, g = numbers(shape, dtype), numbers(shape, dtype, 1)
        y = handwritten.log_softmax(ordered, ordered.asarray(x))
        close(ordered, y, log_softmax(x.astype("float64")), dtype, 2)
        gx = handwritten.log_softmax_backward(ordered, ordered.asarray(g), y)
        wide_g, kept = g.astype("float64"), ordered.to_host(y).astype("float64")
        close(ordered, gx, wide_g - np.exp(kept) * wide_g.sum(axis=1, keepdims=True), dtype, 40)


@needs_compiler
@pytest.mark.parametrize("columns", [3, 300])
def test_softmax_of_special_rows(device, columns):
    """Rows of -inf and rows with +inf or NaN are NaN; masked elements of other rows are 0."""
    x = np.zeros((5, columns), "float32")
    x[0], x[1, 1], x[2, 0], x[3, :-1], x[4] = -np.inf, np.inf, np.nan, -np.inf, np.float32(-3.4e38)
    y = device.to_host(handwritten.softmax(device, device.asarray(x)))
    assert np.isnan(y[:3]).all()
    assert (y[3, :-1] == 0).all() and y[3, -1] == 1
    np.testing.assert_allclose(y[4], 1 / columns, rtol=1e-6)
    logs = device.to_host(handwritten.log_softmax(device, device.asarray(x)))
    assert np.isnan(logs[:3]).all() and (logs[3, :-1] == -np.inf).all() and logs[3, -1] == 0


@needs_compiler
def test_softmax_of_large_numbers_does_not_overflow(device):
    x = np.array([[1e4, 1e4 - 1, -1e4]], "float32")
    y = device.to_host(handwritten.softmax(device, device.asarray(x)))
    np.testing.assert_allclose(y, np.exp(log_softmax(x.astype("float64"))), rtol=1e-6, atol=0)


# Cross-entropy.


def cross_entropy(x, labels, weight, ignored, smoothing):
    """Losses, and their sum's gradient."""
    rows, columns = x.shape
    weight = np.ones(columns) if weight is None else weight.astype("float64")
    log_p = log_softmax(x)
    target = np.full((rows, columns), smoothing / max(columns, 1))
    target[np.arange(rows), np.where(labels == ignored, 0, labels)] += 1 - smoothing
    target *= weight * (labels != ignored)[:, None]
    losses = -(target * log_p).sum(axis=1)
    return losses, np.exp(log_p) * target.sum(axis=1, keepdims=True) - target


@needs_compiler
@per_order
@per_dtype
def test_cross_entropy(ordered, dtype):
    wide = "float64" if dtype == "float64" else "float32"
    put = ordered.asarray
    for shape in ROWS:
        for weighted, smoothing in ((False, 0.0), (True, 0.0), (False, 0.1), (True, 0.2)):
            x, g = numbers(shape, dtype), numbers(shape[:1], wide, 1)
            labels = np.random.default_rng(2).integers(0, shape[1], shape[0])
            labels[1::3] = -100
            weight = np.abs(numbers(shape[1:], wide, 3)) if weighted else None
            on_device = None if weight is None else put(weight)
            settings = {"ignored": -100, "smoothing": smoothing}
            loss, *kept = handwritten.cross_entropy(
                ordered, put(x), put(labels), on_device, **settings
            )
            losses, gradient = cross_entropy(x.astype("float64"), labels, weight, -100, smoothing)
            close(ordered, loss, losses, wide)
            gx = handwritten.cross_entropy_backward(
                ordered, put(g), put(x), put(labels), on_device, *kept, **settings
            )
            close(ordered, gx, gradient * g.astype("float64")[:, None], dtype)


@needs_compiler
def test_labels_outside_are_nan_and_read_nothing(device):
    x, put = numbers((4, 5), "float32"), device.asarray
    labels = put(np.array([4, 5, -1, -7]))
    loss, *kept = handwritten.cross_entropy(device, put(x), labels, ignored=-7)
    assert np.isnan(device.to_host(loss)).tolist() == [False, True, True, False]
    ones = put(np.ones(4, "float32"))
    gx = handwritten.cross_entropy_backward(device, ones, put(x), labels, None, *kept, ignored=-7)
    assert np.isnan(device.to_host(gx)).all(axis=1).tolist() == [False, True, True, False]
    assert (device.to_host(gx)[3] == 0).all()


# Sums.

SUMS = [
    ((6,), ()), ((0, 3), (1, 3)), ((0, 3), (0, 1)), ((5, 1), (5, 1)), ((7, 33), (33,)),
    ((7, 33), (7, 1)), ((3, 5, 9), (1, 5, 1)), ((3, 5, 9), (3, 1, 9)), ((2, 3, 4, 5), (2, 1, 4, 1)),
    ((3_001,), (1,)), ((2_500, 3), (1, 3)), ((2, 1_100, 40), (2, 1, 40)), ((4, 1_000), (4, 1)),
]  # fmt: skip


def reference_sum(x, target):
    kept = (1,) * (x.ndim - len(target)) + target
    axes = tuple(i for i, (n, k) in enumerate(zip(x.shape, kept, strict=True)) if n != k)
    return x.sum(axis=axes, keepdims=True).reshape(target)


@needs_compiler
@per_order
@per_dtype
def test_sum_to(ordered, dtype):
    for shape, target in SUMS:
        x = numbers(shape, dtype)
        y = handwritten.sum_to(ordered, ordered.asarray(x), target)
        exact = reference_sum(x.astype("longdouble"), target)
        summed_in = EPSILON["float64" if dtype == "float64" else "float32"]
        of_sizes = reference_sum(np.abs(x.astype("float64")), target)
        bound = EPSILON[dtype] * np.abs(exact) + summed_in * of_sizes
        found = ordered.to_host(y)
        assert found.shape == target and found.dtype == DTYPES[dtype]
        assert (np.abs(found.astype("longdouble") - exact) <= bound).all()


@needs_compiler
def test_sums_have_the_same_bits_in_every_thread_order(device):
    x = device.asarray(numbers((3_000, 5), "float32"))
    bits = set()
    for order in ORDERS:
        with device.driver.thread_order(order):
            bits.add(device.to_host(handwritten.sum_to(device, x, (5,))).tobytes())
            bits.add(device.to_host(handwritten.sum_to(device, x, ())).tobytes())
    assert len(bits) == 2


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=6))
def test_passes_sum_exactly_the_repeated_axes(axes):
    shape = tuple(n for n, _ in axes)
    target = tuple(1 if summed else n for n, summed in axes)
    x = np.arange(np.prod(shape, dtype=int), dtype="float64").reshape(shape)
    y = x
    for outer, reduced, inner in handwritten.sum_passes(shape, target):
        y = y.reshape(outer, reduced, inner).sum(axis=1)
    assert np.array_equal(y.reshape(target), reference_sum(x, target))


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 10**4))
def test_chunks_cover_the_summed_axis(outer, reduced, inner):
    chunks, length = handwritten.sum_chunks(outer, reduced, inner)
    assert chunks >= 1 and chunks * length >= reduced and (chunks - 1) * length <= reduced


# Sorting and scatter-add.


@needs_compiler
@per_order
@pytest.mark.parametrize(
    ("count", "limit"),
    [(0, 3), (1, 0), (7, 2), (300, 5), (2_048, 16), (2_049, 300), (9_000, 70_000)],
)
def test_argsort(ordered, count, limit):
    keys = np.random.default_rng(limit).integers(-1, limit + 2, count)
    order = ordered.to_host(handwritten.argsort(ordered, ordered.asarray(keys), limit))
    last = np.where((keys < 0) | (keys >= limit), limit, keys)
    assert np.array_equal(order, np.argsort(last, kind="stable"))


@needs_compiler
@per_order
@per_dtype
def test_scatter_add_has_the_bits_of_the_sequential_loop(ordered, dtype):
    wide = DTYPES["float32"] if dtype in ("float16", "bfloat16") else DTYPES[dtype]
    random_state = np.random.default_rng(3)
    for rows, count, tail in ((4, 0, (3,)), (1, 9, ()), (5, 40, (1,)), (7, 300, (33,)),
                              (50, 30, (2, 20))):  # fmt: skip
        x, updates = numbers((rows, *tail), dtype), numbers((count, *tail), dtype, 1)
        indices = random_state.integers(0, rows, count)
        expected = x.astype(wide)
        np.add.at(expected, indices, updates.astype(wide))
        arrays = (ordered.asarray(a) for a in (x, indices, updates))
        found = ordered.to_host(handwritten.scatter_add(ordered, *arrays))
        assert found.tobytes() == expected.astype(x.dtype).tobytes()


@needs_compiler
def test_scatter_add_leaves_its_input_and_indices_outside_alone(device):
    x = device.asarray(numbers((3, 2), "float32"))
    updates, indices = numbers((3, 2), "float32", 1), np.array([-1, 3, 1])
    y = handwritten.scatter_add(device, x, device.asarray(indices), device.asarray(updates))
    expected = numbers((3, 2), "float32")
    assert np.array_equal(device.to_host(x), expected)
    expected[1] += updates[2]
    assert np.array_equal(device.to_host(y), expected)


# Random numbers.


@needs_compiler
@per_order
@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 9, 4_099])
def test_random_bits_are_the_hosts(ordered, count):
    draws = [
        lambda b, g: random.words(b, count, g),
        lambda b, g: random.integers(b, count, -7, 2**40, generator=g),
        lambda b, g: random.integers(b, count, -(2**63), 2**63, generator=g),
        lambda b, g: random.integers(b, count, 0, 10, "int32", generator=g),
        lambda b, g: random.bernoulli(b, count, 0.3, g),
        lambda b, g: random.bernoulli(b, count, 1.0, g),
        lambda b, g: random.permutation(b, count, g),
        *(
            lambda b, g, dtype=dtype: random.uniform(b, count, dtype, -0.3, 0.7, g)
            for dtype in DTYPES
        ),
    ]
    host, on_device = random.Generator(2**70 + 5, 3), random.Generator(2**70 + 5, 3)
    for draw in draws:
        expected, found = draw(HOST, host), ordered.to_host(draw(ordered, on_device))
        assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes()
        assert host.counter.get() == on_device.counter.get()


@needs_compiler
@per_dtype
def test_normals_are_the_hosts_within_two_units(device, dtype):
    expected = random.normal(HOST, (300, 101), dtype, generator=random.Generator(5))
    drawn = random.normal(device, (300, 101), dtype, generator=random.Generator(5))
    found, size = device.to_host(drawn).astype("float64"), expected.astype("float64")
    units = np.abs(found - size) / (EPSILON[dtype] * 2.0 ** np.floor(np.log2(np.abs(size))))
    assert units.max() <= 2


@needs_compiler
def test_normals_far_out_are_reached(device):
    """The outermost quantiles, where the third polynomial takes over, against the host's."""
    place = next(
        block for block in range(0, 4_000_000, 65_536)
        if np.abs(random.normal(HOST, 2**19, "float32", generator=random.Generator(1, block))).max()
        > 4.9
    )  # fmt: skip
    drawn = random.normal(device, 2**19, "float32", generator=random.Generator(1, place))
    expected = random.normal(HOST, 2**19, "float32", generator=random.Generator(1, place))
    np.testing.assert_allclose(device.to_host(drawn), expected, rtol=2.4e-7)


@needs_compiler
def test_a_replayed_launch_reads_the_counter_anew(device):
    """Kernels add the base in their state to the position that they were launched with."""
    generator = random.Generator(12)
    state = device.asarray(np.array([12, 0, 1_000], np.uint64))
    generator._states[device] = state
    drawn = random.words(device, 40, generator)
    expected = random.words(HOST, 40, random.Generator(12, 1_000))
    assert np.array_equal(device.to_host(drawn), expected)
