"""Random numbers as users draw them: seeds and processes, parameters, sizes, what is refused."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp
from gpugrad.backend.random.generator import current

# --- seeds


def run(program, **environment):
    """What a new process prints."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **environment}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True)


def test_processes_differ_unless_a_seed_is_given():
    program = "import gpugrad as gg; print(gg.random.uniform(size=3).tolist())"
    unseeded = {"GPUGRAD_SEED": ""}
    assert run(program, **unseeded).stdout != run(program, **unseeded).stdout
    gg.random.seed(7)
    assert run(program, GPUGRAD_SEED="7").stdout.strip() == str(gg.random.uniform(size=3).tolist())
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run("import gpugrad", GPUGRAD_SEED="abc")
    assert "GPUGRAD_SEED='abc'" in failed.value.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_forked_processes_have_numbers_of_their_own_which_the_seed_decides():
    program = """
import os, gpugrad as gg
def draw():
    return str(gg.random.integers(2**60).item()).encode()
def child(of_child=bytes):
    read, write = os.pipe()
    if not os.fork():
        os.write(write, draw() + b" " + of_child())
        os._exit(0)
    os.wait()
    return os.read(read, 1000)
gg.random.seed(5)
print(*[part.decode() for part in (child(child), child(), draw())])
"""
    numbers = run(program).stdout.split()
    assert len(set(numbers)) == 4 and run(program).stdout.split() == numbers
    gg.random.seed(5)
    assert int(numbers[-1]) == gg.random.integers(2**60).item()


def test_no_seed_is_a_new_one():
    first = [gg.random.seed() or gg.random.uniform().item() for _ in range(2)]
    assert first[0] != first[1]


@pytest.mark.parametrize("value", ["a", 1.5, None])
def test_a_seed_is_a_whole_number(value):
    with pytest.raises(TypeError, match=r"seed=.*; give a whole number"):
        current().seed = value
    gg.random.seed(np.int64(5))
    assert type(current().seed) is int


# --- parameters and sizes

DEVICES = ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]


@pytest.mark.parametrize("device", DEVICES)
def test_numbers_are_functions_of_their_parameters(device):
    loc, scale = [1.0, -2.0, 3.0], [[0.5], [2.0]]
    with gg.use_device(device):
        leaves = [gg.tensor(x, requires_grad=True) for x in (loc, scale)]
        gg.random.seed(3)
        y = gg.random.normal(*leaves)
        gg.random.seed(3)
        z = gg.random.normal(size=(2, 3))
        gg.sum(y).backward()
        assert (y.shape, y.dtype, y.device) == ((2, 3), gg.float32, device)
        np.testing.assert_allclose(y.detach().numpy(), loc + scale * z.numpy(), rtol=1e-6)
        assert leaves[0].grad.tolist() == [2.0, 2.0, 2.0]
        np.testing.assert_allclose(leaves[1].grad.numpy()[:, 0], z.numpy().sum(1), rtol=1e-6)
        low = gg.tensor(0.0, requires_grad=True)
        u = gg.random.uniform(low, 4.0, size=5)
        gg.sum(u).backward()
        np.testing.assert_allclose(low.grad.item(), 5 - u.detach().numpy().sum() / 4, rtol=1e-5)


def test_parameters_may_be_lists_arrays_and_boxes():
    assert gg.random.normal((1e6, -1e6), 1.0).shape == (2,)
    assert gg.random.normal(np.zeros(3), 1.0).dtype == np.float64
    assert gg.random.uniform(gg.tensor([1, 2]), 3, dtype="float64").dtype == np.float64
    assert gg.random.normal(gg.tensor(0.0), 1.0, size=(4, 2)).shape == (4, 2)
    assert gg.grad(lambda m: gg.sum(gg.random.normal(m, [1.0, 2.0])))(3.0) == 2
    assert gg.random.bernoulli(gg.tensor([0.0, 1.0])).tolist() == [False, True]


@pytest.mark.parametrize("size", [np.int64(3), np.array(3), (np.int32(3),), [3], np.array([3])])
def test_sizes_may_be_numpys_integers(size):
    for draw in (gg.random.normal, gg.random.uniform, gnp.random.normal, gnp.random.random):
        assert draw(size=size).shape == (3,)
    assert gg.random.integers(np.int64(9), size=size).shape == (3,)
    assert gg.random.bernoulli(np.float32(0.5), size).shape == (3,)


