"""vmap itself: where members lie in arguments and results, containers, what is refused."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg

B, C, X = numbers(2, 3), numbers(3, 2, seed=1), numbers(3, seed=2)
Pair = namedtuple("Pair", "a b")

IN_AXES = {  # function, in_axes, arguments, the result by NumPy
    "first axes": (lambda x, y: x * y, 0, (B, C.T), B * C.T),
    "one for all": (lambda x, y: x * y, 1, (C, B.T), (C * B.T).T),
    "from the end": (lambda x, y: x * y, (-1, 0), (C, B), C.T * B),
    "shared": (lambda x, y: x * y, (0, None), (B, X), B * X),
    "a list of axes": (lambda x, y: x * y, [0, None], (B, X), B * X),
    "shared numbers": (lambda x, n, word: x**n, (0, None, None), (B, 3, "w"), B**3),
    "NumPy's integers": (lambda x: x * 2, np.int64(1), (C,), 2 * C.T),
    "numbers as members": (lambda i: gg.tensor(X)[i], 0, (np.array([2, 0]),), X[[2, 0]]),
    "a list is a container": (lambda x: x[0] - x[1], 0, ([B, C.T],), B - C.T),
    "one axis for a container": (
        lambda p: p["a"] + p["b"][0],
        0,
        ({"a": B, "b": (C.T,)},),
        B + C.T,
    ),
    "axes in containers": (
        lambda p, y: p["a"] * p["b"][0] + y,
        ({"a": 0, "b": [1]}, None),
        ({"a": B, "b": [C]}, X),
        B * C.T + X,
    ),
    "None in a container": (
        lambda p: p[0] + p[1]["q"],
        ((0, {"q": None}),),
        ((B, {"q": X}),),
        B + X,
    ),
    "None as an argument": (lambda p: p[0], ((0, None),), ((B, None),), B),
    "None as an argument, with an axis": (lambda p: p[0], 0, ((B, None),), B),
    "a namedtuple": (lambda p: p.a * p.b, (Pair(0, None),), (Pair(B, X),), B * X),
    "a dict in another order": (
        lambda p: p["b"] * p["a"],
        ({"b": 0, "a": None},),
        ({"a": X, "b": B},),
        B * X,
    ),
    "an OrderedDict": (
        lambda p: p["b"] * gg.sum(p["a"]),
        (OrderedDict(b=1, a=None),),
        (OrderedDict(b=C, a=X),),
        C.T * X.sum(),
    ),
}


@pytest.mark.parametrize("name", IN_AXES)
def test_members_of_arguments(name):
    f, in_axes, arguments, expected = IN_AXES[name]
    found = gg.vmap(f, in_axes=in_axes)(*arguments)
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_arguments_by_keyword_have_their_members_along_the_first_axis():
    found = gg.vmap(lambda x, y: x * y, in_axes=1)(C, y=B)
    np.testing.assert_array_equal(found, C.T * B)


def test_members_of_results():
    def f(x):
        return {"a": x, "b": (gg.outer(x, x), None, 7), "c": gg.sum(x)}

    found = gg.vmap(f, out_axes={"a": 1, "b": (-1, None, 0), "c": 0})(B)
    np.testing.assert_array_equal(found["a"], B.T)
    np.testing.assert_array_equal(found["b"][0], np.einsum("ki,kj->ijk", B, B))
    assert found["b"][1] is None
    np.testing.assert_array_equal(found["b"][2], [7, 7])
    np.testing.assert_allclose(found["c"], B.sum(axis=1))
    same = gg.vmap(lambda x: (x, "word", 2.0), out_axes=(0, None, None))(B)
    assert same[1:] == ("word", 2.0)


def test_what_members_share_is_repeated():
    constant = gg.tensor(X)
    found = gg.vmap(lambda x: (x, constant), out_axes=(0, 1))(B)[1]
    np.testing.assert_array_equal(found, np.stack([X, X], axis=1))


@pytest.mark.parametrize("out_axes", [0, 1, 2, -1])
def test_batches_of_batches_of_different_sizes(out_axes):
    outer = gg.vmap(
        lambda x: gg.vmap(lambda y: gg.outer(x, y), out_axes=-1)(numbers(4, 2)), out_axes=out_axes
    )
    expected = np.moveaxis(np.einsum("ki,bj->kijb", B, numbers(4, 2)), 0, out_axes)
    np.testing.assert_allclose(outer(B), expected, rtol=1e-15)


def test_either_of_two_levels_may_share_an_argument():
    columns = gg.vmap(lambda x, y: gg.sum(x * y), (None, 1))
    found = gg.vmap(columns, (0, None))(B, C)
    np.testing.assert_allclose(found, B @ C)


@pytest.mark.parametrize("f", [lambda x: gg.sin(x), gg.grad(lambda x: gg.sum(x) * (x @ x))])
def test_a_batch_may_be_empty(f):
    assert gg.vmap(f)(np.zeros((0, 3))).shape == (0, 3)


def test_random_numbers_are_those_of_one_member():
    gg.random.seed(1)
    found = gg.vmap(lambda x: 0 * x + gg.random.uniform(size=3))(B)
    gg.random.seed(1)
    one = gg.random.uniform(size=3).numpy()
    np.testing.assert_array_equal(found, np.stack([one, one]))


def test_a_value_shows_one_member():
    def f(x):
        assert (x.shape, x.ndim, x.size, len(x), x.dtype) == ((3,), 1, 3, 3, np.float64)
        assert x.device == "cpu"
        a, *rest = x
        return a - sum(rest) + np.sin(x[-1])

    found = gg.vmap(f)(B)
    np.testing.assert_allclose(found, B[:, 0] - B[:, 1:].sum(axis=1) + np.sin(B[:, 2]))


def test_what_is_recorded_stays_recorded():
    x = gg.tensor(C, requires_grad=True)
    gg.sum(gg.vmap(lambda x: gg.sum(x) ** 2, in_axes=1)(x)).backward()
    np.testing.assert_allclose(x.grad.numpy(), np.broadcast_to(2 * C.sum(axis=0), (3, 2)))


def test_it_has_the_name_of_the_function():
    def work(x):
        """Words."""
        return x

    assert (gg.vmap(work).__name__, gg.vmap(work).__doc__) == ("work", "Words.")


REFUSED = {
    "another number of axes": (
        lambda: gg.vmap(gg.add, in_axes=(0,))(B, B),
        ValueError,
        r"in_axes=\(0,\) for 2 arguments",
    ),
    "another container": (
        lambda: gg.vmap(lambda p: p, in_axes=({"a": 0},))((B,)),
        ValueError,
        "does not have the structure",
    ),
    "another key": (
        lambda: gg.vmap(lambda p: p, in_axes=({"a": 0, "c": 0},))({"a": B, "b": B}),
        ValueError,
        "does not have the structure",
    ),
    "another length": (
        lambda: gg.vmap(lambda p: p, in_axes=([0],))([B, B]),
        ValueError,
        "does not have the structure",
    ),
    "results of another structure": (
        lambda: gg.vmap(lambda x: (x, x), out_axes=(0,))(B),
        ValueError,
        "out_axes=.* does not have the structure",
    ),
    "no axis": (lambda: gg.vmap(gg.sin, in_axes=2)(B), ValueError, r"\(2, 3\) has no axis 2"),
    "no axis of a number": (
        lambda: gg.vmap(gg.add)(B, 1.0),
        ValueError,
        "has no axis 0; in_axes=None passes it",
    ),
    "no axis of a result": (
        lambda: gg.vmap(gg.sin, out_axes=2)(B),
        ValueError,
        "out_axes=2 for a result that has 2 axes",
    ),
    "no integer": (lambda: gg.vmap(gg.sin, in_axes=0.5)(B), TypeError, "an axis is an integer"),
    "two lengths": (
        lambda: gg.vmap(gg.add)(B, C),
        ValueError,
        r"not 2 \(axis 0 of \(2, 3\)\), 3 \(axis 0 of \(3, 2\)\)",
    ),
    "no batch": (lambda: gg.vmap(gg.sin, in_axes=None)(B), ValueError, "not none at all"),
    "no arguments": (lambda: gg.vmap(lambda: 1)(), ValueError, "not none at all"),
    "a result of members as one": (
        lambda: gg.vmap(gg.sin, out_axes=None)(B),
        ValueError,
        "differs between members",
    ),
    "no array": (
        lambda: gg.vmap(lambda x: (x, "word"))(B),
        TypeError,
        "a result 'word' is not an array; out_axes=None",
    ),
    "a branch": (lambda: gg.vmap(lambda x: x if x[0] > 0 else -x)(B), TypeError, "use gg.where"),
    "a number": (lambda: gg.vmap(lambda x: float(x[0]))(B), TypeError, "Python cannot read it"),
    "an array": (lambda: gg.vmap(lambda x: np.asarray(x))(B), TypeError, "Python cannot read it"),
    "writing outside": (lambda: gg.vmap(_written)(B), RuntimeError, "by gg.stack"),
}


def _written(x):
    y = gg.zeros(3, dtype="float64")
    y[0] = x[0]
    return y


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why(name):
    call, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        call()


def test_members_have_the_methods_of_a_tensor():
    """What batches know of themselves hides none of them."""
    stack = numbers(2, 3, 3)
    found = gg.vmap(lambda x: x.diagonal() + x.trace() + x.T.sum(axis=0))(stack)
    expected = [np.diagonal(x) + np.trace(x) + x.sum(axis=1) for x in stack]
    np.testing.assert_allclose(found, expected)
    unit = gg.jacfwd(lambda x: x.diagonal() * 2)(stack[0])
    np.testing.assert_array_equal(unit.sum((1, 2)), [2.0, 2.0, 2.0])
