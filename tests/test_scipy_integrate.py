"""odeint against SciPy's and closed forms; its derivatives in every mode, by t and args too."""

import gc
import math
import weakref

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.scipy.integrate import odeint
from gpugrad.scipy.odes import solving
from gpugrad.testing import gradcheck

EXACT = {"rtol": 1e-12, "atol": 1e-12}
TIMES = np.array([0.0, 0.3, 1.1, 2.0])


def prey(y, t, rates, k):
    """Predators and prey in seasons; plain arithmetic and sine, so that SciPy solves it too."""
    sine = gg.sin(t) if isinstance(t, gg.Tensor) else math.sin(t)
    hunted = k * y[0] * y[1]
    return [rates[0] * y[0] - hunted, 0.5 * hunted - rates[1] * y[1] * (1 + 0.1 * sine)]


PREY = (np.array([1.0, 0.6]), TIMES, np.array([1.1, 0.4]), 0.7)
WEIGHTS = np.arange(1.0, 9.0).reshape(4, 2)


def prey_loss(y0, t, rates, k, **how):
    return gg.sum(WEIGHTS * odeint(prey, y0, t, (rates, k), **how))


def scipys_prey_loss(y0, t, rates, k):
    return np.sum(WEIGHTS * scipy.integrate.odeint(prey, y0, t, (rates, k), **EXACT))


# --- values -------------------------------------------------------------------------------------


@pytest.mark.parametrize("times", [TIMES, TIMES[::-1] + 1, [0, 0, 1, 1, 2], [0.5]], ids=str)
def test_values_are_scipys(times):
    y0, _, *arguments = PREY
    found = odeint(prey, y0, times, tuple(arguments))
    expected = scipy.integrate.odeint(prey, y0, times, tuple(arguments), **EXACT)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)


def test_accuracy_follows_the_tolerances():
    y0, t, *arguments = PREY
    expected = scipy.integrate.odeint(prey, y0, t, tuple(arguments), **EXACT)
    for tolerance in (1e-4, 1e-7, 1e-10):
        found = odeint(prey, y0, t, tuple(arguments), rtol=tolerance, atol=tolerance).numpy()
        assert np.abs(found - expected).max() < 30 * tolerance


def test_shapes_and_dtypes():
    decay = lambda y, t: -y  # noqa: E731
    assert odeint(decay, 1.0, [0, 1]).shape == (2, 1)
    assert odeint(decay, 1, [0, 1]).dtype == np.float64
    assert odeint(decay, gg.ones((2, 3)), [0, 1, 2]).shape == (3, 2, 3)
    for dtype in ("float16", "bfloat16", "float32", "complex64"):
        y = odeint(decay, gg.ones(2, dtype=dtype), [0.0, 1.0], rtol=1e-4, atol=1e-4)
        assert y.dtype == gg.ones(1, dtype=dtype).dtype
        assert abs(complex(gg.astype(y[1, 0], "complex64")) - np.exp(-1)) < 1e-2
    assert odeint(decay, gg.ones((0, 2)), [0, 1]).shape == (2, 0, 2)
    first = odeint(lambda t, y, k: -k * t * y, [1.0], [0.0, 2.0], args=(3.0,), tfirst=True)
    assert first.numpy()[1, 0] == pytest.approx(np.exp(-6.0), rel=1e-5)


def test_a_matrix_equation_is_the_exponential():
    a = numbers(3, 3)
    found = odeint(lambda y, t, a: a @ y, np.eye(3), [0.0, 1.5], (a,)).numpy()[1]
    np.testing.assert_allclose(found, scipy.linalg.expm(1.5 * a), rtol=1e-6, atol=1e-6)


# --- gradients ----------------------------------------------------------------------------------


def test_gradients_of_decay_are_the_closed_form():
    def last(y0, t, k):
        return odeint(lambda y, t, k: -k * y, y0, t, (k,))[-1, 0]

    y0, t, k = 1.3, np.array([0.2, 0.7, 1.9]), 0.8
    factor = np.exp(-k * 1.7)
    expected = (factor, [k * y0 * factor, 0, -k * y0 * factor], -1.7 * y0 * factor)
    for one, wanted in zip(gg.grad(last, (0, 1, 2))(y0, t, k), expected, strict=True):
        np.testing.assert_allclose(one, wanted, rtol=1e-7, atol=1e-9)
    along = (0.5, np.array([1.0, 3.0, -2.0]), 0.25)
    moved = 0.5 * factor + k * y0 * factor * 3.0 - 0.25 * 1.7 * y0 * factor
    assert float(gg.jvp(last, (y0, t, k), along)[1]) == pytest.approx(moved, rel=1e-7)


def test_gradient_of_a_linear_equation_is_the_exponentials():
    a, g = numbers(3, 3), numbers(3, 3, seed=1)
    found = gg.grad(lambda a: gg.sum(g * odeint(lambda y, t, a: a @ y, np.eye(3), [0, 1], (a,))[1]))
    expected = scipy.linalg.expm_frechet(a.T, g, compute_expm=False)
    np.testing.assert_allclose(found(a), expected, rtol=1e-6, atol=1e-6)


