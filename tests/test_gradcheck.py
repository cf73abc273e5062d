"""The tester is tested: gradcheck passes what is right and fails what is off by 0.05%."""

from dataclasses import replace

import numpy as np
import pytest
from op_samples import SAMPLES
from sample import complexes, numbers

import gpugrad as gg
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY
from gpugrad.ops.declare import elementwise, operation
from gpugrad.testing import gradcheck, gradgradcheck

OFF = 1.0005


def sine(factor):
    """sin whose partial is off by a factor."""

    @elementwise(dx=lambda xp, x: factor * xp.cos(x), register=False)
    def wrong_sine(xp, x):
        return xp.sin(x)

    return function_of(wrong_sine)


def total(reverse, forward):
    """A sum whose rules are off by factors."""

    @operation(
        to_x=lambda xp, g, x_shape: xp.broadcast_to(reverse * g, shape=x_shape),
        tangent=lambda xp, tx: forward * xp.sum(tx),
        register=False,
    )
    def wrong_sum(xp, x):
        return xp.sum(x)

    return function_of(wrong_sum)


def curved(factor):
    """sin whose partial is right and itself has a wrong partial."""
    cosine_with_wrong_slope = elementwise(dx=lambda xp, x: -factor * xp.sin(x), register=False)(
        lambda xp, x: xp.cos(x)
    )
    cosine = function_of(cosine_with_wrong_slope)
    return function_of(
        elementwise(dx=lambda xp, x: cosine(x), register=False)(lambda xp, x: xp.sin(x))
    )


def off(rule):
    """The rule with a result that is too large by 0.05%."""
    if rule.constant is not None:
        return replace(rule, constant=OFF * rule.constant)

    def function(*arguments, **settings):
        result = rule.function(*arguments, **settings)
        if isinstance(result, tuple):
            return tuple(None if part is None else OFF * part for part in result)
        return OFF * result

    return replace(rule, function=function)


def gives_nothing(rule):
    """Whether a rule stands for an input that only decides: no gradient, whatever comes."""
    if rule is None or rule.constant is not None:
        return rule is None or rule.constant == 0
    try:
        return not rule.names and rule.function(None, object()) is None
    except (TypeError, AttributeError):  # it computes something
        return False


def faults():
    """(operation, mode) and the operation with one rule that is off, for every rule there is."""
    for name, op in REGISTRY.items():
        for i, rule in enumerate(op.rules):
            if not gives_nothing(rule):
                rules = (*op.rules[:i], off(rule), *op.rules[i + 1 :])
                yield pytest.param("reverse", replace(op, rules=rules), id=f"{name}-{i}")
        if op.tangent is not None:
            yield pytest.param("forward", replace(op, tangent=off(op.tangent)), id=f"{name}-t")


@pytest.mark.parametrize(("mode", "wrong"), [*faults()])
def test_every_rule_that_is_off_fails_on_the_table(mode, wrong):
    def check(one):
        gradcheck(
            lambda *arrays: function_of(wrong)(*arrays, **one.settings), one.inputs, modes=(mode,)
        )

    with pytest.raises(AssertionError, match=f"{mode} mode"):
        for one in SAMPLES[wrong.name]:
            if one.order:
                check(one)


X = numbers(2, 3)


@pytest.mark.parametrize("make", [lambda: sine(1), lambda: total(1, 1), lambda: curved(1)])
def test_right_rules_pass(make):
    gradcheck(make(), [X], order=2)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_a_partial_off_by_a_little_fails_in_each_mode(mode):
    with pytest.raises(AssertionError, match=rf"{mode} mode, input 0, element \(0, 0\): .* but"):
        gradcheck(sine(OFF), [X], modes=(mode,))


def test_a_wrong_rule_fails_in_its_own_mode_only():
    gradcheck(total(1, OFF), [X], modes=("reverse",))
    gradcheck(total(OFF, 1), [X], modes=("forward",))
    with pytest.raises(AssertionError, match="forward mode"):
        gradcheck(total(1, OFF), [X])
    with pytest.raises(AssertionError, match="reverse mode"):
        gradcheck(total(OFF, 1), [X])


def test_a_wrong_second_derivative_fails_at_second_order_only():
    gradcheck(curved(OFF), [X], order=1)
    for mode in ("reverse", "forward"):
        with pytest.raises(AssertionError, match=f"{mode} mode over {mode}, input 0"):
            gradcheck(curved(OFF), [X], modes=(mode,), order=2)


def test_the_input_that_is_wrong_is_named():
    @elementwise(da=lambda xp, b: b, db=lambda xp, a: OFF * a, register=False)
    def wrong_product(xp, a, b):
        return a * b

    with pytest.raises(AssertionError, match="input 1"):
        gradcheck(function_of(wrong_product), [X, numbers(3, seed=1)])


def test_complex_inputs_vary_in_both_parts():
    gradcheck(lambda z: z * gg.conj(z) * z, [complexes(3)], order=2)

    @elementwise(dx=lambda xp, x: xp.conj(xp.cos(x)), register=False)  # an adjoint, no transpose
    def adjoint(xp, x):
        return xp.sin(x)

    with pytest.raises(AssertionError, match="input 0"):
        gradcheck(function_of(adjoint), [complexes(3)])


def test_nan_does_not_pass():
    with pytest.raises(AssertionError, match="nan"):
        gradcheck(lambda x: gg.where(x > 9, x, np.nan * x), [X])


def test_one_array_need_not_stand_in_a_tuple():
    gradcheck(gg.exp, np.ones((2, 3)))
    with pytest.raises(AssertionError, match="input 0"):
        gradcheck(lambda x: gg.exp(x) * gg.exp(x).detach(), np.ones((2, 3)))


def test_narrow_inputs_are_refused():
    with pytest.raises(TypeError, match="input 0 is float32; differences need float64"):
        gradcheck(gg.tanh, [X.astype(np.float32)])


def test_nothing_to_check_does_not_pass():
    with pytest.raises(TypeError, match="the function returned no float"):
        gradcheck(gg.argmax, [X])
    with pytest.raises(TypeError, match="no input is a float"):
        gradcheck(lambda i: gg.ones(3)[i], [np.arange(3)])


@pytest.mark.parametrize("modes", ["reverse", ["revers"], (), ["forward", "both"]], ids=repr)
def test_unknown_modes_do_not_pass(modes):
    for check in (gradcheck, gradgradcheck):
        with pytest.raises(
            ValueError, match=rf"^{check.__name__}: modes=.*; give a list of one or"
        ):
            check(gg.tanh, X, modes)


def test_no_order_and_no_function_do_not_pass():
    with pytest.raises(ValueError, match=r"^gradcheck: order: 0; give at least 1"):
        gradcheck(gg.tanh, X, order=0)
    for check in (gradcheck, gradgradcheck):
        with pytest.raises(TypeError, match=f"^{check.__name__}: the first argument is a function"):
            check(gg.tanh(X), X)
