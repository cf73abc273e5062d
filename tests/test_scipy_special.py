"""gpugrad.scipy.special: values as SciPy's, also at poles and far out; dtypes, devices, transforms.

tests/op_samples_special.py has every operation against differences, to second order, and
tests/test_scipy_special_slopes.py derivatives against what is known of them.
"""

import subprocess
import sys
from math import inf, nan

import numpy as np
import pytest
from scipy import special as scipys

import gpugrad as gg
from gpugrad.codegen.fused import fused
from gpugrad.codegen.refusals import NotElementwise
from gpugrad.ops import REGISTRY
from gpugrad.scipy import special
from gpugrad.testing import gradcheck

LINE = np.array(
    [
        -inf,
        -1e3,
        -40.3,
        -3,
        -2.5,
        -2,
        -1,
        -0.5,
        -1e-9,
        -0.0,
        0,
        1e-9,
        0.25,
        0.5,
        1,
        1.5,
        2,
        3.7,
        30.2,
        150.5,
        800,
        1e10,
        inf,
        nan,
    ]
)
UNIT = np.array([-1, -1e-9, 0, 1e-300, 1e-9, 0.1, 0.5, 0.9, 1 - 1e-9, 1, 1.5, 2, nan])
POSITIVE = np.array([-1.0, 0, 1e-9, 0.3, 1, 4.5, 30, 1e3, 1e6, inf, nan])
INSIDE = np.array([-0.5, 0, 1e-300, 1e-5, 0.1, 0.5, 0.99, 1 - 1e-12, 1, 1.5, nan])
ORDERS = np.array([0, 1, 2, 5])
REALS = np.array([-1.5, 0, 0.5, 2, 7])


def each(names, *arguments):
    """The same arguments for several functions."""
    return dict.fromkeys(names.split(), arguments)


ARGUMENTS = {
    **each("gamma gammaln loggamma rgamma gammasgn digamma psi erf erfc erfcx ndtr log_ndtr", LINE),
    **each("expit log_expit entr exprel j0 j1 y0 y1 i0 i0e i1 i1e k0 k1", LINE),
    **each("erfinv erfcinv ndtri logit", UNIT),
    **each("beta betaln gammainc gammaincc", POSITIVE, POSITIVE),
    **each("xlogy xlog1py rel_entr kl_div", POSITIVE, POSITIVE),
    **each("gammaincinv gammainccinv stdtrit", POSITIVE[1:8], UNIT[2:10]),
    **each("betainc betaincc", POSITIVE[2:9], POSITIVE[2:9], INSIDE),
    **each("betaincinv", POSITIVE[3:7], POSITIVE[3:7], UNIT[4:9]),
    **each("stdtr", POSITIVE[2:9], LINE[1:-1]),
    **each("polygamma", ORDERS, LINE[3:-2]),
    **each("yn", ORDERS, POSITIVE[:8]),
    **each("jv jn yv iv ive kv kve", REALS, LINE[12:19]),
    **each("zeta", np.array([1.0, 1.1, 2, 5, 60]), POSITIVE[2:9]),
}
LOOSE = {"stdtrit": 1e-9, "stdtr": 1e-9, "betaincc": 1e-9}  # composed on a device


def grids(name):
    return list(np.meshgrid(*ARGUMENTS[name], indexing="ij"))


@pytest.mark.parametrize("name", ARGUMENTS)
def test_values_are_scipys_at_poles_and_far_out(name):
    arrays = grids(name)
    with np.errstate(all="ignore"):
        expected = getattr(scipys, name)(*arrays)
    found = getattr(special, name)(*arrays)
    assert found.dtype == gg.float64
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-13, atol=0)


@pytest.mark.needs_compiler
@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_device_gives_the_same(name, device):
    arrays = grids(name)
    if name == "stdtrit":  # of 0 SciPy gives +inf, and 1e-300 is out of betaincinv's reach
        arrays = [a[2:, 2:-1] for a in arrays]
    there = getattr(special, name)(*map(device.asarray, arrays))
    assert there.device == device.name
    host = getattr(special, name)(*arrays).numpy()
    np.testing.assert_allclose(there.numpy(), host, rtol=LOOSE.get(name, 1e-13), atol=1e-15)


