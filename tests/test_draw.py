"""Recorded graphs, read to be drawn: what is in them is right, and reading changes nothing."""

import numpy as np
import pytest
from recorded import graph, leaf, mixed

import gpugrad as gg
from gpugrad.drawing import draw
from gpugrad.drawing.graph import Graph


def said(found: Graph) -> list[tuple]:
    return [(v.title, v.name, v.layouts, v.value, v.gradient) for v in found.vertices]


# --- what is in the graph ----------------------------------------------------------------------


def test_every_leaf_and_operation_is_there_once_with_its_number():
    x1, x2, x3 = leaf(2.0), leaf(3.0), leaf(4.0)
    found = graph((x1 + x2) * x3, x1=x1, x3=x3)
    number = ("() float64",)
    assert said(found) == [
        ("leaf", "x1", number, 2.0, 4.0),
        ("leaf", "", number, 3.0, 4.0),
        ("leaf", "x3", number, 4.0, 5.0),
        ("add", "", number, None, 4.0),
        ("multiply", "", number, 20.0, 1.0),
    ]
    assert found.edges == [(0, 3), (1, 3), (3, 4), (2, 4)]
    assert [v.final for v in found.vertices] == [False] * 4 + [True]


def test_a_value_used_twice_has_two_edges_and_the_sum_of_its_gradients():
    x = leaf(3.0)
    found = graph(x * x + x)
    assert found.edges == [(0, 1), (0, 1), (1, 2), (0, 2)]
    assert found.vertices[0].gradient == 7.0


def test_shapes_dtypes_and_gradients_are_those_of_backward():
    y, names = mixed()
    found = {v.name: v for v in graph(y, **names).vertices if v.name}
    arrived = {}
    for name, tensor in names.items():
        tensor.register_hook(lambda g, name=name: arrived.__setitem__(name, g.numpy()))
    y.backward()
    assert found.keys() == arrived.keys() == names.keys()
    for name, tensor in names.items():
        assert found[name].layouts == (f"{tensor.shape} {tensor.dtype.name}",)
        assert found[name].norm == pytest.approx(np.linalg.norm(arrived[name]), rel=1e-3)


def test_several_outputs_are_boxes_of_their_own():
    x = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    first, _, last = gg.unstack(x)
    found = graph(gg.sum(first * last), last=last)
    kinds = [(v.kind, v.title, v.layouts) for v in found.vertices]
    part = ("(2,) float64",)
    assert kinds == [
        ("leaf", "leaf", ("(3, 2) float64",)),
        ("operation", "unstack", part * 2),  # those that are used
        ("output", "output 0", part),
        ("output", "output 2", part),
        ("operation", "multiply", part),
        ("operation", "sum", ("() float64",)),
    ]
    assert found.vertices[3].name == "last"
    assert found.vertices[3].norm == pytest.approx(5**0.5)


def test_what_is_computed_again_is_one_operation():
    x = leaf([1.0, 2.0])
    again = gg.checkpoint(lambda x: gg.sin(x) * x)
    found = graph(gg.sum(again(x)), x=x)
    assert [v.title for v in found.vertices] == ["leaf", "checkpoint", "output 0", "sum"]
    gg.sum(again(x)).backward()
    assert found.vertices[0].norm == pytest.approx(np.linalg.norm(x.grad.numpy()))


def test_a_kernel_of_the_user_is_one_operation():
    @gg.elementwise
    def gate(x, y):
        return x * gg.sigmoid(y)

    x, y = leaf([1.0] * 100_000), leaf([0.5] * 100_000)
    found = graph(gg.sum(gate(x, y)))
    assert [v.title for v in found.vertices] == ["leaf", "leaf", "gate", "sum"]
    assert found.vertices[0].norm == pytest.approx(100_000**0.5 / (1 + np.exp(-0.5)))


def test_a_result_of_several_elements_has_a_gradient_of_ones():
    x = leaf([1.0, 2.0, 3.0, 4.0])
    x_box, y_box = graph(x**2).vertices
    assert y_box.norm == 2.0
    assert x_box.norm == pytest.approx(2 * 30**0.5)


def test_complex_gradients_are_those_of_backward():
    z = gg.tensor(1 + 2j, requires_grad=True)
    y = gg.real(z * z)
    gradient = graph(y).vertices[0].gradient
    y.backward()
    assert gradient == z.grad.item() == 2 - 4j


def test_what_nobody_computed_is_one_box():
    plain, wanting = gg.tensor([1.0, 2.0]), leaf(2.5)
    (box,), edges = graph(plain, data=plain)
    assert (box.name, box.layouts, box.value, box.gradient) == (
        "data",
        ("(2,) float32",),
        None,
        None,
    )
    assert edges == []
    (box,), edges = graph(wanting)
    assert (box.kind, box.value, box.gradient, box.final, edges) == ("leaf", 2.5, 1.0, True, [])


def test_a_leaf_that_nobody_holds_is_drawn():
    y = gg.sin(leaf([1.0, 2.0]))
    box = graph(y).vertices[0]
    assert (box.title, box.layouts, box.norm is not None) == ("leaf", ("(2,) float64",), True)


