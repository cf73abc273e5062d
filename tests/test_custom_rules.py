"""custom_vjp and custom_jvp: the user's rule in every transform, and what it must be."""

import numpy as np
import pytest
from sample import numbers

import gpugrad as gg

X, Y = numbers(3), numbers(3, seed=1)


def native(x, y):
    return {"a": gg.sin(x) * y, "b": gg.sum(x) * gg.exp(y)}


def by_vjp():
    f = gg.custom_vjp(native)

    def backward(kept, g):
        x, y, e = kept
        return (
            g["a"] * gg.cos(x) * y + gg.sum(g["b"] * e),
            g["a"] * gg.sin(x) + g["b"] * gg.sum(x) * e,
        )

    f.defvjp(lambda x, y: (native(x, y), (x, y, gg.exp(y))), backward)
    return f


def by_jvp():
    f = gg.custom_jvp(native)

    @f.defjvp
    def rule(primals, tangents):
        (x, y), (dx, dy) = primals, tangents
        moved = {
            "a": gg.cos(x) * dx * y + gg.sin(x) * dy,
            "b": gg.sum(dx) * gg.exp(y) + gg.sum(x) * gg.exp(y) * dy,
        }
        return f(x, y), moved

    return f


def scalar(f):
    return lambda x, y=Y: gg.sum(f(x, y)["a"] ** 2) + gg.sum(gg.sin(f(x, y)["b"]))


PAIR = np.stack([X, 2 * X])
REVERSE = {
    "grad": lambda f: gg.grad(f)(X),
    "grad in the second": lambda f: gg.grad(f, argnums=1)(X, Y),
    "grad of grad": lambda f: gg.grad(lambda x: gg.sum(gg.grad(f)(x) ** 2))(X),
    "hessian": lambda f: gg.hessian(f)(X),
    "jacfwd of jacrev": lambda f: gg.jacfwd(gg.jacrev(f))(X),
    "vmap of grad": lambda f: gg.vmap(gg.grad(f))(PAIR),
    "grad of vmap, shared": lambda f: gg.grad(
        lambda y: gg.sum(gg.vmap(f, in_axes=(0, None))(PAIR, y))
    )(Y),
    "grad of vmap of grad": lambda f: gg.grad(
        lambda y: gg.sum(gg.vmap(gg.grad(f), in_axes=(0, None))(PAIR, y) ** 2)
    )(Y),
    "vmap": lambda f: gg.vmap(f)(PAIR),
}
FORWARD = {
    "jvp": lambda f: gg.jvp(f, (X,), (Y,))[1],
    "jacfwd of jacfwd": lambda f: gg.jacfwd(gg.jacfwd(f))(X),
    "linearize": lambda f: gg.linearize(f, X)[1](Y),
    "jacrev of jacfwd": lambda f: gg.jacrev(gg.jacfwd(f))(X),
    "vmap of jvp": lambda f: gg.vmap(lambda x: gg.jvp(f, (x,), (Y,))[1])(PAIR),
}
CASES = [
    (name, make, transform)
    for make, transforms in ((by_vjp, REVERSE), (by_jvp, REVERSE | FORWARD))
    for name, transform in transforms.items()
]


@pytest.mark.parametrize(
    ("make", "transform"), [c[1:] for c in CASES], ids=[f"{c[1].__name__}-{c[0]}" for c in CASES]
)
def test_a_right_rule_gives_what_the_function_gives(make, transform):
    found, expected = transform(scalar(make())), transform(scalar(native))
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-12)


@pytest.mark.parametrize("make", [by_vjp, by_jvp])
@pytest.mark.parametrize("again", [False, True], ids=["first", "second"])
def test_backward(make, again):
    results = []
    for f in (make(), native):
        x, y = (gg.tensor(v, requires_grad=True) for v in (X, Y))
        scalar(f)(x, y).backward(create_graph=again)
        gx, gy = x.grad, y.grad
        if again:
            x.grad = y.grad = None
            gg.sum(gx**2 * gy).backward()
            gx, gy = x.grad, y.grad
        results.append((gx.numpy(), gy.numpy()))
    np.testing.assert_allclose(*results, rtol=1e-12)


def wrong():
    """A rule that is no derivative, to see that it is used: 10 times the cotangent."""
    f = gg.custom_vjp(lambda x: x * 1.0)
    f.defvjp(lambda x: (x * 1.0, None), lambda _, g: (10 * g,))
    return f


