"""Random numbers: NumPy's Philox word for word, the same on host and device."""

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpugrad.backend.host import random as philox_host
from gpugrad.backend.random import generator as random
from gpugrad.backend.random.generator import Counter, Generator
from gpugrad.backend.select import backend

HOST = backend("cpu")
COUNTS = [0, 1, 3, 4, 5, 8, 9, 1_000, 4_099]
FLOATS = ["float16", "bfloat16", "float32", "float64"]
SEEDS = [0, 1, 2**64 + 3, 2**128 - 1]


def numpy_at(seed, counter):
    return np.random.Generator(np.random.Philox(key=seed, counter=counter))


# Random123's known answers for philox4x64-10: counter, key, words.
KNOWN = [
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B),
    ),
    (
        (2**64 - 1,) * 4,
        (2**64 - 1,) * 2,
        (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0),
    ),
]


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN)
def test_known_answers(counter, key, expected):
    """NumPy adds one to the counter before it draws; the known answers are of the counter."""
    before = (sum(word << 64 * i for i, word in enumerate(counter)) - 1) % 2**256
    whole_key = key[0] | key[1] << 64
    words = np.random.Philox(key=whole_key, counter=before).random_raw(4)
    assert [int(word) for word in words] == list(expected)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("counter", [0, 5, 2**63])
def test_words_are_numpys(seed, counter):
    drawn = random.words(HOST, 1_001, Generator(seed, counter))
    assert np.array_equal(drawn, np.random.Philox(key=seed, counter=counter).random_raw(1_001))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("count", COUNTS)
def test_uniforms_are_numpys(dtype, count):
    drawn = random.uniform(HOST, (count,), dtype, generator=Generator(7, 11))
    expected = numpy_at(7, 11).random(count, dtype=dtype)
    assert drawn.dtype == dtype and drawn.tobytes() == expected.tobytes()


def test_every_call_uses_whole_blocks():
    generator = Generator(3)
    steps = [
        (lambda: random.words(HOST, 5, generator), 2),
        (lambda: random.uniform(HOST, (3, 3), "float32", generator=generator), 2),
        (lambda: random.uniform(HOST, 9, "float64", generator=generator), 3),
        (lambda: random.normal(HOST, 9, "bfloat16", generator=generator), 2),
        (lambda: random.integers(HOST, 9, 0, 5, generator=generator), 3),
        (lambda: random.bernoulli(HOST, 17, 0.5, generator), 3),
        (lambda: random.permutation(HOST, 8, generator), 2),
        (lambda: random.uniform(HOST, 0, generator=generator), 0),
    ]
    for draw, blocks in steps:
        before = generator.counter.get()
        draw()
        assert generator.counter.get() - before == blocks


def test_a_counter_restored_draws_the_same_again():
    generator = Generator(3, 40)
    first, place = random.normal(HOST, 100, generator=generator), generator.counter.get()
    second = random.normal(HOST, 100, generator=generator)
    generator.counter.set(place)
    assert np.array_equal(random.normal(HOST, 100, generator=generator), second)
    assert not np.array_equal(first, second)


def test_seed_starts_the_default_generator_again():
    random.seed(5)
    first = random.uniform(HOST, 10)
    random.seed(5)
    assert np.array_equal(random.uniform(HOST, 10), first)
    random.seed(6)
    assert not np.array_equal(random.uniform(HOST, 10), first)


@pytest.mark.parametrize("value", [-1, 2**64])
def test_a_counter_outside_its_range_is_refused(value):
    with pytest.raises(ValueError, match="counter"):
        Counter(value)


@pytest.mark.parametrize("value", [-1, 2**128])
def test_a_seed_outside_its_range_is_refused(value):
    with pytest.raises(ValueError, match="seed"):
        Generator(value)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: random.integers(HOST, 3, 5, 5),
        lambda: random.integers(HOST, 3, 0, 2**63 + 1),
        lambda: random.integers(HOST, 3, 0, 5, "float32"),
        lambda: random.bernoulli(HOST, 3, 1.5),
    ],
)
def test_impossible_settings_are_refused(draw):
    with pytest.raises(ValueError, match=r"integers|bernoulli"):
        draw()


def test_only_floats_are_drawn_as_floats():
    with pytest.raises(TypeError, match="int64"):
        random.normal(HOST, 3, "int64")


def test_threads_never_share_a_block():
    from concurrent.futures import ThreadPoolExecutor

    counter = Counter()
    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(lambda _: counter.advance(3), range(2_000)))
    assert sorted(places) == list(range(0, 6_000, 3)) and counter.get() == 6_000


