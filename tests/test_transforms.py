"""What transforms make of unusual arguments and results; linearize; memory of forward mode."""

import tracemalloc

import numpy as np
import pytest
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.transforms.linear import linear_map

X, Y = numbers(3), numbers(3, seed=1)


def reverse(f, *primals):
    """Each primal's gradient of the sum of all results, by vjp."""
    y, pull = gg.vjp(f, *primals)
    return pull(ones(y))


def forward(f, *primals):
    """The same, by a jvp along each unit direction."""
    return tuple(by_columns(f, primals, i, gg.jvp) for i in range(len(primals)))


def linear(f, *primals):
    """The same, by one linear map for all directions."""
    return tuple(
        by_columns(f, primals, i, lambda f, p, t: (None, gg.linearize(f, *p)[1](*t)))
        for i in range(len(primals))
    )


def rows(f, *primals):
    """The same, by Jacobians."""
    return gg.jacrev(lambda *p: total(f(*p)), argnums=range(len(primals)))(*primals)


def ones(tree):
    if isinstance(tree, dict):
        return {k: ones(v) for k, v in tree.items()}
    if isinstance(tree, tuple | list):
        return type(tree)(map(ones, tree))
    return None if tree is None else gg.ones_like(tree)


def total(tree):
    values = tree.values() if isinstance(tree, dict) else tree
    if isinstance(tree, dict | tuple | list):
        return sum((total(v) for v in values if v is not None), start=0.0)
    return gg.sum(tree) * 1.0


def by_columns(f, primals, i, push):
    x = primals[i]
    found = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        tangents = [np.zeros(p.shape) for p in primals]
        tangents[i][place] = 1
        moved = push(f, primals, tuple(tangents))[1]
        found[place] = float(total(moved))
    return found


MODES = {"reverse": reverse, "forward": forward, "linear": linear, "rows": rows}
every_mode = pytest.mark.parametrize("derivatives", MODES.values(), ids=MODES)

FUNCTIONS = {  # what is unusual -> function, gradients of the sum of its results
    "a result that is an input": (lambda x, y: (x, y * 2), (np.ones(3), 2 * np.ones(3))),
    "one result twice": (lambda x, y: [x * y] * 2, (2 * Y, 2 * X)),
    "an input that does not matter": (lambda x, y: gg.sum(x), (np.ones(3), np.zeros(3))),
    "a result that depends on nothing": (
        lambda x, y: {"a": x, "b": gg.ones(2, dtype="float64")},
        (np.ones(3), np.zeros(3)),
    ),
    "a result None": (lambda x, y: (x, None, y), (np.ones(3), np.ones(3))),
    "a result that is a number": (lambda x, y: (gg.sum(x), 2.0), (np.ones(3), np.zeros(3))),
    "nested containers": (lambda x, y: {"a": [x, (y, {"b": x})]}, (2 * np.ones(3), np.ones(3))),
    "through booleans": (lambda x, y: gg.where(x > y, x, y), ((X > Y) * 1.0, (X <= Y) * 1.0)),
    "through integers": (
        lambda x, y: x * gg.astype(gg.argmax(y), gg.float64),
        (np.full(3, Y.argmax()), 0 * Y),
    ),
    "through an empty array": (lambda x, y: (gg.sum(x[:0]) + y, x[:0]), (0 * X, np.ones(3))),
    "in place": (lambda x, y: _in_place(x, y), (np.array([0.0, 2, 2]), np.array([1.0, 0, 0]))),
}


def _in_place(x, y):
    z = x * 2
    z[0] = y[0]
    return z


@every_mode
@pytest.mark.parametrize("name", FUNCTIONS)
def test_unusual_functions(name, derivatives):
    f, expected = FUNCTIONS[name]
    for found, wanted in zip(derivatives(f, X, Y), expected, strict=True):
        np.testing.assert_allclose(np.asarray(found), wanted, rtol=1e-13)


