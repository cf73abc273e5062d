"""Operations of users: raw forward, rules of their own, in every transform."""

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg
from gpugrad import extend
from gpugrad.testing import gradcheck, gradgradcheck

X = numbers(3)


@extend.operation(
    to_x=lambda xp, g, y: xp.scale(g, y * (1 - y)),
    tangent=lambda xp, tx, y: xp.scale(tx, y * (1 - y)),
    batch=extend.elements,
)
def logistic(xp, x):
    """1 / (1 + e**-x), by NumPy itself."""
    return np.float64(1) / (1 + np.exp(-x))


@extend.linear(
    transpose=lambda xp, g, *, by: shifted(g, by=-by),
    batch=lambda xp, stack, *, by: stack.apply(*stack.arrays, by=by),
)
def shifted(xp, x, *, by=1):
    """The last axis moved on in a ring."""
    return np.roll(x, by, axis=-1)


@extend.bilinear(to_a=lambda xp, g, b: g * b, to_b=lambda xp, g, a: g * a, batch=extend.elements)
def product(xp, a, b):
    """Elements multiplied."""
    return a * b


@extend.elementwise(dx=lambda xp, y: -y * y)
def inverse(xp, x):
    """1 / x."""
    return 1 / x


@extend.operation(to_x=lambda xp, g, x: g * 2 * x, tangent=lambda xp, tx, x: 2 * x * tx)
def squares(xp, x):
    """x * x, without a batching rule."""
    assert type(x) is np.ndarray  # raw, at every level
    return np.square(x)


@extend.operation(
    to_x=lambda xp, g, x: g * x,
    tangent=lambda xp, tx, x: xp.sum(tx * x, axis=0),
    batch=extend.elements,
)
def short(xp, x):
    """A tangent that is summed by mistake."""
    return x * x / 2


CASES = {
    "logistic": (logistic, lambda x: 1 / (1 + np.exp(-x))),
    "shifted": (lambda x: shifted(x, by=2), lambda x: np.roll(x, 2)),
    "product": (lambda x: product(x, x[::-1]), lambda x: x * x[::-1]),
    "inverse": (inverse, lambda x: 1 / x),
    "squares": (squares, lambda x: x * x),
}


@pytest.mark.parametrize("name", CASES)
def test_values_and_derivatives_of_both_orders(name):
    function, reference = CASES[name]
    np.testing.assert_allclose(function(X).numpy(), reference(X), rtol=1e-14)
    gradcheck(function, [X])
    gradgradcheck(function, [X])


@pytest.mark.parametrize("name", CASES)
def test_batches_and_jacobians(name):
    function, reference = CASES[name]
    batch = np.stack([X, 2 * X, X - 0.3])
    np.testing.assert_allclose(
        gg.vmap(function)(batch), np.stack([reference(x) for x in batch]), rtol=1e-14
    )
    np.testing.assert_allclose(gg.jacfwd(function)(X), gg.jacrev(function)(X), rtol=1e-13)
    np.testing.assert_allclose(
        gg.linearize(function, X)[1](X), gg.jvp(function, (X,), (X,))[1], rtol=1e-13
    )


@pytest.mark.parametrize("other", [numbers(2, 3), numbers(2, 1), np.array(0.5)], ids=np.shape)
def test_what_broadcasts_gets_gradients_of_its_own_shape(other):
    """``product`` is bilinear as products of matrices are, which never broadcast."""

    def f(x):
        return gg.sum(gg.sin(product(x, other)))

    expected = np.sum(other * np.cos(X * other), axis=tuple(range(np.ndim(other) - 1)))
    expected = expected if np.ndim(other) else other * np.cos(X * other)
    x = gg.tensor(X, requires_grad=True)
    f(x).backward()
    batched = gg.vmap(gg.grad(f))(X[None])[0]
    over_boxes = gg.grad(lambda x: gg.sum(gg.vmap(f)(x)))(X[None])[0]
    for found in (gg.grad(f)(X), x.grad.numpy(), batched, over_boxes):
        np.testing.assert_allclose(found, expected, rtol=1e-13)
    gradcheck(lambda b: product(X, b), [other])
    gradgradcheck(lambda b: product(X, b), [other])


@extend.operation()
def doubled(xp, x):
    """2 x, without rules."""
    return x * 2


