"""Derivatives that do not exist, or that no rule knows, where eigenvalues or singular values are
equal or 0: LinAlgError, or NaN for that matrix, in every mode and order, on host and device."""

import numpy as np
import pytest
from sample import complexes, numbers
from test_linalg_ties import (
    BLOCK,
    LA,
    ONE,
    OTHER,
    RANK_TWO,
    SLANTED,
    TIED,
    TIED_GENERAL,
    TIED_HERMITIAN,
    TIED_SYMMETRIC,
    TURN,
    UNITARY,
    WEIGHTS,
    adjoint,
    hermitian,
    loss,
    nuclear,
    of_general,
    of_singular_values_and_vectors,
    of_values_and_vectors,
    polar,
)

import gpugrad as gg
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY
from gpugrad.testing import gradcheck

DEVICES = ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
EQUAL = "are equal"
IS_ZERO = r"singular value \d is 0"
REFUSED = {
    "f(x) at 1": (loss(of_values_and_vectors(gg.exp)), ONE, EQUAL),
    "f(x) at a block": (loss(of_values_and_vectors(gg.exp)), BLOCK, EQUAL),
    "f(x) where f is 0": (loss(of_values_and_vectors(gg.log)), ONE, EQUAL),
    "f(x), symmetric": (loss(of_values_and_vectors(gg.sin)), TIED_SYMMETRIC, EQUAL),
    "f(x), complex": (loss(of_values_and_vectors(gg.sin)), TIED_HERMITIAN, EQUAL),
    "a component": (lambda x: LA.eigh(x)[1][0, 0], ONE, EQUAL),
    "another one": (lambda x: LA.eigh(x)[1][1, 0], BLOCK, EQUAL),
    "all components": (loss(lambda x: LA.eigh(x)[1]), TIED_SYMMETRIC, EQUAL),
    "part of a space": (
        loss(lambda x: LA.eigh(x)[1][:, :2] @ LA.eigh(x)[1][:, :2].T),
        np.diag([1.0, 2.0, 2.0]),
        EQUAL,
    ),
    "f(s)": (loss(of_singular_values_and_vectors(gg.sin)), TIED, EQUAL),
    "f(s), complex": (loss(of_singular_values_and_vectors(gg.sin)), UNITARY, EQUAL),
    "a cut through a tie": (loss(of_singular_values_and_vectors(gg.sin, 1)), TIED, EQUAL),
    "x from its parts": (loss(of_singular_values_and_vectors(lambda s: s)), RANK_TWO, IS_ZERO),
    "polar": (loss(polar), RANK_TWO, IS_ZERO),
    "polar, square": (loss(polar), np.diag([2.0, 1.0, 0.0]), IS_ZERO),
    "polar, Hermitian": (
        loss(lambda x: (lambda u, _, vh: u @ vh)(*LA.svd(x, hermitian=True))),
        np.diag([2.0, 1.0, 0.0]),
        IS_ZERO,
    ),
    "a left vector": (lambda x: LA.svd(x)[0][0, 0], ONE, EQUAL),
    "a further vector": (lambda x: LA.svd(x)[0][0, 3], TURN[:, :2], "after the first 2 complete"),
    "f(x), general": (loss(of_general(gg.exp)), TIED_GENERAL, EQUAL),
    "f(x), general, at 1": (loss(of_general(gg.exp)), ONE, EQUAL),
    "a general vector": (lambda x: gg.real(LA.eig(x)[1][0, 0]) ** 2, ONE, EQUAL),
    "a phase": (lambda x: gg.imag(LA.eigh(x)[1][1, 0]) ** 3, SLANTED + 1j * SLANTED.T, "unit"),
}
every_refused = pytest.mark.parametrize(
    ("function", "x", "message"), REFUSED.values(), ids=REFUSED.keys()
)


@pytest.mark.parametrize("where", DEVICES)
@every_refused
def test_reverse_mode_refuses(function, x, message, where):
    x = gg.tensor(x, device=where)
    with pytest.raises(LA.LinAlgError, match=message):
        gg.grad(function)(x)
    with gg.errstate(linalg="nan"):
        assert np.isnan(gg.grad(function)(x).numpy()).all()


@every_refused
def test_backward_refuses(function, x, message):
    x = gg.tensor(x, requires_grad=True)
    y = function(x)
    with pytest.raises(LA.LinAlgError, match=message):
        y.backward()


OF_VECTORS = [
    lambda x: LA.eigh(x)[1],
    of_values_and_vectors(gg.exp),
    lambda x: LA.svd(x)[2],
    of_singular_values_and_vectors(gg.sin),
    lambda x: LA.eig(x)[1],
    of_general(gg.exp),
]


