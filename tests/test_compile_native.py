"""Native plans: where results lie, products as the BLAS reads them, threads and forks."""

import os

import numpy as np
import pytest
from compiled_graphs import names, recorded, values
from kernel_checks import needs_compiler
from test_compile_nests import check, drawn, gradients, softmax, woven

import gpugrad as gg
from gpugrad.compiler import building
from gpugrad.compiler.native.plan import NativePlan
from gpugrad.settings import settings

pytestmark = needs_compiler
F = gg.nn.functional


def test_a_large_product_and_its_kernel_go_by_blocks_of_rows():
    x, w, b = drawn(600, 40), drawn(500, 40), drawn(500)
    made = check(lambda x, w, b: gg.sum(gg.tanh(F.linear(x, w, b)), 0), x, w, b)
    plan = NativePlan(made, building.compiled(made))
    assert [o.step.name for o in plan.lowered.operations if o.kind is not None] == ["fused"]


def test_without_the_symbols_of_a_blas(monkeypatch):
    from gpugrad.compiler.native import lowering

    monkeypatch.setattr(lowering, "gemm", lambda dtype: None)
    x, w, b = drawn(30, 20), drawn(10, 20), drawn(10)
    made = check(lambda x, w, b: softmax(gg.tanh(F.linear(x, w, b))), x, w, b)
    plan = NativePlan(made, building.compiled(made))
    assert any(o.step.name == "matmul" and o.kind is None for o in plan.lowered.operations)


def test_results_are_the_callers_own():
    x = drawn(40, 30)
    graph = woven(recorded(lambda x: (gg.tanh(x) * 2, gg.reshape(gg.tanh(x) * 2, (-1,)), x), x))
    plan = NativePlan(graph, building.compiled(graph))
    first = plan.run(x)
    kept = [y.copy() for y in first]
    plan.run(x + 1)
    for y, z in zip(first, kept, strict=True):
        np.testing.assert_array_equal(y, z)


def test_arguments_that_do_not_lie_one_after_another():
    x, y = drawn(30, 40).T, drawn(80, 60)[::2, ::2]
    check(lambda x, y: gg.tanh(x) * y + gg.sum(x), x, y)
    check(lambda x: gg.tanh(x) * 2, np.broadcast_to(drawn(40), (30, 40)), kernels=1)


def test_a_result_lies_where_its_operand_lay():
    x, b = drawn(50, 40), drawn(40)

    def function(x, b):
        y = gg.tanh(x) @ gg.ones((40, 40))
        return gg.sum(softmax(gg.sum(y) + y * b) @ gg.ones((40, 40)), 0)

    graph = woven(recorded(function, x, b))
    plan = NativePlan(graph, building.compiled(graph))
    assert plan.memory <= 2 * x.nbytes + 1024
    np.testing.assert_allclose(plan.run(x, b)[0], values(recorded(function, x, b), x, b)[0])


def test_memory_is_used_again():
    x = drawn(100, 100)

    def chain(x):
        for _ in range(20):
            x = softmax(x @ x)
        return x

    graph = woven(recorded(chain, x))
    plan = NativePlan(graph, building.compiled(graph))
    assert plan.memory <= 3 * x.nbytes + 1024
    np.testing.assert_allclose(plan.run(x)[0], values(recorded(chain, x), x)[0], rtol=1e-9)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork")
def test_a_forked_child_runs_plans_too(monkeypatch):
    monkeypatch.setattr(settings, "threads", 2)
    x = drawn(300, 300)
    graph = woven(recorded(lambda x: softmax(x @ x), x))
    plan = NativePlan(graph, building.compiled(graph))
    expected = plan.run(x)[0]
    child = os.fork()
    if child == 0:
        os._exit(0 if np.allclose(plan.run(x)[0], expected, rtol=1e-9) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_products_read_transposes_and_batches_as_they_lie():
    a, b, c = drawn(4, 5, 2, 3), drawn(4, 6, 2, 3), drawn(3, 7)

    def attention(a, b, c):
        a, b = (gg.permute_dims(x, (0, 2, 1, 3)) for x in (a, b))
        y = softmax(a @ gg.matrix_transpose(b)) @ b
        return gg.permute_dims(y, (0, 2, 1, 3)) @ c

    made = check(attention, a, b, c)
    assert names(made).count("matmul") == 3
    check(gradients(attention, 3), a, b, c, tolerance=1e-10)


def test_a_transposed_product_is_a_product_of_transposes():
    a, b = drawn(4, 5), drawn(5, 6)
    made = check(lambda a, b: gg.matrix_transpose(a @ b) * 2, a, b)
    assert names(made)[-2:] == ["matmul", "fused"]


def test_vectors_and_empty_products():
    a, b = drawn(4, 5), drawn(5)
    check(lambda a, b: gg.tanh(a @ b) * 2, a, b)
    check(lambda a, b: gg.tanh(a[:0] @ b) * 2, a, b)
    check(lambda a: (a[:, :0] @ gg.matrix_transpose(a[:, :0])) + 1, a)


def test_a_result_does_not_lie_over_what_later_blocks_multiply():
    """The product reads its right operand anew for every block of rows."""
    x = drawn(600, 600)

    def function(x):
        y = gg.tanh(x)
        z, ones = y @ y, gg.ones((600, 2), dtype=gg.float64)
        return gg.exp(gg.tanh(z + y + ones[:, 0])) @ ones, z @ ones

    check(function, x, tolerance=1e-9)