@every_mode
def test_one_array_given_twice(derivatives):
    for found, wanted in zip(
        derivatives(lambda x, y: x * x * y, X, X), (2 * X * X, X * X), strict=True
    ):
        np.testing.assert_allclose(np.asarray(found), wanted)


@every_mode
@pytest.mark.parametrize("shape", [(0,), (2, 0)])
def test_empty_inputs(shape, derivatives):
    (found,) = derivatives(lambda x: gg.sum(x * 2), np.zeros(shape))
    assert found.shape == shape


def test_containers_with_none_and_argnums_from_the_end():
    def f(a, p):
        return gg.sum(a) + gg.sum(p["w"] ** 2) * p["b"][0]

    p = {"w": X, "b": [np.float64(3.0), None], "c": None}
    found = gg.grad(f, argnums=-1)(Y, p)
    np.testing.assert_allclose(found["w"], 6 * X)
    assert found["b"][1] is None and found["c"] is None
    _, moved = gg.jvp(lambda p: f(Y, p), (p,), ({"w": Y, "b": [np.float64(0.0), None], "c": None},))
    assert float(moved) == pytest.approx(6 * X @ Y)


REFUSED = {
    "grad": lambda x: gg.grad(gg.sum)(x),
    "vjp": lambda x: gg.vjp(gg.sum, x),
    "jvp": lambda x: gg.jvp(gg.sum, (x,), (x,)),
    "linearize": lambda x: gg.linearize(gg.sum, x),
    "jacfwd": lambda x: gg.jacfwd(gg.sum)(x),
    "elementwise_grad": lambda x: gg.elementwise_grad(gg.sum)(x),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("x", [np.arange(3), np.array([True]), 3, True], ids=str)
def test_what_has_no_derivative_is_refused_by_name(name, x):
    with pytest.raises(TypeError, match=f"{name}: an input of .* has no derivative; give a float"):
        REFUSED[name](x)


def test_other_arguments_may_be_anything():
    def f(x, rows, word, flag):
        return gg.sum(x[rows]) if flag and word == "w" else x

    np.testing.assert_array_equal(gg.grad(f)(X, np.array([0, 0, 2]), "w", True), [2, 0, 1])


def test_auxiliary_results():
    def f(x):
        return gg.sum(x**2), {"twice": 2 * x, "n": 3}

    _, pull, aux = gg.vjp(f, X, has_aux=True)
    assert aux["n"] == 3 and type(aux["twice"]) is np.ndarray
    np.testing.assert_allclose(pull(1.0)[0], 2 * X)
    _, moved, aux = gg.jvp(f, (X,), (Y,), has_aux=True)
    np.testing.assert_allclose(aux["twice"], 2 * X)
    assert float(moved) == pytest.approx(2 * X @ Y)


def test_a_linear_map_is_used_again_and_in_batches():
    def f(x):
        return gg.sin(x) * x, gg.cumsum(x * x)

    value, push = gg.linearize(f, X)
    for direction in (Y, 2 * Y):
        expected = gg.jvp(f, (X,), (direction,))[1]
        for found, wanted in zip(push(direction), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-13)
    columns = gg.vmap(push)(np.eye(3))[1]
    np.testing.assert_allclose(columns.T, gg.jacfwd(f)(X)[1], rtol=1e-13)
    np.testing.assert_allclose(value[0], np.sin(X) * X)
    with pytest.raises(ValueError, match=r"linearize: a tangent of shape \(2,\) for .* \(3,\)"):
        push(np.ones(2))
    with pytest.raises(ValueError, match=r"tangents should be \(\*,\) and is \(\*, \*\)"):
        push(Y, Y)


def test_a_linear_map_leaves_out_what_no_result_needs():
    def f(x):
        gg.cumsum(x * x)  # unused
        return gg.flip(x) * 2

    _, moves = linear_map(f, [X], lambda leaves: leaves)
    assert len(moves.steps) == 2  # the input and the flip; the product is a factor


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_factors_of_a_linear_map_have_the_dtype_of_the_values(dtype):
    """The partials of maximum are of the default dtype, or of NumPy's, whatever x is."""
    x = X.astype(dtype)
    for bound in (0.1, np.array([0.1], dtype), np.full_like(x, 0.1)):
        _, moves = linear_map(lambda x, b=bound: gg.sin(gg.maximum(x, b)), [x], lambda new: new)
        assert moves.terms[0].factor.dtype == dtype
        expected = np.where(x > 0.1, np.cos(x), 0)
        np.testing.assert_allclose(moves.terms[0].factor, expected, rtol=np.finfo(dtype).eps * 2)


def test_complex_gradients_in_both_conventions():
    """|z|**2 has the gradient 2z as torch gives it, and its conjugate as jax does."""
    z = complexes(3)

    def f(z):
        return gg.sum(gg.real(z * gg.conj(z)))

    np.testing.assert_allclose(gg.grad(f)(z), 2 * np.conj(z))
    np.testing.assert_allclose(gg.vjp(f, z)[1](1.0)[0], 2 * np.conj(z))
    leaf = gg.tensor(z, requires_grad=True)
    f(leaf).backward()
    np.testing.assert_allclose(leaf.grad.numpy(), 2 * z)


def test_directions_have_the_dtypes_of_what_they_belong_to():
    x, t = X.astype("float32"), np.array([1, 0, 2])
    for f in (lambda x: x, lambda x: -x, gg.exp):
        assert gg.jvp(f, (x,), (t,))[1].dtype == np.float32
        assert gg.linearize(f, x)[1](t * 1.0).dtype == np.float32
        assert gg.vjp(f, x)[1](t)[0].dtype == np.float32
    for call in (
        lambda: gg.jvp(gg.exp, (X,), (1j * X,)),
        lambda: gg.vjp(gg.exp, X)[1](1j * X),
        lambda: gg.linearize(gg.exp, X)[1](1j * X),
    ):
        with pytest.raises(TypeError, match=r"tangent that is complex .* real; give gg\.real"):
            call()


@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_constants_of_other_dtypes_lose_no_digits_below_another_transform(dtype):
    base = np.array([2, 3, 5], dtype)
    second = np.log(base.astype("float64")) ** 2 * base.astype("float64") ** X

    def first(x):
        return gg.grad(lambda x: gg.sum(gg.power(base, x)))(x)

    for found in (
        gg.jvp(first, (X,), (np.ones(3),))[1],
        gg.grad(lambda x: gg.sum(first(x)))(X),
        np.diag(gg.jacfwd(gg.jacfwd(lambda x: gg.sum(gg.power(base, x))))(X)),
    ):
        np.testing.assert_allclose(found, second, rtol=1e-14)


HOOKED = {"an argument": lambda x: x, "a result": lambda x: x * 2.0}


@pytest.mark.parametrize("name", HOOKED)
def test_hooks_within_a_gradient_may_use_values_of_other_transforms(name):
    def f(u):
        def inner(x):
            y = HOOKED[name](x)
            y.register_hook(lambda g: g * u)
            return y * 3.0

        return gg.grad(inner)(1.0)

    slope = f(1.0)
    assert slope == 3.0 * HOOKED[name](1.0)
    assert gg.grad(f)(2.0) == slope
    assert gg.jvp(f, (2.0,), (1.0,)) == (2 * slope, slope)


def test_a_hook_may_use_values_of_its_own_function():
    def f(x):
        y = gg.sin(x)
        y.register_hook(lambda g: g * x)
        return gg.sum(y)

    found = gg.grad(f)(X)
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, X * np.cos(X))


def peak(steps):
    """Bytes at the most while a tangent is carried through a chain of ``steps``."""

    def f(x):
        for _ in range(steps):
            x = gg.sin(x) * 1.01
        return x

    x, t = np.ones(10_000), np.ones(10_000)
    gg.jvp(f, (x,), (t,))
    tracemalloc.start()
    try:
        gg.jvp(f, (x,), (t,))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_forward_mode_keeps_nothing_of_the_past():
    assert peak(512) < 1.1 * peak(32)
