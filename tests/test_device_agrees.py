"""Every operation of the table on the device against the host: values, gradients, every dtype."""

import numpy as np
import pytest
from agreement import DTYPES, LIMIT, distance, has_dtype, results
from op_samples import cases, label

pytestmark = pytest.mark.needs_compiler


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", cases(), ids=label)
def test_an_operation_gives_what_it_gives_on_the_host(case, dtype, device):
    name, _, sample = case
    if not has_dtype(sample, dtype):
        dtype = "float32"
    host, there = (results(name, sample, where, dtype) for where in ("cpu", device.name))
    assert distance(there.values, host.values) <= LIMIT
    assert distance(there.gradients, host.gradients) <= LIMIT


def test_distance_counts_units_of_precision():
    one = np.array([1.0, 2.0], "float32")
    assert distance([one], [one]) == 0
    assert distance([one + np.float32(2.0**-22)], [one]) == pytest.approx(1.0)
    assert distance([one.astype("float64")], [one]) == np.inf
    assert distance([one * np.nan], [one]) == np.inf
    assert distance([], [one]) == np.inf