def test_a_zero_size_result_is_drawn():
    assert graph(gg.exp(leaf([])))[0][1].layouts == ("(0,) float64",)


@pytest.mark.needs_compiler
def test_gradients_on_a_device_are_those_of_the_host():
    def of(device):
        with gg.use_device(device):
            x = gg.tensor([0.5, -1.5, 2.0], requires_grad=True)
            return said(graph(gg.sum(gg.tanh(x) * x), x=x))

    host, there = of("cpu"), of("simulated")
    assert [each[:3] for each in host] == [each[:3] for each in there]
    assert there[-1][3] == pytest.approx(host[-1][3], rel=1e-6)


# --- what drawing leaves alone -----------------------------------------------------------------


def test_drawing_changes_nothing():
    y, names = mixed()
    called = []
    for tensor in names.values():
        tensor.register_hook(lambda g: called.append(g) or 2 * g)
    before = draw(y, names=names).svg
    assert not called
    assert names["w"].grad is None
    assert draw(y, names=names).svg == before  # nothing was released
    y.backward()
    assert len(called) == len(names)
    assert names["w"].grad is not None


def test_a_released_graph_is_an_error_with_the_way_out():
    x = leaf(2.0)
    y = gg.sin(x) * x
    y.backward()
    with pytest.raises(RuntimeError, match=r"draw: the graph through \w+ was released.*before"):
        draw(y)
    z = gg.sin(x)
    z.backward(retain_graph=True)
    assert graph(z).vertices[0].gradient == pytest.approx(np.cos(2.0))


def test_a_value_overwritten_since_is_an_error():
    parameter = gg.nn.Parameter(gg.tensor([1.0, 2.0]))
    optimizer = gg.optim.SGD([parameter], lr=0.1)
    y = gg.sum(gg.sin(parameter))
    y.backward(retain_graph=True)
    optimizer.step()
    with pytest.raises(RuntimeError, match="overwritten in place"):
        draw(y)


def test_a_gradient_with_a_graph_of_its_own_is_drawn():
    x = leaf(0.5)
    gg.sin(x).backward(create_graph=True)
    found = graph(x.grad, x=x)
    assert found.vertices[0].gradient == pytest.approx(-np.sin(0.5))


# --- inside transforms -------------------------------------------------------------------------


def test_a_value_within_grad_is_drawn_at_every_level():
    seen = []

    def inner(x):
        y = gg.sin(x) * x
        seen.append(graph(y, x=x))
        return y

    assert gg.grad(gg.grad(inner))(0.5) == pytest.approx(2 * np.cos(0.5) - 0.5 * np.sin(0.5))
    for found in seen:
        assert [v.title for v in found.vertices] == ["leaf", "sin", "multiply"]
        assert found.vertices[0].gradient == pytest.approx(np.sin(0.5) + 0.5 * np.cos(0.5))
        assert found.vertices[0].value == 0.5


def test_values_of_a_batch_are_drawn_without_numbers():
    seen = []

    def f(x):
        y = gg.sum(gg.exp(x))
        seen.append(graph(y, x=x))
        return y

    points = np.ones((3, 2))
    slopes = gg.vmap(gg.grad(f))(points)
    assert np.allclose(slopes, np.e)
    (found,) = seen
    assert [v.title for v in found.vertices] == ["leaf", "exp", "sum"]
    assert found.vertices[0].layouts == ("(2,) float64",)
    assert found.vertices[2].value is None


def test_a_value_of_jvp_has_no_graph():
    seen = []
    gg.jvp(lambda x: seen.append(graph(gg.sin(x))) or x, (1.0,), (1.0,))
    assert [len(found.vertices) for found in seen] == [1]


# --- names and mistakes ------------------------------------------------------------------------


def test_a_module_names_its_parameters():
    model = gg.nn.Sequential(gg.nn.Linear(2, 3), gg.nn.Linear(3, 1))
    loss = gg.sum(model(gg.ones((4, 2))))
    alone, within = draw(loss, names=model).svg, draw(loss, names={"net": model, "loss": loss}).svg
    for name, _ in model.named_parameters():
        assert f">{name}<" in alone
        assert f">net.{name}<" in within
    assert ">loss = sum<" in within


def test_the_first_of_several_names_is_shown():
    x = leaf(1.0)
    assert graph(gg.sin(x), a=x, b=x).vertices[0].name == "a"


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (lambda x, y: draw([y]), TypeError, "draw: a Tensor is drawn, not a list"),
        (lambda x, y: draw(y, names=[x]), TypeError, "names are a Module or a dict"),
        (lambda x, y: draw(y, names={"x": 1.0}), TypeError, "'x' names a float"),
        (lambda x, y: draw(y, direction="up"), ValueError, "use 'down' or 'right'"),
        (lambda x, y: draw(y, limit=1), ValueError, "more than 1 operations.*limit=10"),
        (lambda x, y: draw(y, "graph.png"), ValueError, "end it with .svg"),
    ],
)
def test_mistakes_are_named_with_the_way_out(wrong, error, words):
    x = leaf(1.0)
    with pytest.raises(error, match=words):
        wrong(x, gg.sin(x))