def test_gradients_are_hips():
    """Figures of autograd.scipy.integrate.odeint, version 1.9.1, at tolerances of 1e-12."""
    expected = (
        [36.026297188216, -22.458070640883],
        [-24.551624207529, 2.553214944664, 7.782069406061, 14.57460971565],
        [61.116519140814, 7.977937152758],
        -45.883037933249,
    )
    for how, tolerance in (({}, 1e-7), (EXACT, 1e-10)):
        found = gg.grad(prey_loss, (0, 1, 2, 3))(*PREY, **how)
        for one, wanted in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, wanted, rtol=tolerance)


def test_gradients_are_differences_of_scipys():
    for i in (0, 2, 3):
        found, step = np.asarray(gg.grad(prey_loss, i)(*PREY)), 1e-4
        for place in np.ndindex(found.shape):
            unit = np.zeros(found.shape)
            unit[place] = step
            ends = [
                scipys_prey_loss(*PREY[:i], PREY[i] + s * unit, *PREY[i + 1 :]) for s in (1, -1)
            ]
            assert found[place] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-6)


def test_every_mode_and_order():
    def loss(y0, t, k):
        return odeint(lambda y, t, k: gg.sin(k * y) * (1 + t), y0, t, (k,), rtol=1e-9, atol=1e-11)

    gradcheck(loss, [np.array([0.4]), np.array([0.0, 0.2, 0.5]), np.array(1.3)], order=2)


def test_complex_equations():
    def turning(y, t, w):
        return 1j * w * y + 0.1 * gg.conj(y)

    z, w = complexes(2), np.array(0.8 - 0.2j)
    gradcheck(lambda z, w: odeint(turning, z, [0, 0.4], (w,), rtol=1e-9, atol=1e-11), [z, w])
    real = lambda y, t, w: gg.real(w * gg.exp(1j * y))  # noqa: E731
    gradcheck(lambda y, w: odeint(real, y, [0, 0.4], (w,), rtol=1e-9, atol=1e-11), [numbers(2), w])
    y = odeint(lambda y, t: 2j * y, [1 + 0j], [0, 1.0]).numpy()[1, 0]
    assert y == pytest.approx(np.exp(2j), rel=1e-7)


def test_where_the_way_back_is_unstable_the_gradient_is_still_right():
    """Solved backward, y would grow by a factor of e**60, and with it every error."""

    def pulled(y, t, k):
        return -k * (y - gg.sin(t)) if isinstance(t, gg.Tensor) else -k * (y - np.sin(t))

    def exact(k):  # of the solution that has forgotten where it began
        return (k**2 * np.sin(2.0) - k * np.cos(2.0)) / (1 + k**2)

    last = lambda y0, k: odeint(pulled, y0, [0.0, 2.0], (k,))[1, 0]  # noqa: E731
    by_y0, by_k = gg.grad(last, (0, 1))(0.5, 30.0)
    assert by_y0 == pytest.approx(np.exp(-60.0), abs=1e-8)
    assert by_k == pytest.approx((exact(30.001) - exact(29.999)) / 0.002, rel=1e-4)


def test_at_rest_the_derivative_has_steps_of_its_own():
    """y stays 0, which any step solves; its derivative decays."""
    last = lambda y0: odeint(lambda y, t: -4.0 * y, y0, [0.0, 10.0])[1, 0]  # noqa: E731
    assert gg.grad(last)(0.0) == pytest.approx(np.exp(-40.0), abs=1e-8)
    assert float(gg.jvp(last, (0.0,), (1.0,))[1]) == pytest.approx(np.exp(-40.0), abs=1e-8)


def test_stretches_of_steps_are_walked_from_the_last(monkeypatch):
    y0, _, *arguments = PREY
    times = np.linspace(0, 4, 6)
    loss = lambda y0: gg.sum(odeint(prey, y0, times, tuple(arguments))[::2])  # noqa: E731
    whole = gg.grad(loss)(y0)
    monkeypatch.setattr(solving, "STRETCH", 3)
    monkeypatch.setattr(solving, "ROWS", 2)
    np.testing.assert_allclose(gg.grad(loss)(y0), whole, rtol=1e-7)


def test_containers_and_integers_among_the_arguments():
    def equation(y, t, rates, power, name):
        assert name == "decay"
        return -rates["k"] * y**power + rates["more"][0]

    def last(rates, power=1):
        return odeint(equation, [1.0], [0, 1.0], (rates, power, "decay"))[1, 0]

    rates = {"k": 0.5, "more": [np.array([0.0])]}
    found = gg.grad(last)(rates)
    assert found["k"] == pytest.approx(-np.exp(-0.5), rel=1e-7)
    np.testing.assert_allclose(found["more"][0], [(1 - np.exp(-0.5)) / 0.5], rtol=1e-7)


