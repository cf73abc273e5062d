"""``x[i]`` and ``x[i] = v``: any index, gradients to what is read and what is written."""

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg
from gpugrad.testing import gradcheck

X = numbers(3, 4)
INDICES = {
    "number": 1,
    "negative": -1,
    "numpy number": np.int64(2),
    "slice": slice(None, None, 2),
    "backwards": (slice(None), slice(None, None, -1)),
    "new axis": (None, 1, ..., None),
    "list": [2, 0, 0],
    "nothing": [],
    "mask": X > 0,
    "row mask": np.array([True, False, True]),
    "true": True,
    "arrays": (np.array([0, 2, 0]), np.array([1, 1, 1])),
    "apart": (slice(0, 2), None, np.array([[1, 3], [3, 3]])),
    "0-d": np.array(1),
    "a tuple of tuples": ((0, 2, 0), (1, 1, 0)),
    "a tuple beside": (slice(None), (0, 2)),
    "a range": range(2),
    "nothing deeper": [[]],
    "no tuple": ((),),
    "mixed": (2, np.array([0, 0, 3])),
}


REPEATING = {"arrays", "mixed", "apart", "list", "a tuple of tuples"}


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
class TestAnyIndex:
    def test_reads_as_numpy(self, index):
        np.testing.assert_array_equal(gg.tensor(X)[index].numpy(), X[index])

    def test_reading_differentiates(self, index):
        gradcheck(lambda x: gg.sin(gg.asarray(x)[index]), [X], order=2)

    def test_writes_as_numpy(self, index):
        mine, theirs = gg.tensor(X), X.copy()
        values = numbers(*X[index].shape, seed=7)
        mine[index] = values
        theirs[index] = values
        np.testing.assert_array_equal(mine.numpy(), theirs)

    def test_a_number_is_written_everywhere(self, index):
        mine, theirs = gg.tensor(X), X.copy()
        mine[index] = 7
        theirs[index] = 7
        np.testing.assert_array_equal(mine.numpy(), theirs)


@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
def test_a_device_takes_every_index_that_the_host_takes(index, device):
    x = gg.tensor(X, device=device.name)
    np.testing.assert_array_equal(x[index].numpy(), X[index])
    x[index] = 7
    expected = X.copy()
    expected[index] = 7
    np.testing.assert_array_equal(x.numpy(), expected)


def test_tensors_in_lists_and_on_the_host_index_what_is_on_a_device(device):
    x, one = gg.tensor(X, device=device.name), gg.tensor(1, device=device.name)
    pairs = [([one, one], [1, 1]), ([[one], [0]], [[1], [0]]), (np.int64(1), 1)]
    for index, same in [*pairs, (gg.tensor([1, 1], device="cpu"), [1, 1])]:
        np.testing.assert_array_equal(x[index].numpy(), X[same])
    with pytest.raises(IndexError, match="ndex 3 is out of bounds"):
        x[np.int64(3)]


def write(x, v, index):
    y = x + 0 * gg.sum(v)  # x may be a constant to the transform that v belongs to
    y[index] = v
    return gg.sin(y)


@pytest.mark.parametrize("name", sorted(INDICES.keys() - REPEATING))
def test_writing_differentiates_in_both(name):
    index = INDICES[name]
    gradcheck(lambda x, v: write(gg.asarray(x), v, index), [X, numbers(*X[index].shape)], order=2)


def test_tensors_are_indices():
    x = gg.tensor(X, requires_grad=True)
    rows, mask = gg.tensor([2, 2, 0]), gg.tensor(X) > 0
    np.testing.assert_array_equal(x[rows].detach().numpy(), X[[2, 2, 0]])
    (x[rows].sum() + x[mask].sum()).backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.array([[1], [0], [2]]) + (X > 0))


