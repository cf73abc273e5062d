"""Passes over recorded graphs, each alone; and random programs through all of them."""

import numpy as np
import pytest
from compiled_graphs import names, recorded, values

import gpugrad as gg
from gpugrad.compiler import passes
from gpugrad.compiler.passes import fusing
from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY

SCALE = function_of(REGISTRY["scale"])
X = np.linspace(-1.5, 2.0, 12).reshape(3, 4)


def same(graph, other, *arrays):
    """Assert that two graphs give the same bits."""
    for a, b in zip(values(graph, *arrays), values(other, *arrays), strict=True):
        np.testing.assert_array_equal(a, b)


def test_dead_code_goes():
    def function(x):
        gg.exp(x)  # nobody wants it
        return gg.sin(x) + 1

    graph = recorded(function, X)
    assert names(graph) == ["exp", "sin", "add"]
    assert names(passes.living(graph)) == ["sin", "add"]
    same(graph, passes.living(graph), X)


def test_what_is_computed_twice_is_shared():
    graph = recorded(lambda x: gg.sin(x) * 2.0 + gg.sin(x) * 2.0, X)
    assert names(graph) == ["sin", "multiply", "sin", "multiply", "add"]
    assert names(passes.shared(graph)) == ["sin", "multiply", "add"]
    same(graph, passes.shared(graph), X)


def test_numbers_of_other_types_are_not_the_same():
    graph = recorded(lambda x: (gg.sum(x, axis=1), gg.sum(x, axis=0), x * 0.0, x * -0.0), X)
    assert names(passes.shared(graph)) == ["sum", "sum", "multiply", "multiply"]


def test_draws_are_not_shared():
    graph = recorded(lambda x: (x + gg.random.normal(size=4), x + gg.random.normal(size=4)), X)
    assert names(passes.shared(graph)).count("random_normal") == 2


def test_constants_are_computed_once():
    graph = recorded(lambda x: x * (gg.ones(4) * 3 + gg.sqrt(gg.arange(4.0))), X)
    folded = passes.folded(graph)
    assert names(folded) == ["astype", "multiply"] or names(folded) == ["multiply"]
    same(graph, folded, X)


def test_zeros_like_an_argument_are_a_constant():
    graph = recorded(lambda x: x + gg.zeros_like(x), X)
    assert names(passes.folded(graph)) == ["add"]


def test_a_constant_root_is_a_copy():
    graph = passes.folded(recorded(lambda x: gg.zeros(3), X))
    (first,) = values(graph, X)
    first[0] = 5
    assert values(graph, X)[0].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "function",
    [
        lambda x: gg.reshape(x, (3, 4)) * 2,
        lambda x: gg.permute_dims(x, (0, 1)) * 2,
        lambda x: gg.broadcast_to(x, (3, 4)) * 2,
        lambda x: (x * 1.0) * 2,
        lambda x: (x / 1) * 2,
        lambda x: (x - 0.0) * 2,
        lambda x: (x**1) * 2,
        lambda x: SCALE(gg.tensor(1.0, dtype="float64"), x) * 2,
    ],
)
def test_what_changes_nothing_goes(function):
    graph = recorded(function, X)
    assert names(passes.simplified(graph)) == ["multiply"]
    same(graph, passes.simplified(graph), X)


def test_a_new_axis_is_a_reshape_and_so_is_its_gradient():
    def function(x):
        return gg.grad(lambda x: gg.sum(x[:, None] * x[..., None, :] * 2))(x)

    graph = recorded(function, X)
    assert {"getitem", "unindex"} <= set(names(graph))
    simplified = passes.simplified(graph)
    assert {"getitem", "unindex"}.isdisjoint(names(simplified))
    same(graph, simplified, X)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    "function", [lambda x: x + 0.0, lambda x: x - (-0.0), lambda x: x * 0.0, lambda x: 1 / x]
)
def test_what_changes_a_sign_or_a_nan_stays(function):
    x = np.array([-0.0, 0.0, np.nan, np.inf])
    graph = recorded(function, x)
    assert len(passes.simplified(graph).steps) == len(graph.steps)


def test_elementwise_steps_of_one_shape_are_one_kernel():
    graph = recorded(lambda x: gg.tanh(x * 2 + 1) * gg.sigmoid(x), X)
    fused = passes.fused(graph)
    assert names(fused) == ["fused"]
    for a, b in zip(values(graph, X), values(fused, X), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)


def test_a_long_chain_is_several_kernels():
    def function(x):
        for _ in range(fusing.MOST_STEPS):
            x = gg.tanh(x * 0.9) + 0.1
        return x

    fused = passes.fused(recorded(function, X))
    assert names(fused) == ["fused"] * 4


def test_a_kernel_holds_truth_values_that_are_made_of_others():
    """Not all of them are made by numbers: the condition's complement, which a gradient needs."""

    def function(x):
        return gg.grad(lambda x: gg.sum(gg.where(x > 0.5, gg.exp(x), x)))(x)

    assert names(passes.fused(passes.improved(recorded(function, X)))) == ["fused"]