@pytest.mark.parametrize("where", DEVICES)
@pytest.mark.parametrize("function", OF_VECTORS)
@pytest.mark.parametrize("x", [ONE, BLOCK, TIED_SYMMETRIC])
def test_forward_mode_refuses_where_values_become_unequal(function, x, where):
    direction = gg.tensor(WEIGHTS[:3, :3] + WEIGHTS[:3, :3].T, device=where)
    x = gg.tensor(x, device=where)
    with pytest.raises(LA.LinAlgError, match="become unequal"):
        gg.jvp(function, (x,), (direction,))
    with pytest.raises(LA.LinAlgError, match="become unequal"):
        gg.linearize(function, x)[1](direction)
    with pytest.raises(LA.LinAlgError, match="become unequal"):
        gg.jacfwd(function)(x)
    with gg.errstate(linalg="nan"):
        assert np.isnan(gg.jvp(function, (x,), (direction,))[1].numpy()).all()


def test_forward_mode_at_a_singular_value_of_zero():
    x, direction = np.diag([2.0, 1.0, 0.0]), np.diag([0.0, 0.0, 1.0])
    with pytest.raises(LA.LinAlgError, match=IS_ZERO):
        gg.jvp(polar, (x,), (direction,))
    y = gg.jvp(polar, (x,), (np.diag([1.0, 2.0, 0.0]),))[1]
    np.testing.assert_allclose(y, 0, atol=1e-14)


