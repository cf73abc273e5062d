"""From one kind of value to another: arrays, numbers, Tensors and the boxes of transforms."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.engine.cells import at, bare, cell, element_type, handed, home_of, like, own_cell, raw

ARRAY, SCALAR, NUMBER = np.array([1.0, 2.0]), np.float64(3.0), 4.0
PLAIN, RECORDED = gg.tensor(ARRAY), gg.tensor(ARRAY, requires_grad=True)
KINDS = {"array": ARRAY, "scalar": SCALAR, "number": NUMBER, "Tensor": PLAIN, "leaf": RECORDED}
every_kind = pytest.mark.parametrize("x", KINDS.values(), ids=KINDS)


def boxes_of(x):
    """A box around ``x`` of grad, and one of jvp around that."""
    found = []

    def inner(y):
        found.append(y)
        return gg.sum(y)

    def outer(y):
        found.append(y)
        return gg.jvp(inner, (y,), (y * 0 + 1.0,))[0]

    gg.grad(outer)(x)
    return found


@every_kind
def test_raw_is_under_everything(x):
    data = x.data if isinstance(x, gg.Tensor) else x
    assert raw(x) is data
    assert all(raw(box) is data for box in boxes_of(x))


@every_kind
def test_the_type_of_elements_and_their_home_are_seen_through_boxes(x):
    for value in (x, *boxes_of(x)):
        assert element_type(value) is (float if x is NUMBER else np.dtype("float64"))
        assert home_of(2.0, value).name == "cpu"


@every_kind
def test_a_cell_is_a_tensor_and_tensors_stay(x):
    assert isinstance(cell(x), gg.Tensor) and cell(x).shape == np.shape(raw(x))
    assert all(cell(value) is value for value in (cell(x), *boxes_of(x)))


def test_bare_is_what_of_nothing_is_recorded():
    assert bare(PLAIN) is PLAIN.data
    for stays in (ARRAY, NUMBER, RECORDED, *boxes_of(PLAIN)):
        assert bare(stays) is stays


def test_at_a_level_a_box_is_its_lower_value_and_numbers_stay_numbers():
    traced, dual = boxes_of(ARRAY)
    assert at(dual, traced.level) is dual
    assert at(dual, dual.level).level == traced.level
    assert type(at(traced, traced.level)) is gg.Tensor
    box = boxes_of(NUMBER)[0]
    assert type(at(box, box.level)) is float


@pytest.mark.parametrize("x", [PLAIN, RECORDED, *boxes_of(ARRAY)], ids=str)
def test_a_cell_of_its_own_does_not_see_what_is_written(x):
    for own in (own_cell(x), handed(x)):
        assert type(own) is type(x) and own is not x
        assert own.node is x.node and own.level == x.level and raw(own) is raw(x)


LIKE = [  # x, y, the class of like(x, y)
    (ARRAY, PLAIN, gg.Tensor),
    (NUMBER, PLAIN, gg.Tensor),
    (PLAIN, ARRAY, np.ndarray),
    (NUMBER, ARRAY, float),
    (SCALAR, NUMBER, float),
    (gg.tensor(SCALAR), NUMBER, float),
    (ARRAY, NUMBER, np.ndarray),
    (RECORDED, ARRAY, gg.Tensor),
    (RECORDED, NUMBER, gg.Tensor),
]


@pytest.mark.parametrize(("x", "y", "kind"), LIKE)
def test_like_gives_what_the_caller_gave(x, y, kind):
    assert type(like(x, y)) is kind
