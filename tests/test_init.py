"""Initial values: what each promises, by their moments and by torch where it is there."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import init


def filled(shape, dtype="float32"):
    return nn.Parameter(gg.full(shape, 9.0, dtype=dtype))


@pytest.mark.parametrize(("a", "b"), [(-2.0, 2.0), (0.5, 0.6), (4.0, 9.0), (-30.0, -10.0)])
def test_truncated_normals_have_their_moments(a, b):
    stats = pytest.importorskip("scipy.stats")
    x = filled((400, 500), "float64")
    assert init.trunc_normal_(x, 1.0, 2.0, a, b) is x
    values = x.detach().numpy()
    assert a <= values.min() and values.max() <= b
    expected = stats.truncnorm((a - 1) / 2, (b - 1) / 2, 1, 2)
    assert values.mean() == pytest.approx(expected.mean(), abs=0.01 * (b - a))
    assert values.std() == pytest.approx(expected.std(), rel=0.02)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 2, 3, 3), (40, 2, 3)])
@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_orthogonal_weights(shape, dtype):
    x = init.orthogonal_(filled(shape, dtype), gain=2.0).detach().numpy().astype("f8")
    matrix = x.reshape(shape[0], -1)
    gram = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(
        gram, 4 * np.eye(len(gram)), atol=1e-12 if dtype[-2:] == "64" else 0.02
    )
    assert init.orthogonal_(filled((0, 3))).shape == (0, 3)


def test_sparse_columns():
    x = init.sparse_(filled((30, 40)), 0.25, std=0.5).detach().numpy()
    assert ((x == 0).sum(axis=0) == 8).all() and (x == 0).any(axis=1).sum() > 20
    assert x[x != 0].std() == pytest.approx(0.5, rel=0.1)


def test_weights_that_change_nothing():
    x = gg.random.normal(size=(2, 4, 6))
    layer = nn.Conv1d(4, 4, 3, padding=1, groups=2, bias=False)
    init.dirac_(layer.weight, groups=2)
    np.testing.assert_array_equal(layer(x).detach().numpy(), x.numpy())
    assert init.eye_(filled((2, 3))).tolist() == [[1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize(
    "draw",
    [
        init.uniform_,
        init.normal_,
        init.kaiming_normal_,
        init.xavier_uniform_,
        init.trunc_normal_,
        init.orthogonal_,
        lambda x, **how: init.sparse_(x, 0.5, **how),
    ],
)
def test_a_generator_draws_in_place_of_ours(draw):
    place = gg.random.get_state()
    first, second = (
        draw(filled((3, 4)), generator=np.random.default_rng(0)).tolist() for _ in range(2)
    )
    assert first == second and gg.random.get_state() == place


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: init.orthogonal_(filled(3)), "^orthogonal_: .*it has 2 or more axes"),
        (lambda: init.eye_(filled((1, 2, 3))), "^eye_: a Tensor of shape .*it has 2 axes"),
        (lambda: init.sparse_(filled(3), 0.5), "^sparse_: "),
        (lambda: init.dirac_(filled((2, 2))), "^dirac_: .*it has 3 or 4 or 5 axes"),
        (lambda: init.dirac_(filled((3, 2, 1)), 2), "^dirac_: 3 channels do not make 2"),
    ],
)
def test_what_does_not_fit_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_all_against_torch():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.init
    assert {name for name in dir(theirs) if name[-1] == "_" and name[0] != "_"} <= set(init.__all__)
    for name in (*init.CONVOLUTIONS, "linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        assert init.calculate_gain(name) == theirs.calculate_gain(name)
    for shape, groups in (((4, 2, 3), 2), ((3, 5, 2, 4), 1), ((6, 1, 3, 1, 2), 3)):
        expected = theirs.dirac_(torch.empty(shape), groups)
        np.testing.assert_array_equal(
            init.dirac_(filled(shape), groups).detach().numpy(), expected.numpy()
        )
    rows = theirs.sparse_(torch.empty(30, 4), 0.33) == 0
    assert (init.sparse_(filled((30, 4)), 0.33).detach().numpy() == 0).sum() == rows.sum()