def test_every_write_to_a_counter_goes_through_one_method():
    class Watched(Counter):
        def write(self, value, blocks=0):
            written.append((value, blocks))
            return super().write(value, blocks)

    written, generator = [], Generator(3)
    generator.counter = Watched(2)
    random.words(HOST, 9, generator)
    random.bernoulli(HOST, 9, 0.5, generator)
    generator.counter.set(40)
    assert written == [(2, 0), (None, 3), (None, 2), (40, 0)]
    assert generator.counter.get() == 40


@given(st.integers(0, 2**64 - 1), st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
def test_high_product_is_exact(factor, words):
    found = philox_host.high_product(np.array(words, np.uint64), factor)
    assert [int(word) for word in found] == [word * factor >> 64 for word in words]


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-3, 4), (0, 2**40), (-(2**63), 2**63), (2**63 - 1, 2**63)]
)
def test_integers_follow_the_documented_rule(low, high):
    drawn = random.integers(HOST, 200, low, high, generator=Generator(9))
    words = np.random.Philox(key=9).random_raw(200)
    assert drawn.tolist() == [low + (int(word) * (high - low) >> 64) for word in words]


def test_integers_are_uniform():
    counts = np.bincount(random.integers(HOST, 60_000, 0, 6, "uint8", Generator(1)), minlength=6)
    chi_square = ((counts - 10_000) ** 2 / 10_000).sum()
    assert chi_square < 20.5  # 0.999 of the distribution with 5 degrees of freedom


@pytest.mark.parametrize("dtype", FLOATS)
def test_uniforms_are_uniform(dtype):
    drawn = random.uniform(HOST, 50_000, dtype, -2.0, 3.0, Generator(2)).astype("float64")
    assert drawn.min() >= -2 and drawn.max() <= 3
    assert distance(drawn, (np.sort(drawn) + 2) / 5) < (0.0087 if "16" not in dtype else 0.012)


@pytest.mark.parametrize("dtype", FLOATS)
def test_normals_are_normal(dtype):
    drawn = random.normal(HOST, 50_000, dtype, 1.0, 2.0, Generator(2)).astype("float64")
    erf = np.vectorize(math.erf)
    cumulative = 0.5 * (1 + erf((np.sort(drawn) - 1) / 2 / math.sqrt(2)))
    assert distance(drawn, cumulative) < (0.0087 if "16" not in dtype else 0.012)
    assert abs(drawn.mean() - 1) < 0.03 and abs(drawn.std() - 2) < 0.03


def distance(drawn, cumulative):
    """Kolmogorov and Smirnov's; above 1.95 / sqrt(50,000) = 0.0087 once in a thousand."""
    n = len(drawn)
    steps = np.arange(n + 1) / n
    return max((steps[1:] - cumulative).max(), (cumulative - steps[:-1]).max())


def test_quantiles_invert_the_normal_distribution():
    p = np.concatenate([10.0 ** -np.arange(1, 16.0, 0.01), np.linspace(0.001, 0.5, 2_001)])
    z = philox_host.quantile(p)
    found = np.array([0.5 * math.erfc(-value / math.sqrt(2)) for value in z])
    assert np.abs(found / p - 1).max() < 4e-14  # in the far tail, z**2 units of its own error
    q = np.arange(1, 512) / 1024  # 1 - q is exact
    assert np.array_equal(philox_host.quantile(1 - q), -philox_host.quantile(q))


@pytest.mark.parametrize("probability", [0.0, 0.1, 0.5, 1.0])
def test_masks_have_their_probability(probability):
    mask = random.bernoulli(HOST, (100, 400), probability, Generator(4))
    assert mask.dtype == bool and mask.shape == (100, 400)
    deviation = math.sqrt(probability * (1 - probability) / mask.size)
    assert abs(mask.mean() - probability) <= 4 * deviation


@pytest.mark.parametrize("count", [0, 1, 2, 1_000])
def test_permutations_hold_every_number_once(count):
    drawn = random.permutation(HOST, count, Generator(8))
    assert drawn.dtype == np.int64 and sorted(drawn.tolist()) == list(range(count))
    assert count < 3 or drawn.tolist() != list(range(count))


def test_permutations_are_equally_likely():
    generator = Generator(0)
    orders = [tuple(random.permutation(HOST, 3, generator).tolist()) for _ in range(6_000)]
    counts = np.array([orders.count(order) for order in set(orders)])
    assert len(counts) == 6 and ((counts - 1_000) ** 2 / 1_000).sum() < 20.5


def test_importing_does_not_load_numpys_generators():
    """They cost a fifth of NumPy's own import, and a program may never draw a number."""
    program = (
        "import sys, numpy; before = 'numpy.random' in sys.modules\n"
        "import gpugrad.backend.random.generator\n"
        "assert ('numpy.random' in sys.modules) == before"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
