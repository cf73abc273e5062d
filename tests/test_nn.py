"""Modules: names, initial values, saving, modes; and that a small model learns."""

import math

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn, optim
from gpugrad.nn import functional as F
from gpugrad.nn import init


@pytest.fixture(autouse=True)
def seeded():
    gg.random.seed(3)


def convnet():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(64, 10),
    )


class Nested(nn.Module):
    """Parameters, a buffer, a list and a shared table."""

    def __init__(self):
        self.scale = nn.Parameter(gg.ones(3))
        self.embedding = nn.Embedding(5, 3)
        self.blocks = nn.ModuleList([nn.LayerNorm(3), nn.Linear(3, 3)])
        self.register_buffer("shift", gg.zeros(3))
        self.register_buffer("cache", gg.zeros(2), persistent=False)
        self.head = nn.Linear(3, 5, bias=False)
        self.head.weight = self.embedding.weight

    def forward(self, indices):
        x = self.embedding(indices) * self.scale + self.shift
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def arrays(state):
    return {name: value.numpy().copy() for name, value in state.items()}


# names


def test_state_dict_has_torchs_names_and_order():
    assert list(convnet().state_dict()) == [
        "0.weight",
        "0.bias",
        "1.weight",
        "1.bias",
        "1.running_mean",
        "1.running_var",
        "1.num_batches_tracked",
        "6.weight",
        "6.bias",
    ]
    assert list(Nested().state_dict()) == [
        "scale",
        "shift",
        "embedding.weight",
        "blocks.0.weight",
        "blocks.0.bias",
        "blocks.1.weight",
        "blocks.1.bias",
        "head.weight",
    ]


def test_parameters_are_each_given_once_and_buffers_are_not_among_them():
    model = Nested()
    names = [name for name, _ in model.named_parameters()]
    assert names == [
        "scale",
        "embedding.weight",
        "blocks.0.weight",
        "blocks.0.bias",
        "blocks.1.weight",
        "blocks.1.bias",
    ]
    assert len(list(model.parameters())) == 6
    assert [name for name, _ in model.named_buffers()] == ["shift", "cache"]
    assert [name for name, _ in model.named_children()] == ["embedding", "blocks", "head"]
    assert [name for name, _ in model.named_modules()] == [
        "",
        "embedding",
        "blocks",
        "blocks.0",
        "blocks.1",
        "head",
    ]


def test_repr_is_torchs():
    assert repr(convnet()) == (
        "Sequential(\n"
        "  (0): Conv2d(1, 4, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n"
        "  (1): BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, bias=True, "
        "track_running_stats=True)\n"
        "  (2): ReLU()\n"
        "  (3): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)\n"
        "  (4): Flatten(start_dim=1, end_dim=-1)\n"
        "  (5): Dropout(p=0.25, inplace=False)\n"
        "  (6): Linear(in_features=64, out_features=10, bias=True)\n"
        ")"
    )


def test_containers_are_lists():
    model = convnet()
    assert len(model) == 7 and isinstance(model[1], nn.BatchNorm2d)
    assert isinstance(model[2:4], nn.Sequential) and len(model[2:4]) == 2
    assert [type(m).__name__ for m in model][-1] == "Linear"
    named = nn.Sequential({"first": nn.Linear(2, 3), "second": nn.Tanh()})
    assert list(named.state_dict()) == ["first.weight", "first.bias"]


# initial values


def test_linear_and_convolution_begin_as_torchs():
    for layer, inputs in ((nn.Linear(400, 300), 400), (nn.Conv2d(16, 200, 5), 400)):
        bound = 1 / math.sqrt(inputs)
        for values in (layer.weight.detach().numpy(), layer.bias.detach().numpy()):
            assert abs(values).max() <= bound
            assert abs(values).max() > 0.98 * bound
            assert abs(values.mean()) < 0.1 * bound
        assert np.std(layer.weight.detach().numpy()) == pytest.approx(
            bound / math.sqrt(3), rel=0.02
        )


def test_embedding_begins_normal_with_a_row_of_zeros():
    table = nn.Embedding(1000, 50, padding_idx=-1).weight.detach().numpy()
    assert not table[-1].any()
    assert table[:-1].std() == pytest.approx(1, rel=0.02)


