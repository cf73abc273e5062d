"""What changes behind a recording is read anew, or recorded again."""

from types import SimpleNamespace

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn, optim

ONES = gg.ones(2)
REACHED = {"w": gg.tensor([1.0, 2.0])}


def compiled(function):
    return gg.compile(function, wait=True)


# what is read anew


def test_a_cell_that_only_a_global_dict_reaches():
    step = compiled(lambda x: x * REACHED["w"])
    found = [step(ONES).tolist()]
    before = REACHED["w"]
    before.write(np.array([5.0, 6.0], "float32"))
    found.append(step(ONES).tolist())
    REACHED["w"] = gg.tensor([7.0, 8.0])
    found.append(step(ONES).tolist())
    REACHED["w"] = gg.tensor([1.0, 2.0])
    assert found == [[1.0, 2.0], [5.0, 6.0], [7.0, 8.0]]


def test_a_list_of_layers_that_grows():
    layers = [nn.Linear(2, 2)]

    def forward(x):
        for layer in layers:
            x = layer(x)
        return x.detach()

    step = compiled(forward)
    step(ONES)
    layers.append(nn.Linear(2, 2))
    np.testing.assert_allclose(step(ONES).numpy(), forward(ONES).numpy(), rtol=1e-6)


def test_a_number_in_a_closure():
    factor = 2.0
    step = compiled(lambda x: x * factor)
    found = [step(ONES).tolist()]
    factor = 3.0
    assert [*found, step(ONES).tolist()] == [[2.0, 2.0], [3.0, 3.0]]


def test_a_number_in_an_object():
    settings = SimpleNamespace(factor=2.0)
    step = compiled(lambda x: x * settings.factor)
    found = [step(ONES).tolist()]
    settings.factor = 3.0
    assert [*found, step(ONES).tolist()] == [[2.0, 2.0], [3.0, 3.0]]


def test_an_optimizers_setting():
    w = gg.tensor([1.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=1.0)

    def training():
        optimizer.zero_grad()
        gg.sum(w * w).backward()
        optimizer.step()

    step = compiled(training)
    step()
    optimizer.param_groups[0]["weight_decay"] = 0.5
    w.write(np.array([1.0], "float32"))
    step()
    assert w.tolist() == [1.0 - 2.0 - 0.5]


@pytest.mark.parametrize(
    "function",
    [lambda x, m: x * m, lambda x, m: x * gg.tensor(m), lambda x, m: x * gg.positive(m)],
    ids=["an operator", "gg.tensor", "an operation of gg"],
)
def test_an_array_of_numpys_that_is_changed_in_place(function):
    m = np.array([1.0, 2.0], "float32")
    step = compiled(lambda x: function(x, m))
    found = [step(ONES).tolist()]
    m[0] = 9.0
    assert [*found, step(ONES).tolist()] == [[1.0, 2.0], [9.0, 2.0]]


def test_train_and_eval():
    dropout = nn.Dropout(0.5)
    step = compiled(lambda x: dropout(x))
    many = gg.ones(1000)
    zeros = [gg.count_nonzero(step(many)).item()]
    dropout.eval()
    zeros.append(gg.count_nonzero(step(many)).item())
    dropout.train()
    zeros.append(gg.count_nonzero(step(many)).item())
    assert zeros[1] == 1000 and max(zeros[0], zeros[2]) < 600 and zeros[0] != zeros[2]


def test_a_schedule_of_learning_rates_is_one_recording():
    w = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)

    def training(x):
        optimizer.zero_grad()
        gg.sum(w * x).backward()
        optimizer.step()

    step = compiled(training)
    for rate in (0.5, 0.25, 0.125):
        optimizer.param_groups[0]["lr"] = rate
        step(ONES)
    assert w.tolist() == [0.125, 1.125] and step.recordings == 1


def test_gradients_accumulate():
    w = gg.tensor([1.0, 2.0], requires_grad=True)
    step = compiled(lambda x: gg.sum(w * x).backward())
    for k in range(4):
        step(ONES * (k + 1))
    assert w.grad.tolist() == [10.0, 10.0] and step.recordings == 2  # without and with a gradient


def test_random_numbers_go_on_and_follow_the_seed():
    step = compiled(lambda: gg.random.normal(size=3))
    gg.random.seed(1)
    found = [step().tolist() for _ in range(3)]
    gg.random.seed(1)
    assert found == [gg.random.normal(size=3).tolist() for _ in range(3)]
    gg.random.seed(1)
    assert [step().tolist() for _ in range(3)] == found


def test_shapes_and_dtypes_are_recorded_apart():
    step = compiled(lambda x: gg.sum(x * 2))
    inputs = [gg.ones(2), gg.ones(3), gg.ones(2, dtype="float64"), gg.ones((2, 2))]
    assert [step(x).item() for x in (*inputs, *inputs)] == [4.0, 6.0, 4.0, 8.0] * 2
    assert step.recordings == 4


def test_a_parameter_is_moved_to_another_dtype():
    layer = nn.Linear(2, 1)
    step = compiled(lambda x: layer(x).detach())
    step(ONES)
    layer.to("float64")
    assert step(ONES.astype("float64")).dtype == "float64"