def test_the_rule_is_what_is_used():
    assert gg.grad(wrong())(1.0) == 10.0
    assert gg.grad(lambda x: wrong()(wrong()(x)))(1.0) == 100.0
    f = gg.custom_jvp(lambda x: x * 1.0)
    f.defjvp(lambda p, t: (p[0] * 1.0, 10 * t[0]))
    assert gg.jvp(f, (1.0,), (1.0,)) == (1.0, 10.0)
    assert gg.grad(f)(1.0) == 10.0


def test_clipping_a_gradient_is_three_lines():
    f = gg.custom_vjp(lambda x, low, high: x, nondiff_argnums=(1, 2))
    f.defvjp(lambda x, low, high: (x, None), lambda low, high, _, g: (gg.clip(g, low, high),))
    found = gg.grad(lambda x: gg.sum(f(x, high=1.0, low=-1.0) * np.array([5.0, 0.5, -3])))(X)
    np.testing.assert_array_equal(found, [1, 0.5, -1])


def test_what_has_no_cotangent_gets_zeros_and_integers_pass():
    f = gg.custom_vjp(lambda x, rows: x[rows])
    f.defvjp(lambda x, rows: (x[rows], x), lambda x, g: (gg.zeros_like(x) + gg.sum(g), None))
    rows = np.array([0, 2])
    np.testing.assert_array_equal(gg.grad(lambda x: gg.sum(f(x, rows)))(X), [2, 2, 2])
    g = gg.custom_vjp(lambda x: gg.sum(x))
    g.defvjp(lambda x: (gg.sum(x), None), lambda _, g: (None,))
    np.testing.assert_array_equal(gg.grad(g)(X), np.zeros(3))


def test_containers_and_names():
    f = gg.custom_vjp(lambda p, scale=2.0: p["a"] * p["b"][0] * scale)
    f.defvjp(
        lambda p, scale: (f(p, scale), (p, scale)),
        lambda kept, g: (
            {"a": g * kept[0]["b"][0] * kept[1], "b": [g * kept[0]["a"] * kept[1]]},
            None,
        ),
    )
    found = gg.grad(lambda p: gg.sum(f(p, scale=3.0)))({"a": X, "b": [Y]})
    np.testing.assert_allclose(found["b"][0], 3 * X)


@pytest.mark.parametrize(
    ("forward", "backward", "words"),
    [
        (lambda x: x, None, "returns a pair"),
        (lambda x: (x, None), lambda _, g: g, "returns a tuple of 1 cotangents"),
        (lambda x: (x, None), lambda _, g: (g, g), "returns a tuple of 1 cotangents"),
        (lambda x: (x, None), lambda _, g: (gg.sum(g),), r"cotangent of shape \(\) for .* \(3,\)"),
    ],
)
def test_a_rule_that_does_not_fit_is_told(forward, backward, words):
    f = gg.custom_vjp(lambda x: x)
    f.defvjp(forward, backward)
    with pytest.raises((TypeError, ValueError), match=words):
        gg.grad(lambda x: gg.sum(f(x)))(X)


def test_rules_that_are_not_there_are_told():
    with pytest.raises(TypeError, match=r"call f\.defvjp"):
        _without(gg.custom_vjp)
    with pytest.raises(TypeError, match=r"call f\.defjvp"):
        _without(gg.custom_jvp)
    with pytest.raises(TypeError, match="custom_vjp has no forward mode"):
        gg.jvp(wrong(), (1.0,), (1.0,))


def _without(kind):
    @kind
    def f(x):
        return x

    return f(X)


def test_what_a_rule_closes_over_is_not_lost_silently():
    w = gg.tensor(2.0, requires_grad=True)
    f = gg.custom_vjp(lambda x: x * w)
    f.defvjp(lambda x: (x * w, None), lambda _, g: (g,))
    with pytest.raises(RuntimeError, match=r"closes over .* make it an argument"):
        f(gg.tensor(1.0, requires_grad=True))


def test_nodes_have_the_name_of_the_function():
    y = by_vjp()(gg.tensor(X, requires_grad=True), Y)["a"]
    assert y.node.name == "native"
    with pytest.raises(RuntimeError, match="graph through native was released"):
        for _ in range(2):
            gg.sum(y).backward()