@pytest.mark.parametrize(
    ("fill", "deviation"),
    [
        (lambda w: init.kaiming_uniform_(w, nonlinearity="relu"), math.sqrt(2 / 400)),
        (
            lambda w: init.kaiming_normal_(w, mode="fan_out", nonlinearity="relu"),
            math.sqrt(2 / 300),
        ),
        (init.xavier_uniform_, math.sqrt(2 / 700)),
        (lambda w: init.xavier_normal_(w, gain=2.0), 2 * math.sqrt(2 / 700)),
        (lambda w: init.uniform_(w, -1, 3), 4 / math.sqrt(12)),
        (lambda w: init.normal_(w, 1.0, 0.5), 0.5),
        (lambda w: init.constant_(w, 7), 0.0),
    ],
)
def test_init_has_the_deviation_it_promises(fill, deviation):
    weight = nn.Parameter(gg.zeros((300, 400)))
    assert fill(weight) is weight
    assert weight.requires_grad
    assert weight.detach().numpy().std() == pytest.approx(deviation, rel=0.02)


def test_the_seed_decides_the_weights():
    first = arrays(convnet().state_dict())
    gg.random.seed(3)
    again = arrays(convnet().state_dict())
    gg.random.seed(4)
    other = arrays(convnet().state_dict())
    assert all((first[name] == again[name]).all() for name in first)
    assert not (first["0.weight"] == other["0.weight"]).all()


# saving and loading


def test_state_dict_goes_round():
    one, two = convnet(), convnet()
    x = gg.random.normal(size=(3, 1, 8, 8))
    one(x)  # moves the running statistics
    assert two.load_state_dict(arrays(one.state_dict())) == ([], [])
    one.eval(), two.eval()
    np.testing.assert_array_equal(one(x).detach().numpy(), two(x).detach().numpy())
    assert int(two[1].num_batches_tracked) == 1
    assert one[0].weight.data is not two[0].weight.data


def test_loading_what_does_not_fit_says_what_and_changes_nothing():
    model, before = convnet(), arrays(convnet().state_dict())
    state = arrays(model.state_dict())
    mine = arrays(model.state_dict())
    state["6.weight"] = np.zeros((10, 63))
    state["7.bias"] = state.pop("0.bias")
    with pytest.raises(RuntimeError) as error:
        model.load_state_dict(state)
    for word in ("missing '0.bias'", "unexpected '7.bias'", "'6.weight' has shape (10, 64)"):
        assert word in str(error.value)
    assert all((value == mine[name]).all() for name, value in arrays(model.state_dict()).items())
    del state["6.weight"]
    found = model.load_state_dict({**state, "6.bias": before["6.bias"]}, strict=False)
    assert found.missing_keys == ["0.bias", "6.weight"]
    assert found.unexpected_keys == ["7.bias"]
    np.testing.assert_array_equal(model[6].bias.detach().numpy(), before["6.bias"])


# modes and moving


def test_train_and_eval_reach_every_module():
    model = convnet()
    assert all(m.training for m in model.modules())
    assert not any(m.training for m in model.eval().modules())
    assert all(m.training for m in model.train().modules())


def test_to_keeps_the_cells():
    model = convnet()
    weight, kept = model[0].weight, model[1].running_mean
    gg.sum(model(gg.ones((2, 1, 8, 8)))).backward()
    assert model.to("float64") is model
    assert model[0].weight is weight and model[1].running_mean is kept
    assert weight.dtype == kept.dtype == weight.grad.dtype == np.float64
    assert model[1].num_batches_tracked.dtype == np.int64
    assert model.to("cpu")[0].weight.device == "cpu"


def test_zero_grad_and_requires_grad_reach_all():
    model = convnet()
    gg.sum(model(gg.ones((2, 1, 8, 8)))).backward()
    model.zero_grad(set_to_none=False)
    assert all(not p.grad.numpy().any() for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())
    model.requires_grad_(False)
    assert not model(gg.ones((2, 1, 8, 8))).requires_grad


def test_apply_visits_inner_modules_first():
    seen = []
    convnet().apply(lambda m: seen.append(type(m).__name__))
    assert seen[0] == "Conv2d" and seen[-1] == "Sequential" and len(seen) == 8


# training


def trained(steps=30):
    gg.random.seed(5)
    model, x = convnet(), gg.random.normal(size=(16, 1, 8, 8))
    labels = gg.random.integers(10, size=16)
    optimizer, losses = optim.Adam(model.parameters(), lr=0.01), []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def test_training_lowers_the_loss_and_repeats_with_the_seed():
    losses = trained()
    assert losses[-1] < 0.2 * losses[0]
    assert trained() == losses


def test_shared_weights_get_both_gradients():
    model = Nested()
    gg.sum(model(gg.tensor([1, 2])) ** 2).backward()
    assert all(p.grad is not None for p in model.parameters())
    assert model.head.weight is model.embedding.weight
