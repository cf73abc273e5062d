"""Jacobians and Hessians: against closed forms and a loop over directions, of every structure."""

import numpy as np
import pytest
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.transforms.basis import Directions

JACOBIANS = {"jacfwd": gg.jacfwd, "jacrev": gg.jacrev, "jacobian": gg.jacobian}
every_mode = pytest.mark.parametrize("jacobian", JACOBIANS.values(), ids=JACOBIANS)
MATRIX, X = numbers(4, 3), numbers(3, seed=2)


def by_loop(f, x):
    """The Jacobian column by column, by forward mode along each unit direction."""
    columns = []
    for i in range(x.size):
        unit = np.zeros(x.size)
        unit[i] = 1
        columns.append(gg.jvp(f, (x,), (unit.reshape(x.shape),))[1])
    return np.stack(columns, -1).reshape(*columns[0].shape, *x.shape)


FUNCTIONS = {
    "elementwise": (lambda x: gg.sin(x) * x, X),
    "matrix": (lambda x: MATRIX @ x, X),
    "layer": (lambda x: gg.tanh(MATRIX @ x) * gg.sum(x), X),
    "row": (lambda x: gg.exp(x @ MATRIX.T), X),
    "of a matrix": (lambda x: gg.sin(x) @ numbers(3, 2), MATRIX),
    "to a matrix": (lambda x: gg.outer(x, gg.cos(x)), X),
    "to a number": (lambda x: gg.sum(x**2), X),
    "of one element": (lambda x: gg.concat([x, x**2]), numbers(1)),
    "reordered": (lambda x: gg.flip(x) * gg.reshape(x, (3,)), X),
    "indexed": (lambda x: gg.stack([x[0] * x[1], x[2]]), X),
    "through integers": (lambda x: x * gg.astype(x > 0, gg.int64), X),
    "broadcast": (lambda x: x * gg.ones((2, 3), dtype="float64"), X),
    "divided": (lambda x: gg.sum(x) / x - x / 2, X),
    "used four times": (lambda x: (lambda y: y + y * 2 + gg.exp(y) + y * y)(gg.sin(x)), X),
    "sums": (lambda x: gg.sum(x, axis=0) + gg.sum(x * x, axis=1)[:3], MATRIX),
}


@every_mode
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_jacobian_is_that_of_a_loop(name, jacobian):
    f, x = FUNCTIONS[name]
    found = jacobian(f)(x)
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, by_loop(f, x), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_hessian_is_that_of_a_loop(name):
    f, x = FUNCTIONS[name]
    np.testing.assert_allclose(
        gg.hessian(f)(x), by_loop(lambda x: gg.jacrev(f)(x), x), rtol=1e-11, atol=1e-12
    )


@every_mode
def test_the_result_has_the_structures_of_result_and_input(jacobian):
    def f(p, scale):
        return {"a": gg.sum(p["x"]) * p["y"][0], "b": (p["x"] * scale,)}

    p = {"x": numbers(2, 3), "y": [numbers(2)], "nothing": None}
    found = jacobian(f)(p, 3.0)
    assert found["a"]["x"].shape == (2, 2, 3)
    np.testing.assert_allclose(found["a"]["y"][0], np.eye(2) * p["x"].sum())
    np.testing.assert_allclose(found["b"][0]["x"].reshape(6, 6), 3 * np.eye(6))
    np.testing.assert_array_equal(found["b"][0]["y"][0], np.zeros((2, 3, 2)))
    assert found["a"]["nothing"] is None
    both = jacobian(f, argnums=(0, 1))(p, 3.0)
    np.testing.assert_allclose(both["b"][0][1], p["x"])


@every_mode
def test_an_auxiliary_result_is_passed_on(jacobian):
    found, aux = jacobian(lambda x: (x * x, {"twice": 2 * x, "word": "w"}), has_aux=True)(X)
    np.testing.assert_allclose(found, np.diag(2 * X))
    np.testing.assert_array_equal(aux["twice"], 2 * X)
    assert aux["word"] == "w"


def test_the_hessian_of_containers_has_blocks():
    def f(p):
        return gg.sum(p["a"] ** 2) * p["b"]

    p = {"a": numbers(2), "b": np.float64(3.0)}
    found, aux = gg.hessian(lambda p: (f(p), "aux"), has_aux=True)(p)
    np.testing.assert_allclose(found["a"]["a"], 6 * np.eye(2))
    np.testing.assert_allclose(found["a"]["b"], 2 * p["a"])
    np.testing.assert_allclose(found["b"]["a"], 2 * p["a"])
    assert found["b"]["b"] == 0
    assert aux == "aux"