def test_writing_makes_a_new_array_and_node_in_the_same_cell():
    x = gg.tensor(X, requires_grad=True)
    y = x * 2
    earlier, array = gg.sin(y), y.data
    same, y[0] = y, gg.tensor(np.ones(4))
    assert same is y
    np.testing.assert_array_equal(array, 2 * X)  # what was saved of it stays
    (earlier.sum() + y.sum()).backward()
    expected = 2 * np.cos(2 * X) + 2
    expected[0] -= 2
    np.testing.assert_allclose(x.grad.numpy(), expected, rtol=1e-12)


def test_a_leaf_that_wants_a_gradient_refuses():
    x = gg.tensor(X, requires_grad=True)
    with pytest.raises(RuntimeError, match="leaf"):
        x[0] = 1.0
    with gg.no_grad():
        x[0] = 1.0
    assert x.is_leaf
    assert x.requires_grad
    assert x.tolist()[0] == [1] * 4


def test_a_transforms_value_does_not_escape_into_a_tensor_outside():
    outside = gg.tensor(X)

    def write_outside(v):
        outside[0] = v
        return gg.sum(outside)

    for transform in (
        lambda: gg.grad(write_outside)(X[0]),
        lambda: gg.jvp(write_outside, (X[0],), (X[0],)),
    ):
        with pytest.raises(RuntimeError, match="x lies outside"):
            transform()
    np.testing.assert_array_equal(outside.numpy(), X)


def test_in_place_operators_within_transforms():
    def doubled(x):
        y = x * 1
        y += x
        y[0] *= 3
        return gg.sum(y)

    assert gg.grad(doubled)(np.ones(3)).tolist() == [6, 2, 2]
    assert gg.jvp(doubled, (np.ones(3),), (np.array([1.0, 0, 0]),))[1] == 6


def test_values_take_the_dtype_of_what_they_are_written_into():
    x = gg.tensor([1, 2, 3])
    x[1] = 7.9
    assert x.tolist() == [1, 7, 3]
    half, v = gg.zeros(3, dtype="float16"), gg.ones((), requires_grad=True)
    half[1] = v
    half.sum().backward()
    assert half.dtype == np.float16
    assert v.grad.dtype == np.float32
    assert v.grad == 1


def test_a_shape_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"x\[\.\.\.\] = v: "):
        gg.tensor(X)[0] = np.ones(3)


def test_iteration_goes_over_the_first_axis():
    x = gg.tensor(X, requires_grad=True)
    first, *_, last = x
    (first * last).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [X[2], [0] * 4, X[0]])
    with pytest.raises(TypeError, match="0-d"):
        iter(gg.tensor(1.0))


def test_gradients_of_repeated_indices_are_the_same_bits_every_time():
    random = np.random.default_rng(0)
    rows = gg.tensor(random.integers(0, 5, 1000))
    weights = random.normal(size=1000).astype(np.float32)
    found = set()
    for _ in range(5):
        x = gg.zeros(5, requires_grad=True)
        (x[rows] * gg.tensor(weights)).sum().backward()
        found.add(x.grad.numpy().tobytes())
    assert len(found) == 1


@pytest.mark.parametrize("index", [[0, 1, 0], (slice(None), [2, -2, 2]), ([0, 1, 0], [3, 3, -1])])
def test_only_the_element_that_stays_has_a_gradient(index):
    index = index if isinstance(index, tuple) else (index,)
    arrays = tuple(np.array(i) if isinstance(i, list) else i for i in index)
    v = np.random.default_rng(1).normal(size=X[arrays].shape)

    def written(v):
        y = v.sum() * gg.zeros_like(X)
        y[arrays] = v * v
        return (y * X).sum()

    gradient = gg.grad(written)(v)
    one = np.zeros_like(v)
    for place in np.ndindex(v.shape):
        one[place] = 1
        assert gradient[place] == pytest.approx(float(gg.jvp(written, (v,), (one,))[1]))
        one[place] = 0
    numbers = np.full(X.shape, -1)
    numbers[arrays] = np.arange(v.size).reshape(v.shape)
    stays = numbers[arrays] == np.arange(v.size).reshape(v.shape)
    np.testing.assert_array_equal(gradient != 0, stays)
    gradcheck(written, [v], order=2)
