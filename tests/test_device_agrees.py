"""Every operation of the table on the device against the host: values, gradients, every dtype."""

import numpy as np
import pytest
from agreement import CONDITIONS, DTYPES, distance, has_dtype, limit, results
from op_samples import SAMPLES, cases, label
from sample import complexes
from unique_parts import unique_parts

import gpugrad as gg

pytestmark = pytest.mark.needs_compiler


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", cases(), ids=label)
def test_an_operation_gives_what_it_gives_on_the_host(case, dtype, device):
    name, _, sample = case
    if not has_dtype(sample, dtype):
        dtype = "float32"
    host, there = (results(name, sample, where, dtype) for where in ("cpu", device.name))
    assert distance(there.values, host.values) <= limit(name, dtype)
    assert distance(there.gradients, host.gradients) <= limit(name, dtype)


def test_distance_counts_units_of_precision():
    one = np.array([1.0, 2.0], "float32")
    assert distance([one], [one]) == 0
    assert distance([one + np.float32(2.0**-22)], [one]) == pytest.approx(1.0)
    assert distance([one.astype("float64")], [one]) == np.inf
    assert distance([one * np.nan], [one]) == np.inf
    assert distance([], [one]) == np.inf


@pytest.mark.parametrize(("name", "condition"), CONDITIONS.items())
def test_samples_have_the_conditions_that_their_limit_is_for(name, condition):
    for x in (one.inputs[0] for one in SAMPLES[name] if one.inputs[0].size):
        singular = (np.linalg.matrix_rank(x) < min(x.shape[-2:])).any()
        assert np.all(np.linalg.cond(x) <= condition) or (singular and name == "det")


TURNS = {  # results with each column of the factors times a number
    "eig": lambda n, values, vectors: (values, vectors * n),
    "eigh": lambda n, values, vectors: (values, vectors * n),
    "qr": lambda n, q, r: (q * n, np.conj(n)[:, None] * r),
    "svd": lambda n, u, values, vh: (u * n, values, np.conj(n)[:, None] * vh),
}


@pytest.mark.parametrize("phases", [[-1, 1, -1], [1j, 1, 0.6 - 0.8j]])
@pytest.mark.parametrize("name", TURNS)
def test_factors_are_compared_up_to_a_phase_of_each_column(name, phases):
    """And no further: times 2 they are others."""
    x = complexes(2, 3, 3)
    x = x + np.conj(np.swapaxes(x, -1, -2)) if name == "eigh" else x
    given = getattr(np.linalg, name)(x)
    first, turned, doubled = (
        [y.numpy() for y in unique_parts(name, tuple(map(gg.tensor, TURNS[name](n, *given))))]
        for n in map(np.array, ([1, 1, 1], phases, [1, 1, 2]))
    )
    assert distance(turned, first) <= 16
    assert distance(doubled, first) > 1e3


def test_eigenvalues_are_compared_in_any_order():
    values, vectors = np.linalg.eig(complexes(3, 3))
    for name, given in (("eig", (values, vectors)), ("eigvals", (values,))):
        turned = tuple(gg.tensor(y[..., ::-1].copy()) for y in given)
        first, again = (unique_parts(name, y) for y in (tuple(map(gg.tensor, given)), turned))
        assert distance([y.numpy() for y in again], [y.numpy() for y in first]) == 0