@extend.elementwise()
def tripled(xp, x):
    """3 x, without a partial."""
    return x * 3


@extend.bilinear()
def times(xp, a, b):
    """a * b, without pullbacks."""
    return a * b


@extend.operation()
def first_and_sign(xp, *x):
    """A float and truth values, without rules."""
    return x[0] * 1, x[0] > 0


UNRULED = {
    "doubled": doubled,
    "tripled": tripled,
    "times": lambda x: times(x, 2.0),
    "first_and_sign": lambda x: first_and_sign(x)[0],
}


@pytest.mark.parametrize("size", [3, 100_000])
@pytest.mark.parametrize("name", UNRULED)
def test_an_operation_without_rules_is_not_differentiated(name, size):
    function, x = UNRULED[name], gg.tensor(np.ones(size), requires_grad=True)
    for differentiate in (
        lambda: gg.sum(function(x)).backward(),
        lambda: gg.grad(lambda x: gg.sum(x * function(x)))(np.ones(size)),
        *([] if name == "times" else [lambda: gg.jvp(function, (x,), (x,))]),
    ):
        with pytest.raises(TypeError, match=rf"^{name} was declared without rules.*detach\(\)"):
            differentiate()
    assert gg.grad(lambda x: gg.sum(x * function(x.detach())))(np.ones(3)).shape == (3,)


def test_whole_numbers_and_truth_values_need_no_rules():
    @extend.operation()
    def place(xp, x):
        return np.argmax(x)

    @extend.elementwise()
    def positive(xp, x):
        return x > 0

    for function in (place, positive):
        assert gg.grad(lambda x, f=function: gg.sum(x + f(x)))(X).tolist() == [1, 1, 1]
        assert gg.jvp(lambda x, f=function: x + f(x), (X,), (X,))[1].tolist() == X.tolist()
    assert tripled(gg.tensor([1, 2])).dtype == gg.int64


def test_backward_and_names():
    x = gg.tensor(X, requires_grad=True)
    y = gg.sum(logistic(x))
    y.backward()
    np.testing.assert_allclose(x.grad.numpy(), np.exp(-X) / (1 + np.exp(-X)) ** 2, rtol=1e-13)
    assert logistic.__name__ == "logistic" and logistic.__doc__.startswith("1 / (1 + e**-x)")
    assert logistic.__module__ == __name__


def test_it_is_not_an_operation_of_everybody():
    from gpugrad.ops import REGISTRY

    assert not {"logistic", "shifted", "product", "inverse", "squares"} & set(REGISTRY)


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda: extend.operation(to_z=lambda xp, g: g, tangent=lambda xp, tx: tx), "'to_z'"),
        (lambda: extend.operation(to_x=lambda xp, g: g), "declared together"),
        (lambda: extend.operation(to_x=lambda xp, g, z: g, tangent=lambda xp, tx: tx), "'z'"),
        (lambda: extend.elementwise(dx=lambda x: x), "a rule starts with xp"),
    ],
)
def test_a_declaration_that_does_not_fit_is_told(declare, words):
    with pytest.raises(TypeError, match=words):
        declare()(lambda xp, x: x)


@pytest.mark.parametrize(
    "moved",
    [
        lambda f, x: gg.jvp(f, (x,), (np.ones(3),)),
        lambda f, x: gg.jacfwd(f)(x),
        lambda f, x: gg.linearize(f, x)[1](np.ones(3)),
        lambda f, x: gg.jvp(f, (gg.tensor(x),), (gg.ones(3),)),
        lambda f, x: gg.jvp(gg.grad(lambda x: gg.sum(f(x) * x)), (x,), (np.ones(3),)),
    ],
)
def test_a_tangent_of_another_shape_is_refused(moved):
    words = r"short: its tangent rule gave the shape \(\) for a result of shape \(3,\)"
    with pytest.raises(ValueError, match=words):
        moved(short, X)


@pytest.mark.parametrize("kind", ["operation", "elementwise", "linear", "bilinear"])
def test_a_decorator_without_its_parentheses_is_told(kind):
    with pytest.raises(
        TypeError, match=rf"^{kind}: rules come first, by keyword; @extend.{kind}\("
    ):
        getattr(extend, kind)(lambda xp, x: x)
    with pytest.raises(TypeError, match=f"^{kind}: the first argument is a function, not float"):
        getattr(extend, kind)()(3.0)
