"""Tables of rows, bags of rows, and modules made of several: closed forms and refusals."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.nn import functional as F

TABLE = np.arange(8.0).reshape(4, 2).astype("f4")


def table(**how):
    return nn.Embedding(4, 2, _weight=gg.tensor(TABLE), **how)


def test_rows_are_made_shorter_where_they_are_looked_up():
    layer = table(max_norm=3.0)
    y = layer(gg.tensor([[1, 3], [1, 0]]))
    lengths = np.linalg.norm(layer.weight.detach().numpy(), axis=1)
    np.testing.assert_allclose(lengths, [1, 3, np.hypot(4, 5), 3], rtol=1e-5)
    np.testing.assert_array_equal(y.tolist()[0][0], layer.weight.tolist()[1])
    y.sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1], [2, 2], [0, 0], [1, 1]]
    with pytest.raises(ValueError, match=r"^embedding: max_norm writes into weight, which belongs"):
        gg.grad(lambda w: gg.sum(F.embedding(gg.tensor([0]), w, max_norm=1.0)))(gg.tensor(TABLE))


@pytest.mark.parametrize("bag", [True, False])
def test_gradients_are_divided_by_how_often_a_row_comes(bag):
    weight = gg.tensor(TABLE, requires_grad=True)
    indices = gg.tensor([[1, 3, 1], [1, 0, 2]])
    how = {"mode": "sum"} if bag else {}
    function = F.embedding_bag if bag else F.embedding
    y = function(indices, weight, scale_grad_by_freq=True, **how)
    np.testing.assert_array_equal(y.tolist(), function(indices, weight, **how).tolist())
    y.sum().backward()
    np.testing.assert_allclose(weight.grad.numpy(), np.ones((4, 2)), rtol=1e-6)


def test_given_rows_are_not_trained_unless_wanted():
    rows = gg.tensor(TABLE)
    assert not nn.Embedding.from_pretrained(rows).weight.requires_grad
    layer = nn.EmbeddingBag.from_pretrained(rows, freeze=False, mode="max")
    assert layer.weight.requires_grad and layer.mode == "max"
    assert layer(gg.tensor([[0, 2], [1, 3]])).tolist() == [[4, 5], [6, 7]]


def test_empty_bags_are_zeros():
    flat, starts = gg.tensor([1, 2]), gg.tensor([0, 0, 2, 2])
    for mode in ("sum", "mean", "max"):
        y = F.embedding_bag(flat, gg.tensor(TABLE), starts, mode=mode)
        assert y.tolist()[0] == y.tolist()[2] == y.tolist()[3] == [0, 0]
    padded = F.embedding_bag(gg.tensor([[1, 1]]), gg.tensor(TABLE), mode="max", padding_idx=1)
    assert padded.tolist() == [[0, 0]]


FLAT, WEIGHT = gg.tensor([1, 2, 0]), gg.tensor(TABLE)
WRONG = {
    "sparse": (lambda: table(sparse=True), "^Embedding: sparse=True: gradients are dense here"),
    "sparse rows": (lambda: F.embedding(FLAT, WEIGHT, sparse=True), "^embedding: sparse=True"),
    "another table": (lambda: nn.Embedding(3, 2, _weight=WEIGHT), r"^Embedding: .*\(4, 2\); give"),
    "no table": (lambda: nn.Embedding.from_pretrained(TABLE), "^Embedding: from_pretrained takes"),
    "a mode": (lambda: nn.EmbeddingBag(3, 2, mode="min"), "^EmbeddingBag: mode is 'min'; give one"),
    "no offsets": (lambda: F.embedding_bag(FLAT, WEIGHT), "^embedding_bag: offsets are a vector"),
    "offsets of rows": (lambda: F.embedding_bag(FLAT[None], WEIGHT, FLAT), "^embedding_bag: offse"),
    "a vector of rows": (lambda: F.embedding_bag(FLAT, WEIGHT[0], FLAT), "^embedding_bag: weight "),
    "three axes": (
        lambda: F.embedding_bag(FLAT[None, None], WEIGHT),
        "^embedding_bag: input of sh",
    ),
    "factors": (
        lambda: F.embedding_bag(FLAT, WEIGHT, FLAT, mode="sum", per_sample_weights=gg.ones(2)),
        "^embedding_bag: per_sample_weights of shape",
    ),
    "factors of means": (
        lambda: F.embedding_bag(FLAT, WEIGHT, FLAT, per_sample_weights=gg.ones(3)),
        "^embedding_bag: per_sample_weights are for 'sum', not 'mean'",
    ),
    "a misspelt mode": (
        lambda: F.embedding_bag(FLAT, WEIGHT, FLAT, mode="min"),
        "^embedding_bag: mode 'min'; give",
    ),
    "cutoffs": (
        lambda: nn.AdaptiveLogSoftmaxWithLoss(3, 5, [4, 2]),
        r"^AdaptiveLogSoftmaxWithLoss: cutoffs \[4, 2\]; give whole numbers from 1 to 4",
    ),
    "targets": (
        lambda: nn.AdaptiveLogSoftmaxWithLoss(3, 5, [2])(gg.ones((2, 3)), gg.tensor([1])),
        r"^AdaptiveLogSoftmaxWithLoss: input \(2, 3\) and target \(1,\); give \(N, 3\)",
    ),
    "processes": (lambda: nn.SyncBatchNorm(3, process_group=1), "^SyncBatchNorm: process_group=; "),
    "channels": (
        lambda: F.channel_shuffle(gg.ones((2, 3, 4)), 2),
        "^channel_shuffle: .* in 2 equa",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused_with_the_way_out(case):
    call, words = WRONG[case]
    with pytest.raises((ValueError, NotImplementedError, RuntimeError), match=words):
        call()


def test_batch_norms_become_one_of_all_processes():
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Sequential(nn.InstanceNorm1d(3)))
    weight, norm = model[0].weight, model[0]
    assert nn.SyncBatchNorm.convert_sync_batchnorm(model) is model
    assert type(model[0]) is nn.SyncBatchNorm and model[0].weight is weight
    assert type(model[1][0]) is nn.InstanceNorm1d and type(norm) is nn.BatchNorm1d
    x = gg.random.normal(size=(5, 3))
    np.testing.assert_array_equal(model[0](x).tolist(), norm(x).tolist())


def test_clusters_of_classes_are_one_distribution():
    layer = nn.AdaptiveLogSoftmaxWithLoss(4, 9, [2, 5], div_value=2.0)
    x, target = gg.random.normal(size=(6, 4)), gg.tensor([0, 1, 2, 4, 5, 8])
    logs = layer.log_prob(x).detach().numpy()
    np.testing.assert_allclose(np.exp(logs).sum(axis=1), 1, rtol=1e-5)
    output, loss = layer(x, target)
    np.testing.assert_allclose(output.detach().numpy(), logs[range(6), target.numpy()], rtol=1e-6)
    np.testing.assert_allclose(loss.item(), -output.detach().numpy().mean(), rtol=1e-6)
    assert layer.predict(x).tolist() == logs.argmax(axis=1).tolist()
    one, its_loss = layer(x[0], target[0])
    np.testing.assert_allclose([one.item(), -its_loss.item()], output[0].item(), rtol=1e-6)
    layer.reset_parameters()


def test_the_clusters_are_torchs():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.AdaptiveLogSoftmaxWithLoss(4, 9, [2, 5], 2.0, True)
    ours = nn.AdaptiveLogSoftmaxWithLoss(4, 9, [2, 5], 2.0, True)
    ours.load_state_dict({key: value.numpy() for key, value in theirs.state_dict().items()})
    x, target = np.random.default_rng(0).normal(size=(7, 4)).astype("f4"), np.arange(7) + 2
    mine, their = (
        ours(gg.tensor(x), gg.tensor(target)),
        theirs(torch.tensor(x), torch.tensor(target)),
    )
    for a, b in zip(mine, their, strict=True):
        np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-5)
    mine.loss.backward()
    their.loss.backward()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(a.grad.numpy(), b.grad.numpy(), rtol=1e-4, atol=1e-6)


def test_activations_in_place_write_their_input():
    x = gg.tensor([-1.0, 2.0])
    y = x * 1
    assert F.relu_(y) is y and y.tolist() == [0, 2] and x.tolist() == [-1, 2]
    assert F.relu_.__name__ == "relu_"
    leaf = gg.tensor([-1.0, 2.0], requires_grad=True)
    z = leaf * 3
    F.leaky_relu_(z, 0.5)
    gg.sum(z).backward()
    assert leaf.grad.tolist() == [1.5, 3]


def test_a_gumbel_softmax_is_never_nan(monkeypatch):
    """Also where a uniform number is 0."""
    zeros = lambda low, high, size, **how: gg.zeros(size, dtype=how["dtype"])  # noqa: E731
    monkeypatch.setattr(gg.random, "uniform", zeros)
    y = F.gumbel_softmax(gg.zeros((2, 3)))
    np.testing.assert_allclose(y.numpy(), np.full((2, 3), 1 / 3), rtol=1e-6)
