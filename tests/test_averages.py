"""gg.optim.swa_utils: averages of a model, and its rates."""

import numpy as np
import pytest

import gpugrad as gg
from gpugrad import nn
from gpugrad.optim import swa_utils

VALUES = [1.0, 3.0, 8.0]
WAYS = {
    "mean": ({}, [1.0, 2.0, 4.0]),
    "a function": ({"avg_fn": swa_utils.get_ema_avg_fn(0.5)}, [1.0, 2.0, 5.0]),
    "functions": ({"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.75)}, [1.0, 1.5, 3.125]),
    "means": ({"multi_avg_fn": swa_utils.get_swa_multi_avg_fn()}, [1.0, 2.0, 4.0]),
}


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    "where", ["cpu", pytest.param("simulated", marks=pytest.mark.needs_compiler)]
)
@pytest.mark.parametrize("way", WAYS)
def test_averages_follow_the_formula(way, where, compiled):
    settings, wanted = WAYS[way]
    model = nn.Linear(1, 1, bias=False).to(where)
    averaged = swa_utils.AveragedModel(model, **settings)
    update = averaged.update_parameters
    run = gg.compile(lambda: update(model), wait=True) if compiled else lambda: update(model)
    found = []
    for value in VALUES:
        model.load_state_dict({"weight": np.array([[value]])})
        run()
        found.append(averaged.module.weight.item())
    assert found == wanted and averaged.n_averaged.item() == 3
    assert averaged.module.weight.dtype == "float32" and model.weight.item() == 8.0
    assert set(averaged.state_dict()) == {"n_averaged", "module.weight"}


@pytest.mark.parametrize("use_buffers", [False, True])
def test_buffers_are_copied_or_averaged(use_buffers):
    model = nn.BatchNorm1d(1)
    averaged = swa_utils.AveragedModel(model, use_buffers=use_buffers)
    for value in (1.0, 3.0):
        model.running_mean.write(np.array([value], "float32"))
        averaged.update_parameters(model)
    assert averaged.module.running_mean.item() == (2.0 if use_buffers else 3.0)


def test_statistics_are_those_of_the_whole_data():
    random = np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)).eval()
    batches = [random.normal(size=(8, 2)).astype("float32") for _ in range(3)]
    swa_utils.update_bn(((gg.tensor(x), None) for x in batches), model)
    hidden = [model[0](gg.tensor(x)).detach().numpy() for x in batches]
    wanted = np.mean([h.mean(axis=0) for h in hidden], axis=0)
    np.testing.assert_allclose(model[1].running_mean.numpy(), wanted, rtol=1e-5, atol=1e-6)
    assert model[1].momentum == 0.1 and not model.training and not model[1].training


@pytest.mark.parametrize("strategy", ["cos", "linear"])
def test_the_rate_goes_to_its_end(strategy):
    optimizer = gg.optim.SGD([gg.tensor([1.0], requires_grad=True)], lr=0.5)
    scheduler = swa_utils.SWALR(optimizer, 0.1, 4, strategy)
    rates = []
    for _ in range(6):
        optimizer.step()
        scheduler.step()
        rates += scheduler.get_last_lr()
    parts = np.minimum(np.arange(1, 7) / 4, 1)
    done = (1 - np.cos(np.pi * parts)) / 2 if strategy == "cos" else parts
    np.testing.assert_allclose(rates, 0.5 - 0.4 * done, rtol=1e-12)


def test_what_does_not_fit_is_refused():
    model = nn.Linear(1, 1)
    optimizer = gg.optim.SGD(model.parameters())
    mean = swa_utils.get_swa_avg_fn()
    means = swa_utils.get_swa_multi_avg_fn()
    with pytest.raises(AssertionError, match="give one of them"):
        swa_utils.AveragedModel(model, avg_fn=mean, multi_avg_fn=means)
    for words, make in (
        ("decay 2", lambda: swa_utils.get_ema_avg_fn(2)),
        ("anneal_strategy 'a'", lambda: swa_utils.SWALR(optimizer, 0.1, anneal_strategy="a")),
        ("anneal_epochs -1", lambda: swa_utils.SWALR(optimizer, 0.1, -1)),
    ):
        with pytest.raises(ValueError, match=words):
            make()


def test_averages_are_torchs():
    torch = pytest.importorskip("torch")
    theirs = torch.optim.swa_utils
    random, found = np.random.default_rng(0), []
    weights = [random.normal(size=(2, 3)).astype("float32") for _ in range(5)]
    for library, averages in ((torch, theirs), (gg, swa_utils)):
        model = library.nn.Linear(3, 2, bias=False)
        ema = averages.AveragedModel(model, multi_avg_fn=averages.get_ema_multi_avg_fn(0.9))
        for weight in weights:
            given = torch.tensor(weight) if library is torch else weight
            model.load_state_dict({"weight": given})
            ema.update_parameters(model)
        optimizer = library.optim.SGD(model.parameters(), lr=0.5)
        scheduler = averages.SWALR(optimizer, 0.1, 3)
        rates = []
        for _ in range(5):
            optimizer.step()
            scheduler.step()
            rates += scheduler.get_last_lr()
        found.append((ema.module.weight.detach().numpy(), rates, set(ema.state_dict())))
    np.testing.assert_allclose(found[1][0], found[0][0], rtol=1e-6)
    np.testing.assert_allclose(found[1][1], found[0][1], rtol=1e-12)
    assert found[0][2] == found[1][2]