def test_hvp_is_the_hessian_times_a_direction():
    def f(x, y):
        return gg.sum(gg.sin(x) * y**2)

    x, y, v, w = (numbers(3, seed=i) for i in range(4))
    (xx, xy), (yx, yy) = gg.hessian(f, argnums=(0, 1))(x, y)
    first, second = gg.hvp(f, (x, y), (v, w))
    np.testing.assert_allclose(first, xx @ v + xy @ w)
    np.testing.assert_allclose(second, yx @ v + yy @ w)
    np.testing.assert_allclose(gg.hvp(lambda x: f(x, y), (x,), (v,)), xx @ v)


@every_mode
def test_of_empty_arrays_and_of_none(jacobian):
    assert jacobian(lambda x: x * 2)(np.zeros((0,))).shape == (0, 0)
    assert jacobian(lambda x: x * 2)(np.zeros((2, 0))).shape == (2, 0, 2, 0)
    assert jacobian(lambda x: gg.zeros((3,), dtype="float64"))(X).tolist() == [[0.0] * 3] * 3
    assert jacobian(lambda x: (x, None))(X)[1] is None
    np.testing.assert_array_equal(jacobian(lambda x: x)(X), np.eye(3))
    np.testing.assert_array_equal(jacobian(lambda x: (x, x))(X)[1], np.eye(3))


def test_complex_derivatives_ask_for_holomorphic():
    z = complexes(2)
    for jacobian in JACOBIANS.values():
        found = jacobian(lambda z: gg.sin(z) * z[::-1], holomorphic=True)(z)
        expected = np.diag(np.cos(z) * z[::-1]) + np.diag(np.sin(z))[:, ::-1]
        np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert gg.grad(gg.sin, holomorphic=True)(1 + 2j) == pytest.approx(np.cos(1 + 2j))
    found = gg.hessian(lambda z: gg.sum(z**3), holomorphic=True)(z)
    np.testing.assert_allclose(found, np.diag(6 * z), rtol=1e-14)
    np.testing.assert_allclose(gg.jacfwd(lambda x: gg.exp(1j * x))(X), np.diag(1j * np.exp(1j * X)))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gg.jacfwd(gg.sin)(complexes(2)), "jacfwd: a complex input needs holomorphic=True"),
        (lambda: gg.jacrev(gg.sin)(complexes(2)), "jacrev: holomorphic=False, but .* complex"),
        (lambda: gg.grad(gg.sin)(1j), "grad: holomorphic=False, but the result is complex"),
        (lambda: gg.grad(gg.abs, holomorphic=True)(1j), "grad: holomorphic=True, but .* is real"),
        (lambda: gg.grad(gg.sin, holomorphic=True)(1.0), "but an input is real"),
        (lambda: gg.jacfwd(gg.sin)(np.arange(3)), "jacfwd: an input of dtype int64"),
        (lambda: gg.hessian(gg.sin, argnums=1)(X), "argnums=1 for 1 positional"),
        (lambda: gg.jacrev(lambda x: x, has_aux=True)(X), "returns \\(result, anything\\)"),
    ],
)
def test_wrong_input_is_said(call, words):
    with pytest.raises(TypeError, match=words):
        call()


def test_unit_directions_are_held_as_a_diagonal_while_that_is_enough():
    seen = []

    def f(x):
        y = gg.sin(x)
        seen.append(type(y.tangent))
        seen.append(type((MATRIX @ y).tangent))
        return y

    gg.jacfwd(f)(X)
    assert seen[0] is Directions
    assert seen[1] is not Directions


def test_levels_below_a_jacobian_keep_their_gradients():
    w = gg.tensor(MATRIX, requires_grad=True)
    gg.sum(gg.jacrev(lambda x: gg.tanh(w @ x))(gg.tensor(X)) ** 2).backward()

    def reference(w):
        y = gg.tanh(w @ X)
        return gg.sum(((1 - y * y)[:, None] * w) ** 2)

    np.testing.assert_allclose(w.grad.numpy(), gg.grad(reference)(MATRIX), rtol=1e-12)