def test_counts_may_be_numpys_integers():
    for of in (gg.random, gnp.random):
        assert sorted(of.permutation(np.int64(4)).tolist()) == [0, 1, 2, 3]
    assert gnp.random.choice(np.int64(4), np.int64(2)).shape == (2,)
    assert gnp.random.randint(-(2**63), np.int64(2**63 - 1), 2).shape == (2,)


@pytest.mark.parametrize(
    ("draw", "error", "message"),
    [
        (lambda: gg.random.normal(0, -1), ValueError, "normal: scale=-1"),
        (lambda: gg.random.normal(0, [1, -1]), ValueError, r"normal: scale=\[1, -1\]"),
        (lambda: gnp.random.laplace(0, -1.0), ValueError, r"laplace: scale=-1\.0; it is 0 or more"),
        (lambda: gnp.random.weibull(-1.0), ValueError, "weibull: a="),
        (lambda: gg.random.uniform(3, 1), ValueError, r"uniform: low=3\.0 is above high=1\.0"),
        (lambda: gg.random.normal(size=2.5), TypeError, r"whole numbers, not 2\.5"),
        (lambda: gg.random.normal(size=-1), ValueError, r"shape \(-1,\)"),
        (lambda: gg.random.normal(gg.zeros(3), size=4), ValueError, r"size=4 .* shape \(3,\)"),
        (lambda: gg.random.integers(2.5), TypeError, r"integers: high=2\.5; give a whole number"),
        (lambda: gg.random.permutation(2.5), TypeError, r"permutation: 2\.5; give a whole number"),
    ],
)
def test_wrong_parameters_are_named(draw, error, message):
    with pytest.raises(error, match=message):
        draw()


# --- within vmap

ONES = np.ones((3, 5))
DRAWS = {  # name -> a function of a member of 5 numbers that draws
    "uniform": lambda x: gg.random.uniform(size=2),
    "normal around members": lambda x: gg.random.normal(x),
    "integers": lambda x: gg.random.integers(2**40, size=2),
    "bernoulli": lambda x: gg.random.bernoulli(0.5, size=60),
    "permutation": lambda x: gg.random.permutation(30),
    "rows in another order": lambda x: gg.random.permutation(x * gg.arange(5.0)),
    "numpy's": lambda x: gnp.random.exponential(x),
    "gamma around members": lambda x: gg.random.gamma(x),
    "poisson": lambda x: gg.random.poisson(20 * x),
    "numpy's choice": lambda x: gnp.random.choice(30, 20, replace=False),
    "dropout": lambda x: gg.nn.functional.dropout(gg.ones(60) * x[0], 0.5),
    "in a gradient": gg.grad(lambda x: gg.sum(x * gg.random.normal(size=5))),
}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", DRAWS)
def test_members_draw_the_same_numbers_or_their_own(name, device):
    with gg.use_device(device):
        members = gg.tensor(ONES)
        for given, rows in (({}, 1), ({"randomness": "same"}, 1), ({"randomness": "different"}, 3)):
            drawn = gg.vmap(DRAWS[name], **given)(members).numpy()
            assert len(np.unique(drawn, axis=0)) == rows
        with pytest.raises(RuntimeError, match="randomness='error'"):
            gg.vmap(DRAWS[name], randomness="error")(members)


def test_numbers_of_nested_members():
    def draw(x):
        return gg.random.uniform()

    def distinct(outer, inner):
        nested = gg.vmap(gg.vmap(draw, randomness=inner), randomness=outer)
        drawn = np.asarray(nested(ONES))
        return drawn.shape == (3, 5), len(np.unique(drawn))

    assert distinct("different", "different") == (True, 15)
    assert distinct("different", "same") == (True, 3)
    assert distinct("same", "different") == (True, 5)
    assert distinct("same", "same") == (True, 1)
    with pytest.raises(ValueError, match=r"randomness='x'; known: same, different, error"):
        gg.vmap(draw, randomness="x")


def test_members_own_numbers_are_those_of_one_call():
    gg.random.seed(1)
    members = gg.vmap(lambda x: gg.random.normal(), randomness="different")(ONES)
    gg.random.seed(1)
    assert members.tolist() == gg.random.normal(size=3).tolist()