CLOSING = {  # what a value closed over belongs to -> how it gets there
    "grad": lambda f: gg.grad(lambda w: gg.sum(f(w)(w * 1.0)))(X),
    "jvp": lambda f: gg.jvp(lambda w: f(w)(w * 1.0), (X,), (Y,)),
    "linearize": lambda f: gg.linearize(lambda w: f(w)(w * 1.0), X),
    "vmap": lambda f: gg.vmap(lambda w: f(w)(w * 1.0))(PAIR),
    "an inner grad": lambda f: gg.grad(
        lambda u: gg.grad(lambda w: gg.sum(f(w)(u)))(gg.tensor(Y))[0]
    )(X),
    "not differentiated": lambda f: gg.grad(lambda w: gg.sum(_with_fixed(w)))(X),
}


def _with_fixed(w):
    f = gg.custom_jvp(lambda x, y: x * y, nondiff_argnums=(1,))
    f.defjvp(lambda y, primals, tangents: (primals[0] * y, tangents[0] * y))
    return f(w, w)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (make, name)
        for make in (gg.custom_jvp, gg.custom_vjp)
        for name in CLOSING
        if make is gg.custom_jvp or name not in ("jvp", "linearize")
    ],
)
def test_what_a_transform_sees_of_a_value_closed_over_is_not_lost(make, name):
    def product(w):
        f = make(lambda x: x * w)
        if make is gg.custom_jvp:
            f.defjvp(lambda p, t: (p[0] * w, t[0] * w))
        else:
            f.defvjp(lambda x: (x * w, None), lambda _, g: (g * w,))
        return f

    with pytest.raises(RuntimeError, match="make it an argument"):
        CLOSING[name](product)


def test_arguments_that_are_not_differentiated_may_be_left_out_or_counted_from_the_end():
    for place in (1, -1):
        f = gg.custom_vjp(lambda x, n=2: x**n, nondiff_argnums=(place,))
        f.defvjp(lambda x, n: (x**n, x), lambda n, x, g: (10 * g * n * x ** (n - 1),))
        assert gg.grad(f)(3.0) == 60.0
        assert gg.grad(lambda x, f=f: f(x, 3))(3.0) == 270.0
        assert f(3.0) == 9.0


def test_what_a_rule_keeps_may_be_anything_in_a_batch_too():
    f = gg.custom_vjp(lambda x, how: gg.sum(x, axis=0) if how == "sum" else x)
    f.defvjp(
        lambda x, how: (gg.sum(x, axis=0), (x.shape, how, None, x)),
        lambda kept, g: (gg.broadcast_to(3 * g, kept[0]) + 0 * kept[3], None),
    )
    rows = np.stack([X, Y])
    for derivative in (
        gg.vmap(gg.grad(lambda x: f(x, "sum"))),
        gg.grad(lambda b: gg.sum(gg.vmap(lambda x: f(x, "sum"))(b))),
    ):
        np.testing.assert_array_equal(np.asarray(derivative(rows)), np.full((2, 3), 3.0))


def test_rules_are_given_tensors_and_may_give_numbers():
    f = gg.custom_vjp(lambda x: x.exp())
    f.defvjp(lambda x: (x.exp(), x.sum()), lambda kept, g: (g.mean() * 0 + kept.item(),))
    assert gg.grad(f)(np.array(0.5)) == 0.5
    constant = gg.custom_vjp(lambda x: 3.0 * x)
    constant.defvjp(lambda x: (3.0 * x, None), lambda _, g: (3.0,))
    x = gg.tensor(2.0, requires_grad=True)
    constant(gg.sin(x)).backward()
    assert x.grad.item() == pytest.approx(3 * np.cos(2.0), rel=1e-6)


def test_a_tangent_that_does_not_fit_is_told():
    f = gg.custom_jvp(gg.sin)
    f.defjvp(lambda p, t: (gg.sin(p[0]), gg.sum(t[0])))
    for call in (lambda: gg.jvp(f, (X,), (Y,)), lambda: gg.grad(lambda x: gg.sum(f(x)))(X)):
        with pytest.raises(ValueError, match=r"tangent of shape \(\) for a result of shape \(3,\)"):
            call()
    f.defjvp(lambda p, t: (gg.sin(p[0]), (t[0], t[0])))
    with pytest.raises(TypeError, match="2 tangents for a result of 1"):
        gg.jvp(f, (X,), (Y,))
