"""Where a loader stands: it goes on from there with the same batches."""

import json

import pytest
from data_sets import Spoilt, Stream, missing

import gpugrad as gg


def values(batch):
    """A batch with lists in place of Tensors."""
    return [values(each) for each in batch] if isinstance(batch, list) else batch.tolist()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_stream_goes_on_from_its_position(workers):
    def loader():
        return gg.data.DataLoader(Stream(19), batch_size=3, num_workers=workers)

    gg.random.seed(4)
    whole = [values(batch) for batch in loader()]
    for count in (0, 4, len(whole)):
        gg.random.seed(4)
        stopped = loader()
        batches = iter(stopped)
        first = [values(next(batches)) for _ in range(count)]
        state = json.loads(json.dumps(stopped.state_dict()))
        del batches
        resumed = loader()
        resumed.load_state_dict(state)
        assert resumed.state_dict() == state
        assert first + [values(batch) for batch in resumed] == whole
        assert resumed.epoch == 1
    more = gg.data.DataLoader(Stream(19), batch_size=3, num_workers=workers + 3)
    more.load_state_dict(stopped.state_dict())
    with pytest.raises(ValueError, match="as many workers"):
        iter(more)


class Turning(gg.data.Sampler):
    """An order that changes by a state of its own, which it tells."""

    def __init__(self):
        self.turn = 0

    def __iter__(self):
        self.turn += 1
        return iter([(i * 3 + self.turn) % 7 for i in range(7)])

    def state_dict(self):
        return {"turn": self.turn}

    def load_state_dict(self, state):
        self.turn = state["turn"]


def test_a_sampler_with_a_state_goes_on():
    def loader():
        return gg.data.DataLoader(range(7), batch_size=2, sampler=Turning())

    first = loader()
    whole = [values(batch) for _ in range(3) for batch in first]
    for stop in range(9):
        second = loader()
        given = (values(batch) for _ in range(3) for batch in second)
        start = [next(given) for _ in range(stop)]
        third = loader()
        third.load_state_dict(json.loads(json.dumps(second.state_dict())))
        rest = [values(batch) for _ in range(3 - third.epoch) for batch in third]
        assert start + rest == whole, stop


def test_an_order_that_cannot_be_had_again_is_noticed():
    loader = gg.data.DataLoader(range(3), sampler=[0, 1, 2])
    next(iter(loader))
    other = gg.data.DataLoader(range(3), sampler=[2, 1, 0])
    other.load_state_dict(loader.state_dict())
    with pytest.raises(RuntimeError, match="another order than before"):
        iter(other)


def test_a_loop_that_was_left_begins_the_next_epoch():
    loader = gg.data.DataLoader(range(3))
    next(iter(loader))
    assert (loader.epoch, loader.state_dict()["batch"]) == (0, 1)
    assert len(list(loader)) == 3 and loader.epoch == 2


def test_a_batch_that_failed_is_passed_over_with_the_next_one():
    loader = gg.data.DataLoader(Spoilt(missing), batch_size=4)
    batches = iter(loader)
    for _ in range(3):
        next(batches)
    with pytest.raises(KeyError):
        next(batches)
    assert loader.state_dict()["batch"] == 3
    next(batches)
    other = gg.data.DataLoader(Spoilt(missing), batch_size=4)
    other.load_state_dict(loader.state_dict())
    assert next(iter(other))[0, 0, 0].item() == 20