@pytest.mark.needs_compiler
def test_riemanns_zeta_is_the_same_on_a_device(device):
    x = np.array([-4.5, -2, -1, 0, 0.5, 1.5, 3, 60])
    there = special.zeta(device.asarray(x)).numpy()
    np.testing.assert_allclose(there, special.zeta(x).numpy(), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(special.zeta(x).numpy(), scipys.zeta(x), rtol=1e-15)


# --- dtypes and arguments


@pytest.mark.parametrize("name", ARGUMENTS)
def test_float32_stays_and_whole_numbers_become_float64(name):
    count = len(ARGUMENTS[name])
    x = gg.tensor([0.5, 0.25], requires_grad=True)
    arrays = [1] * (count - 1) + [x]
    y = getattr(special, name)(*arrays)
    assert y.dtype == gg.float32
    if name != "gammasgn":
        y.sum().backward()
        assert x.grad.dtype == gg.float32 and np.isfinite(x.grad.numpy()).all()
    assert getattr(special, name)(*[1] * count).dtype == gg.float64
    assert getattr(special, name)(*[1] * (count - 1), [1, 1]).dtype == gg.float64


@pytest.mark.parametrize("name", ARGUMENTS)
def test_no_elements_and_the_wrong_number_of_arguments(name):
    count = len(ARGUMENTS[name])
    function = getattr(special, name)
    none = [np.zeros((0, 1))] * (count - 1)
    x = gg.tensor(np.zeros((0, 3)), requires_grad=True)
    y = function(*none, x)
    assert y.shape == (0, 3)
    if name != "gammasgn":
        y.sum().backward()
        assert x.grad.shape == (0, 3)
    with pytest.raises(TypeError, match="takes"):
        function(*[1.0] * (count + 1))


def test_orders_without_a_derivative_are_errors():
    for function in (special.jv, special.yv, special.polygamma, special.yn):
        with pytest.raises(TypeError, match=r"has no derivative in [vn]"):
            gg.grad(lambda v, function=function: function(v, 2.0))(1.0)


# --- over axes

A = np.random.default_rng(0).normal(size=(3, 4))
B = np.random.default_rng(1).normal(size=(3, 4))


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_softmax_and_logsumexp_over_any_axes(axis):
    for name in ("softmax", "log_softmax", "logsumexp"):
        found, expected = (getattr(where, name)(A, axis=axis) for where in (special, scipys))
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)
    found = special.logsumexp(A, axis, B, True, return_sign=True)
    expected = scipys.logsumexp(A, axis, B, True, return_sign=True)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.numpy(), other, rtol=1e-13)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1000, 0], [0, 1]),
        ([inf, 0], [0, 1]),
        ([inf, 0], [1, 1]),
        ([-inf, -inf], [1, 1]),
        ([1, 2], [1, -5]),
        ([nan, 1], [0, 1]),
        ([nan, 1], [1, 1]),
        ([], []),
        ([3e5, 3e5], [1, 2]),
    ],
)
def test_logsumexp_with_weights_at_its_edges(a, b):
    found, expected = (where.logsumexp(a, b=b) for where in (special, scipys))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-14)


def test_derivatives_of_weighted_logsumexp():
    gradcheck(lambda a, b: special.logsumexp(a, 1, b, return_sign=True)[0], [A, B], order=2)
    weights = np.array([0.0, 2.0])
    by_b = gg.grad(lambda b: special.logsumexp(np.array([1.0, 2.0]), b=b))(weights)
    np.testing.assert_allclose(by_b, np.exp([1, 2]) / (2 * np.exp(2)), rtol=1e-14)
    nothing = gg.grad(lambda a: special.logsumexp(a, b=np.ones(2)))(np.array([-inf, -inf]))
    assert (nothing == 0).all()


# --- kernels, transforms, SciPy


def test_what_a_library_computes_is_read_in_no_kernel():
    assert fused(REGISTRY["gammaln"]).usual() is None

    @gg.elementwise
    def mixed(x):
        return special.expit(x) * special.gammaln(x)

    @gg.elementwise
    def whole(x):
        return special.expit(x) * special.ndtr(x)

    with pytest.raises(NotElementwise, match="mixed: gammaln is computed by a library"):
        mixed(np.ones(3))
    assert whole(np.zeros(3)).tolist() == [0.25] * 3


def test_transforms_nest():
    a, x = np.array([0.7, 2.0, 11.0]), np.array([0.3, 2.0, 9.0])
    slope = gg.grad(lambda a, x: gg.jvp(lambda x: special.gammainc(a, x), (x,), (1.0,))[1])
    found = gg.vmap(slope)(a, x)
    expected = [
        gg.grad(gg.grad(special.gammainc, argnums=1))(*pair) for pair in zip(a, x, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    orders = gg.vmap(lambda n: special.polygamma(n, 2.0))(np.arange(3))
    np.testing.assert_allclose(orders, scipys.polygamma(np.arange(3), 2.0), rtol=1e-14)


def run(program):
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_without_scipy_the_error_says_what_to_install():
    done = run(
        "import sys; sys.modules['scipy'] = None\n"
        "from gpugrad.scipy import special\n"
        "print(special.ndtr(0.0).item())\n"
        "special.gamma(2.0)"
    )
    assert done.stdout.split() == ["0.5"]
    assert done.stderr.splitlines()[-1].startswith("ImportError: special functions are computed by")
    assert "pip install 'gpugrad[scipy]'" in done.stderr


def test_scipy_is_imported_by_the_first_call():
    done = run(
        "import sys\n"
        "from gpugrad.scipy import special, stats\n"
        "print('scipy' in sys.modules)\n"
        "special.gamma(2.0)\n"
        "print('scipy' in sys.modules)"
    )
    assert done.stdout.split() == ["False", "True"], done.stderr


@pytest.mark.parametrize("axis", [None, (0, 1), (1, 0)])
def test_softmax_of_the_largest_numbers_adds_up_to_one(axis):
    x = np.where(np.eye(2, 3) > 0, np.finfo(float).max, 0.0)
    np.testing.assert_array_equal(special.softmax(x, axis).numpy(), np.eye(2, 3) / 2)
    np.testing.assert_allclose(special.log_softmax(x, axis).numpy()[0, 0], -np.log(2))


@pytest.mark.parametrize("name", ["logsumexp", "polygamma", "yn", "multigammaln"])
def test_complex_numbers_are_refused_by_name(name):
    z = np.array([3.0 + 1j])
    arguments = {"logsumexp": (z,), "multigammaln": (z, 2)}.get(name, (1, z))
    with pytest.raises(TypeError, match=f"^{name}: takes no complex numbers"):
        getattr(special, name)(*arguments)
