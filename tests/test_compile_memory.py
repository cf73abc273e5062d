"""What a plan writes in place, and what it copies because somebody reads the old array later."""

import gc

import numpy as np
from compiled_graphs import recorded, values

import gpugrad as gg
from gpugrad.compiler import passes
from gpugrad.compiler.arrays import Noted
from gpugrad.compiler.recording import Recording
from gpugrad.compiler.writing import in_place, last, overwrites

X = np.linspace(-1.5, 2.0, 12).reshape(3, 4)


def step_of(after):
    """The graph of a step of SGD, and what ``after`` makes of parameter and gradient."""
    w = gg.tensor([1.0, 2.0], requires_grad=True)
    optimizer = gg.optim.SGD([w], lr=0.5)
    recording = Recording(())
    with recording.recorded():
        view = gg.reshape(w.detach(), (2, 1))
        gg.sum(w * w).backward()
        optimizer.step()
        result = after(w, view)
        recording.graph.roots = [result.data.at, *(noted.at for _, noted in recording.written)]
    graph = last(passes.living(recording.graph))
    (update,) = [step for step in graph.steps if step.name == "update"]
    return graph, update


def test_a_parameter_is_written_in_place():
    graph, update = step_of(lambda w, view: w.grad)
    assert in_place(update, graph) and graph.steps[-1] is update


def test_a_parameter_is_copied_where_the_old_one_is_read_later():
    graph, update = step_of(lambda w, view: gg.sum(w.detach() * view))
    assert not in_place(update, graph)


def parts_written(graph):
    return [step for step in graph.steps if step.name in ("written", "setitem")]


def test_a_part_is_written_in_place_where_nobody_reads_the_array_again():
    def function(x):
        y = x * 2
        y[0] = 1.0
        y[1] = x[0]
        return y

    graph = recorded(function, X)
    assert [overwrites(step, graph) for step in parts_written(graph)] == [True, True]
    expected = np.array(X * 2)
    expected[0], expected[1] = 1.0, X[0]
    np.testing.assert_array_equal(values(graph, X)[0], expected)


def test_a_part_of_an_argument_is_written_into_a_copy():
    def function(x):
        x[0] = 1.0
        return x

    graph, x = recorded(function, X), X.copy()
    assert not overwrites(parts_written(graph)[0], graph)
    assert values(graph, x)[0][0].tolist() == [1.0] * 4 and (x == X).all()


def test_a_part_is_written_into_a_copy_where_a_view_is_read_later():
    def function(x):
        y = x * 2
        view = gg.reshape(y, (4, 3))
        y[0] = 1.0
        return view + 0, y

    graph = recorded(function, X)
    assert not overwrites(parts_written(graph)[0], graph)
    np.testing.assert_array_equal(values(graph, X)[0], (X * 2).reshape(4, 3))


def alive():
    """The arrays of recordings that somebody holds."""
    gc.collect()
    noted = [one for one in gc.get_objects() if issubclass(type(one), Noted)]
    return [one for one in noted if one.recording is not None]


def test_nothing_recorded_stays_alive_after_the_recording():
    before = alive()  # of other tests
    model = gg.nn.Sequential(gg.nn.Linear(4, 3), gg.nn.Tanh())
    compiled = gg.compile(model, wait=True)
    gg.sum(compiled(gg.ones((2, 4)))).backward()
    assert len(alive()) == len(before)