def test_backward_and_mixed_dtypes():
    y0 = gg.tensor([1.0, 2.0], requires_grad=True)
    k = gg.tensor(0.5, dtype="float64", requires_grad=True)
    t = gg.tensor([0.0, 1.0], requires_grad=True)
    gg.sum(odeint(lambda y, t, k: -k * y, y0, t, (k,))[1]).backward()
    assert (y0.grad.dtype, k.grad.dtype, t.grad.dtype) == (np.float32, np.float64, np.float32)
    decayed = 3 * np.exp(-0.5)
    np.testing.assert_allclose(y0.grad.numpy(), np.exp(-0.5), rtol=1e-5)
    assert k.grad.item() == pytest.approx(-decayed, rel=1e-5)
    np.testing.assert_allclose(t.grad.numpy(), [decayed / 2, -decayed / 2], rtol=1e-5)


def test_inputs_that_change_nothing():
    t = np.array([0.0, 0.0, 0.0])
    found = gg.grad(lambda y0, t, k: gg.sum(odeint(lambda y, t, k: -k * y, y0, t, (k,))), (0, 1, 2))
    by_y0, by_t, by_k = found(np.array([2.0]), t, 0.5)
    np.testing.assert_allclose(by_y0, [3.0])
    np.testing.assert_allclose(by_t, [2.0, -1.0, -1.0])
    assert by_k == 0.0


@pytest.mark.needs_compiler
def test_device_agrees(device):
    got = []
    for where in ("cpu", device.name):
        with gg.use_device(where):
            y0, rates = (
                gg.tensor(x.astype("float32"), requires_grad=True) for x in (PREY[0], PREY[2])
            )
            y = odeint(prey, y0, [0.0, 0.2], (rates, 0.7), rtol=1e-5, atol=1e-5)
            assert y.device == where
            gg.sum(y[1]).backward()
            got.append((y.detach().numpy(), y0.grad.numpy(), rates.grad.numpy()))
    for here, there in zip(*got, strict=True):
        np.testing.assert_allclose(there, here, rtol=1e-4, atol=1e-5)


def test_nothing_of_a_solution_is_left_when_it_is_gone():
    class Decay:
        def __call__(self, y, t, k):
            return -k * y

    def solved(equation):
        last = lambda k: odeint(equation, [1.0], [0, 1], (k,))[1, 0]  # noqa: E731
        k = gg.tensor(0.5, requires_grad=True)
        last(k).backward()
        gg.grad(gg.grad(last))(0.5)
        gg.jvp(last, (0.5,), (1.0,))
        return weakref.ref(equation)

    gc.disable()
    try:
        alive = solved(Decay())
        assert alive() is None
    finally:
        gc.enable()


# --- what is refused ----------------------------------------------------------------------------


def test_values_that_are_not_arguments_are_no_silent_constants():
    k = gg.tensor(0.5, requires_grad=True)
    with pytest.raises(RuntimeError, match="pass it in args, or detach"):
        odeint(lambda y, t: -k * y, [1.0], [0, 1])
    with pytest.raises(RuntimeError, match="pass it in args, or detach"):
        gg.grad(lambda k: odeint(lambda y, t: -k * y, [1.0], [0, 1])[1, 0])(0.5)
    with gg.no_grad():
        assert odeint(lambda y, t: -k * y, [1.0], [0, 1]).shape == (2, 1)
    assert odeint(lambda y, t: -k.detach() * y, [1.0], [0, 1]).shape == (2, 1)


@pytest.mark.parametrize(
    ("how", "error", "message"),
    [
        ({"t": [0, 2, 1]}, ValueError, "must only grow or only fall"),
        ({"t": 1.0}, ValueError, r"t has the shape \(\)"),
        ({"args": 0.5}, TypeError, r"give a tuple, args=\(value,\)"),
        ({"func": lambda y, t: y[:1]}, ValueError, r"the shape \(1,\) for y of \(2,\)"),
        ({"func": lambda y, t: 1j * y}, TypeError, "make y0 complex"),
        ({"func": lambda y, t: 1 + y**2, "t": [0, 2]}, RuntimeError, "may be singular there"),
        ({"func": lambda y, t: -1e6 * y, "t": [0, 1], "mxstep": 50}, RuntimeError, "50 steps lead"),
        ({"full_output": True}, TypeError, "full_output= is an argument of SciPy's solver"),
        ({"Dfun": lambda y, t: y}, TypeError, "Dfun= is an argument of SciPy's"),
        ({"accuracy": 1e-3}, TypeError, "unknown argument 'accuracy'"),
        ({"rtol": [1e-3, 1e-4]}, ValueError, "give one number"),
        ({"rtol": 0, "atol": 0}, ValueError, "both 0"),
    ],
)
def test_what_cannot_be_is_said(how, error, message):
    how = {"func": lambda y, t: -y, "y0": [1.0, 2.0], "t": [0, 1], **how}
    with pytest.raises(error, match=message):
        odeint(**how)