def test_arithmetic_with_truth_values_is_not_of_kernels():
    """NumPy's sum of truth values is one, which a kernel would count."""
    graph = recorded(lambda x: ((x > 0) + (x < 1)) * x, X)
    fused = passes.fused(graph)
    assert "add" in names(fused)
    for a, b in zip(values(graph, X), values(fused, X), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_kernel_does_not_wait_for_what_waits_for_it():
    """x -> sum -> x: what is before the sum and what is after it are two kernels."""

    def function(x):
        y = gg.exp(x * 2) + 1
        return (y / gg.sum(y, axis=1, keepdims=True)) * gg.sin(y)

    graph = recorded(function, X)
    fused = passes.fused(graph)
    assert names(fused) == ["fused", "sum", "fused"]
    np.testing.assert_allclose(values(graph, X)[0], values(fused, X)[0], rtol=1e-14)


def test_a_mask_is_found_again_where_it_is_used():
    """The mask of a relu is not kept from forward to backward."""

    def function(x, w):
        return gg.grad(lambda x: gg.sum(gg.matmul(gg.nn.functional.relu(x), w)))(x)

    graph = passes.improved(recorded(function, X, np.ones((4, 2))))
    (kernel,) = [step for step in passes.fused(graph).steps if step.name == "fused"]
    assert kernel.outputs[0].dtype == "float64" and len(kernel.outputs) == 1


def test_a_graph_says_what_it_does():
    text = str(recorded(lambda x, w: gg.tanh(gg.matmul(x, w)) * 2.0, X, np.ones((4, 2))))
    assert "%2 = matmul(%0, %1)" in text and "float64 (3, 2)" in text
    assert "multiply(%3, 2.0)" in text and "test_compile_passes.py:" in text
    assert text.splitlines()[-1] == "return %4"


# random programs

UNARY = [gg.sin, gg.tanh, gg.sigmoid, gg.exp, abs, gg.square, gg.log1p, gg.positive, gg.negative]
BINARY = [gg.add, gg.subtract, gg.multiply, gg.maximum, gg.atan2, lambda a, b: a / (b * b + 1)]
REDUCTIONS = [
    lambda x: gg.sum(x, axis=-1, keepdims=True),
    lambda x: gg.mean(x, axis=0, keepdims=True) if x.ndim else x,
    lambda x: gg.max(x, axis=-1, keepdims=True),
    lambda x: gg.softmax(x, axis=-1),
]


def random_program(seed):
    """A function of three arrays, made of operations drawn by ``seed``."""
    random = np.random.default_rng(seed)
    length = random.integers(5, 25)
    kinds = random.choice(3, length, p=[0.4, 0.4, 0.2])
    picks, places = random.integers(0, 100, length), random.integers(0, 100, (length, 2))

    def function(*inputs):
        known = list(inputs)
        for kind, pick, (i, j) in zip(kinds, picks, places, strict=True):
            a, b = known[i % len(known)], known[j % len(known)]
            table = (UNARY, BINARY, REDUCTIONS)[kind]
            y = table[pick % len(table)](*((a, b) if kind == 1 else (a,)))
            known.append(gg.tanh(y))
        return sum(gg.sum(y * 0.1) for y in known[-4:])

    return function


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("seed", range(40))
def test_a_random_program_gives_the_same_compiled(seed):
    function = gg.value_and_grad(random_program(seed), (0, 1, 2))
    compiled = gg.compile(function, wait=True)
    for call in range(2):
        random = np.random.default_rng([seed, call])
        arrays = [random.uniform(0.1, 2.0, shape) for shape in ((3, 4), (4,), (3, 1))]
        (y, gradients), (wanted, expected) = compiled(*arrays), function(*arrays)
        for a, b in zip((y, *gradients), (wanted, *expected), strict=True):
            np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-10, atol=1e-12)
    assert compiled.recordings == 1


# symmetric products


def hessians():
    """Spellings of one log-likelihood, of which the Hessian is X' diag(w) X."""
    functional = gg.nn.functional
    yes = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 0.0])
    return {
        "log1p": lambda z: gg.sum(gg.log1p(gg.exp(z)) - yes * z),
        "logaddexp": lambda z: gg.sum(gg.logaddexp(0.0, z) - yes * z),
        "log sigmoid": lambda z: (
            -gg.sum(yes * gg.log(gg.sigmoid(z)) + (1 - yes) * gg.log(gg.sigmoid(-z)))
        ),
        "softplus": lambda z: gg.sum(functional.softplus(z) - yes * z),
        "cross entropy": lambda z: functional.binary_cross_entropy_with_logits(
            z, gg.tensor(yes), reduction="sum"
        ),
    }


@pytest.mark.parametrize("name", hessians())
def test_a_hessian_is_a_symmetric_product_in_every_spelling(name):
    x = np.random.default_rng(0).normal(size=(6, 3))
    w = np.array([0.3, -0.2, 0.1])
    likelihood = hessians()[name]
    compiled = gg.compile(gg.hessian(lambda w: likelihood(gg.matmul(gg.tensor(x), w))), wait=True)
    p = 1 / (1 + np.exp(-x @ w))
    for _ in range(2):
        np.testing.assert_allclose(compiled(w), (x.T * (p * (1 - p))) @ x, rtol=1e-10)
    assert "weighted_gram" in names(compiled.graph)


def test_a_product_of_two_matrices_is_none():
    def function(x, y, w):
        return gg.matmul(gg.matrix_transpose(x) * w, y)

    graph = recorded(function, np.ones((5, 3)), np.ones((5, 3)), np.ones(5))
    assert names(passes.symmetric(graph)) == names(graph)
