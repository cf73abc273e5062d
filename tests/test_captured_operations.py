"""Which operations a device records, forward and backward, and what CuPy refuses in the others."""

from itertools import chain

import numpy as np
import pytest
from agreement import host, prepared
from op_samples import SAMPLES

import gpugrad as gg
from gpugrad import random

pytestmark = pytest.mark.needs_compiler

# A word of the error that stops a capture -> the operations with a sample that it stops.  All
# others are recorded.
REFUSED = {
    "cuBLAS": """
        cofactor_change cofactor_curvature cofactors det expm inv slogdet solve solve_triangular
    """,
    "cuSOLVER": """
        cholesky cofactor_change cofactor_curvature cofactors eig eigh eigvals eigvals_change
        eigvals_gradient eigvalsh eigvalsh_change eigvalsh_gradient expm gaussian_logpdf inv
        log_pseudo_det matrix_power pinv qr solve solve_banded solve_sylvester sparse_solve sqrtm
        svd svdvals svdvals_change svdvals_gradient
    """,
    "H2D": "ive_slope repeat",
    "D2H": """
        getitem getitem_or_zero ive ive_slope iv jv kv kve nonzero setitem to_device unindex
        unique_all yv
    """,
}


def stopped(name, sample, device):
    """What a sample stops at in a capture, or None; what was recorded must replay right."""
    run = prepared(name, sample, device.name, "float32")
    random.seed(0)
    eager = run()  # makes what later runs find made
    random.seed(0)
    try:
        with device.driver.capture() as graph:
            recorded = run()
    except (NotImplementedError, RuntimeError) as error:
        return next(word for word in REFUSED if word in str(error))
    graph.launch()
    for found, expected in zip(chain(*recorded), chain(*eager), strict=True):
        np.testing.assert_array_equal(host(found), host(expected))
    return None


@pytest.mark.parametrize("name", SAMPLES)
def test_an_operation_is_captured_or_refused_as_listed(name, device):
    with gg.errstate(linalg="nan"):
        words = {stopped(name, sample, device) for sample in SAMPLES[name]} - {None}
    assert words == {word for word, names in REFUSED.items() if name in names.split()}


def test_the_list_names_operations():
    assert {name for names in REFUSED.values() for name in names.split()} <= SAMPLES.keys()
