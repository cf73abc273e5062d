"""Products of every form, softmax at its corners, random Tensors."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad.ops.contraction import plan


def test_matmul_of_many_rows_is_one_product():
    x, w = gg.ones((4, 5, 3), requires_grad=True), gg.ones((3, 2), requires_grad=True)
    y = x @ w
    assert y.grad_fn.parents[0].name == "matrix_product"
    assert {k.shape for k in y.grad_fn.parents[0].kept[:2]} == {(20, 3), (3, 2)}
    gg.sum(y).backward()
    assert x.grad.shape == x.shape and w.grad.numpy().tolist() == [[20, 20]] * 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: x @ gg.ones((2, 3)), r"\(2, 3\) @ \(2, 3\); did you mean b.T"),
        (lambda x: x @ gg.ones(4), r"inner sizes differ, \(\d, \d\) @ \(4,\)"),
        (lambda x: x @ gg.tensor(1.0), "use \\*"),
        (lambda x: gg.linear(x, gg.ones((2, 4))), "x has 4 features"),
        (lambda x: gg.tensordot(x, gg.ones((2, 3)), axes=1), "sizes differ"),
        (lambda x: gg.tensordot(x, x, axes=((0, 1), (0,))), "2 axes of a and 1 of b"),
        (lambda x: gg.vecdot(x, gg.ones(1)), r"vecdot: sizes differ along axis=-1, \(2, 3\) and"),
        (lambda x: gg.vecdot(x, gg.ones((1, 3)), axis=0), "sizes differ along axis=0"),
        (lambda x: gg.vecdot(x, gg.ones(3), axis=0), "sizes differ along axis=0"),
        (lambda x: gg.einsum("ij,jk->ik", x), "names 2 arrays, 1"),
        (lambda x: gg.einsum("ijk->i", x), "does not fit an array of 2 axes"),
        (lambda x: gg.einsum("ij->ii", x), "twice"),
        (lambda x: gg.einsum("ij->k", x), "'k' that no array has"),
        (lambda x: gg.einsum("ii->i", x[:1]), "twice in an array"),
        (lambda x: gg.einsum("ii->i", x), "lengths 2 and 3"),
        (lambda x: gg.einsum("ij,ij->i", x, gg.ones((2, 4))), "lengths 3 and 4"),
        (lambda x: gg.einsum("i?->i", x), "letters"),
        (lambda x: gg.layer_norm(x, shape=(2,)), "last axes"),
        (lambda x: gg.group_norm(x, groups=2), "3 channels"),
        (lambda x: gg.mse_loss(x, x, reduction="most"), "'most'"),
    ],
)
def test_what_does_not_fit_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call(gg.ones((2, 3)))


def test_einsum_multiplies_what_shrinks_most_first():
    sizes = {"a": 2, "b": 100, "c": 3, "d": 50}
    shapes = tuple(tuple(sizes[x] for x in term) for term in ("ab", "bc", "cd"))
    steps = plan("ab,bc,cd->ad", shapes).pairs
    assert (steps[0].first, steps[0].second) == (0, 1)
    turned = plan("cd,bc,ab->ad", shapes[::-1]).pairs
    assert (turned[0].first, turned[0].second) == (1, 2)


def test_einsum_keeps_an_infinity_off_the_diagonal_out():
    x = np.array([[1.0, np.inf], [np.nan, 2.0]])
    assert gg.einsum("ii", x).item() == 3.0


def test_softmax_neither_overflows_nor_loses_small_ones():
    x = gg.tensor([[1e4, 1e4 - 1, -1e4]], dtype="float64", requires_grad=True)
    y = gg.softmax(x)
    e = np.exp(-1.0)
    np.testing.assert_allclose(y.detach().numpy(), [[1 / (1 + e), e / (1 + e), 0]], rtol=1e-15)
    gg.sum(gg.log_softmax(x) * gg.tensor([[0.0, 0.0, 1.0]], dtype="float64")).backward()
    np.testing.assert_allclose(x.grad.numpy(), [[-1 / (1 + e), -e / (1 + e), 1]], rtol=1e-15)


def test_softmax_of_a_row_that_is_masked_whole_is_nan_as_torchs():
    x = gg.tensor([[-np.inf, -np.inf], [0.0, -np.inf]])
    with np.errstate(invalid="ignore"):
        y = gg.softmax(x).numpy()
    assert np.isnan(y[0]).all() and y[1].tolist() == [1, 0]


def test_cross_entropy_of_ignored_rows_only_is_nan_and_their_sum_zero():
    x, labels = gg.ones((2, 3), requires_grad=True), gg.tensor([-100, -100])
    assert gg.cross_entropy(x, labels, reduction="sum").item() == 0
    with np.errstate(invalid="ignore"):
        assert np.isnan(gg.cross_entropy(x, labels).item())


def test_embedding_adds_up_repeated_rows_and_leaves_padding_out():
    table = gg.tensor(np.arange(6.0).reshape(3, 2), requires_grad=True)
    gg.sum(gg.embedding(table, gg.tensor([2, 0, 2]), padding_idx=0)).backward()
    assert table.grad.numpy().tolist() == [[0, 0], [0, 0], [2, 2]]


def test_random_tensors_follow_the_seed_and_have_the_shapes_asked_for():
    def drawn():
        gg.random.seed(11)
        return [
            gg.random.uniform(2.0, 3.0, (4, 5)),
            gg.random.normal(1.0, 0.1, 7, dtype="float64"),
            gg.random.integers(5, size=(2, 3)),
            gg.random.integers(-3, 0, 4, dtype="int32"),
            gg.random.bernoulli(0.5, 9),
            gg.random.permutation(6),
            gg.random.uniform(),
            gg.random.permutation(gg.tensor([[1, 2], [3, 4], [5, 6]])),
        ]

    first, again = drawn(), drawn()
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    shapes = [(4, 5), (7,), (2, 3), (4,), (9,), (6,), (), (3, 2)]
    assert [x.shape for x in first] == shapes
    names = ["float32", "float64", "int64", "int32", "bool", "int64", "float32", "int64"]
    assert [x.dtype.name for x in first] == names
    assert ((first[0].numpy() >= 2) & (first[0].numpy() < 3)).all()
    assert set(first[3].numpy().tolist()) <= {-3, -2, -1}
    assert sorted(first[5].tolist()) == list(range(6))
    assert sorted(first[7].tolist()) == [[1, 2], [3, 4], [5, 6]]


@pytest.mark.needs_compiler
def test_a_network_trains_on_the_device_as_on_the_host():
    def losses(device):
        from gpugrad import nn, optim

        with gg.use_device(device):
            gg.random.seed(2)
            model = nn.Sequential(
                nn.Conv2d(1, 3, 3, padding=1),
                nn.BatchNorm2d(3),
                nn.ReLU(),
                nn.MaxPool2d(2),
                nn.Flatten(),
                nn.Dropout(0.2),
                nn.Linear(12, 4),
            )
            x, labels = gg.random.normal(size=(5, 1, 4, 4)), gg.random.integers(4, size=5)
            optimizer = optim.AdamW(model.parameters(), lr=0.01)
            found = []
            for _ in range(4):
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x), labels)
                loss.backward()
                optimizer.step()
                found.append(loss.item())
            assert loss.device == model[0].weight.device == device
            return found

    np.testing.assert_allclose(losses("simulated"), losses("cpu"), rtol=1e-5)