@pytest.mark.parametrize("n", [2, 3, 4, 6, 10])
@pytest.mark.parametrize("make", [numbers, complexes])
def test_ties_are_seen_through_rounding(make, n):
    values = np.concatenate([np.full(n // 2 + 1, 2.0), np.linspace(-1, 1, n - n // 2 - 1)])
    together = of_values_and_vectors(gg.exp), of_singular_values_and_vectors(gg.sin)
    for seed in range(10):
        left, right = (np.linalg.qr(make(n, n, seed=seed + k))[0] for k in (0, 50))
        for function, other in zip(together, (left.conj().T, right), strict=True):
            with pytest.raises(LA.LinAlgError, match=EQUAL):
                gg.grad(lambda x, f=function: gg.real(gg.sum(f(x) * np.arange(n))))(
                    (left * values) @ other
                )


def test_a_recorded_walk_refuses_too():
    x = gg.tensor(ONE, requires_grad=True)
    gg.sum(LA.eigvalsh(x) ** 3).backward(create_graph=True)
    with pytest.raises(LA.LinAlgError, match=EQUAL):
        gg.sum(x.grad * WEIGHTS[:3, :3]).backward()


# --- second derivatives of values ---------------------------------------------------------------

COMPOSITIONS = {
    "forward over reverse": gg.hessian,
    "reverse over reverse": lambda f: gg.jacrev(gg.grad(f)),
    "forward over forward": lambda f: gg.jacfwd(gg.jacfwd(f)),
    "reverse over forward": lambda f: gg.jacrev(gg.jacfwd(f)),
    "a product": lambda f: lambda x: gg.hvp(f, (x,), (WEIGHTS[: x.shape[0], : x.shape[1]],)),
}
every_composition = pytest.mark.parametrize("second", COMPOSITIONS.values(), ids=COMPOSITIONS)
OF_VALUES = {
    "eigvalsh": lambda x: gg.sum(LA.eigvalsh(x) ** 3),
    "eigvalsh at its least": lambda x: gg.sum((LA.eigvalsh(x) - 1) ** 2),
    "eigh": lambda x: gg.sum(LA.eigh(x)[0] ** 3),
    "eigh at its least": lambda x: gg.sum((LA.eigh(x)[0] - 1) ** 2),
    "svdvals": lambda x: gg.sum(LA.svdvals(x) ** 3),
    "svd": lambda x: gg.sum(LA.svd(x)[1] ** 3),
    "eigvals": lambda x: gg.real(gg.sum(LA.eigvals(x) ** 3)),
    "eig": lambda x: gg.real(gg.sum(LA.eig(x)[0] ** 3)),
    "one of them": lambda x: LA.eigvalsh(x)[1],
    "a norm, squared": lambda x: nuclear(x) ** 2,
}
every_function = pytest.mark.parametrize("function", OF_VALUES.values(), ids=OF_VALUES)


@every_composition
@every_function
@pytest.mark.parametrize("x", [ONE, BLOCK, TIED_SYMMETRIC], ids=["1", "block", "turned"])
def test_second_derivatives_between_equal_values(function, second, x):
    with pytest.raises(LA.LinAlgError, match=r"values \d and \d are equal"):
        second(function)(x)
    with gg.errstate(linalg="nan"):
        found = second(function)(x)
    hidden = function is OF_VALUES["eigvalsh at its least"]  # NaN times a slope of 0 is 0
    assert np.isnan(found).any() or (hidden and second is COMPOSITIONS["forward over forward"])


@every_composition
def test_second_derivatives_at_a_singular_value_of_zero(second):
    x = np.diag([2.0, 1.0, 0.0])
    for function in (nuclear, OF_VALUES["svdvals"], lambda x: gg.sum(LA.svdvals(x) ** 2)):
        with pytest.raises(LA.LinAlgError, match="singular value 2 is 0"):
            second(function)(x)


@every_function
def test_second_derivatives_beside_a_tie(function):
    gradcheck(lambda x: function(hermitian(x)), ((OTHER * [1.5, 1.8, 2.5]) @ OTHER.T,), order=2)


def test_third_derivatives():
    def third(x):
        return gg.grad(lambda x: gg.sum(gg.hessian(nuclear)(x) * WEIGHTS[:3, :3]))(x)

    assert np.isfinite(third(TIED_SYMMETRIC + np.diag([0.0, 0.1, 0.2]))).all()
    with pytest.raises(LA.LinAlgError, match=EQUAL):
        third(TIED_SYMMETRIC)


# --- one of several -----------------------------------------------------------------------------

STACK = np.stack([TIED_SYMMETRIC, (OTHER * [1.5, 1.8, -0.5]) @ OTHER.T, ONE])


@pytest.mark.parametrize("where", DEVICES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_one_member_of_a_stack(where, dtype):
    def function(x):
        w, v = LA.eigh(x)
        return gg.sum((v * gg.expand_dims(gg.exp(w), -2)) @ adjoint(v) * weights)

    weights = gg.tensor(WEIGHTS[:3, :3], dtype=dtype, device=where)
    x = gg.tensor(STACK, dtype=dtype, device=where)
    with pytest.raises(LA.LinAlgError, match=EQUAL):
        gg.grad(function)(x)
    with gg.errstate(linalg="nan"):
        slopes = [gg.grad(function)(x), gg.vmap(gg.grad(function))(x)]
    alone = gg.grad(function)(x[1]).numpy()
    for slope in slopes:
        assert np.isnan(slope[0].numpy()).all() and np.isnan(slope[2].numpy()).all()
        np.testing.assert_allclose(
            slope[1].numpy(), alone, rtol=1e-12 if dtype[5:] == "64" else 1e-5
        )


def test_a_member_that_is_not_used_does_not_matter():
    def function(x):
        w, v = LA.eigh(x)
        return loss(lambda x: (v[1] * gg.exp(w[1])) @ v[1].T)(x)

    slope = gg.grad(function)(STACK)
    assert not slope[0].any() and not slope[2].any()
    np.testing.assert_allclose(slope[1], gg.grad(loss(of_values_and_vectors(gg.exp)))(STACK[1]))


def test_directions_that_split_and_those_that_do_not():
    """Under "nan" a Jacobian has NaN along those directions alone that have no derivative."""
    with gg.errstate(linalg="nan"):
        columns = gg.jacfwd(of_values_and_vectors(gg.exp))(BLOCK)
    lost = np.isnan(columns).any(axis=(0, 1))
    np.testing.assert_array_equal(lost, [[True, True, False], [True, True, False], [False] * 3])


def test_equal_values_share_what_singles_one_out():
    np.testing.assert_allclose(gg.grad(lambda x: gg.real(LA.eigvals(x)[0]))(ONE), ONE / 3)
    slope = gg.grad(lambda x: LA.eigvalsh(x)[0])(TIED_SYMMETRIC @ TIED_SYMMETRIC)
    assert np.trace(slope) == pytest.approx(1)


# --- what an error says -------------------------------------------------------------------------


def test_an_error_names_the_values_and_the_way_out():
    with pytest.raises(LA.LinAlgError) as caught:
        gg.grad(REFUSED["f(x) at a block"][0])(BLOCK)
    for words in ("eigh: eigenvalues 0 and 1 are equal (1 and 1)", "eigvalsh has", "expm, sqrtm"):
        assert words in str(caught.value)
    with pytest.raises(LA.LinAlgError) as caught:
        gg.grad(loss(polar))(np.diag([2.0, 1.0, 0.0]))
    assert str(caught.value).startswith("svd: singular value 2 is 0 (0): what depends on")
    with pytest.raises(LA.LinAlgError) as caught:
        gg.hessian(OF_VALUES["svdvals"])(BLOCK)
    assert str(caught.value).startswith("svdvals: singular values 1 and 2 are equal (1 and 1): sec")


@pytest.mark.needs_compiler
def test_a_capture_reads_nothing_and_gives_nan(device):
    equal, apart = np.array([1.0, 1.0, 2.0]), np.array([1.0, 3.0, 2.0])
    given = WEIGHTS[:3, :3] * (1 - np.eye(3)), equal, apart
    x, values, distinct = (gg.tensor(y, device=device.name) for y in given)

    def over_gaps(values):
        return function_of(REGISTRY["over_gaps"])(
            x, values, values, None, None, None, own=True, size=3
        )

    with device.driver.capture() as graph:
        lost, found = over_gaps(values), over_gaps(distinct)
    graph.launch()
    assert np.isnan(lost.numpy()).all()
    np.testing.assert_array_equal(found.numpy(), over_gaps(distinct).numpy())
