"""The Tensor as a cell, what backward promises, and the errors that name the way out."""

import copy
import math
import pickle

import numpy as np
import pytest

import gpugrad as gg


def leaf(*values, dtype="float64"):
    return gg.tensor(list(values), dtype=dtype, requires_grad=True)


def test_scalar_example():
    x = gg.tensor(2.0, requires_grad=True)
    y = x**2 + 3 * x
    y.backward()
    assert y.item() == 10.0
    assert x.grad.item() == 7.0


def test_gradients_add_up_until_cleared():
    x = leaf(1.0, 2.0)
    (x * x).sum().backward()
    (x * x).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [4, 8])
    x.grad = None
    assert x.grad is None


def test_a_value_used_twice_gets_both_shares():
    x = leaf(0.5)
    y = gg.tanh(x)
    (y * y + y * 3 + y).sum().backward()
    y = math.tanh(0.5)
    assert x.grad.item() == pytest.approx((2 * y + 4) * (1 - y * y), rel=1e-14)


def test_broadcasting_is_summed_back_and_dtype_kept():
    x = gg.tensor([[1.0], [2.0]], dtype="float32", requires_grad=True)
    w = gg.tensor([1.0, 2.0, 3.0], dtype="float64", requires_grad=True)
    (x * w).sum().backward()
    assert (x.grad.dtype, x.grad.shape) == (np.float32, (2, 1))
    assert (w.grad.dtype, w.grad.shape) == (np.float64, (3,))
    np.testing.assert_array_equal(x.grad.numpy(), [[6], [6]])
    np.testing.assert_array_equal(w.grad.numpy(), [3, 3, 3])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_every_float_keeps_its_dtype(dtype):
    x = leaf(0.5, -1.0, dtype=dtype)
    y = gg.tanh(x * 1.5 + 1) / 2
    assert y.dtype.name == dtype
    y.sum().backward()
    assert x.grad.dtype.name == dtype
    exact = 0.75 * (1 - np.tanh(np.array([0.5, -1.0]) * 1.5 + 1) ** 2)
    rounding = {"float16": 2e-3, "bfloat16": 2e-2, "float32": 1e-6, "float64": 1e-14}[dtype]
    np.testing.assert_allclose(x.grad.numpy().astype("float64"), exact, rtol=rounding)


def test_second_order_across_dtypes():
    x = gg.tensor([0.5], dtype="float32", requires_grad=True)
    w = gg.tensor([2.0], dtype="float64", requires_grad=True)
    (x * x * w).sum().backward(create_graph=True)
    first, x.grad = x.grad, None
    first.sum().backward()
    assert x.grad.item() == 4.0
    assert x.grad.dtype == np.float32


# a Tensor is a cell


def test_in_place_puts_a_new_array_into_the_cell():
    x = leaf(2.0)
    y = x * 3
    z = y * y  # saved the old y
    y += 1
    assert (y.item(), z.item()) == (7.0, 36.0)
    (z.sum() + y.sum()).backward()
    assert x.grad.item() == 2 * 6 * 3 + 3


def test_a_leaf_changes_only_under_no_grad_and_stays_a_leaf():
    x = leaf(2.0)
    with pytest.raises(RuntimeError, match="no_grad"):
        x += 1
    with gg.no_grad():
        x -= 0.5
    assert x.is_leaf
    assert x.requires_grad
    assert x.item() == 1.5


def test_no_grad_records_nothing():
    x = leaf(1.0)
    with gg.no_grad():
        y = x * 2
        with gg.enable_grad():
            z = x * 2
    assert not y.requires_grad
    assert z.requires_grad


def test_hooks_see_and_replace_gradients():
    x = leaf(1.0, 2.0)
    seen = []
    y = x * 2
    remove = y.register_hook(lambda g: seen.append(g.numpy()))
    x.register_hook(lambda g: g * 10)
    y.sum().backward(retain_graph=True)
    np.testing.assert_array_equal(seen, [[1, 1]])
    np.testing.assert_array_equal(x.grad.numpy(), [20, 20])
    remove()
    y.sum().backward()
    assert len(seen) == 1


def test_names_and_repr():
    x = leaf(1.0)
    y = gg.tanh(x)
    assert y.grad_fn.name == "tanh"
    assert repr(x) == "tensor([1.], dtype=float64, device=cpu, requires_grad=True)"
    assert repr(y) == "tensor([0.76159416], dtype=float64, device=cpu, grad_fn=<tanh>)"


def test_dlpack_both_ways():
    x = np.arange(3.0)
    assert np.shares_memory(np.from_dlpack(gg.from_dlpack(x)), x)
    with pytest.raises(RuntimeError, match="detach"):
        np.from_dlpack(leaf(1.0))


def test_numpy_functions_differentiate_or_refuse():
    x = leaf(0.5)
    np.multiply(np.sin(x), np.array([2.0])).sum().backward()
    assert x.grad.item() == pytest.approx(2 * math.cos(0.5))
    (np.array([3.0]) * x).sum().backward()
    assert x.grad.item() == pytest.approx(2 * math.cos(0.5) + 3)
    with pytest.raises(TypeError, match=r"numpy.add.reduceat.*gradient"):
        np.add.reduceat(x, [0])
    with pytest.raises(TypeError, match=r"numpy\.isnat"):
        np.isnat(x)
    with pytest.raises(RuntimeError, match=r"detach\(\).numpy\(\)"):
        np.asarray(x)


def test_complex_gradient_is_torchs():
    """|z|**2 has the gradient 2z."""
    z = gg.tensor([1 + 2j, -3j], requires_grad=True)
    gg.real(z * gg.conj(z)).sum().backward()
    np.testing.assert_allclose(z.grad.numpy(), [2 + 4j, -6j])


# errors


def test_a_released_graph():
    x = leaf(1.0)
    y = gg.tanh(x).sum()
    y.backward()
    with pytest.raises(RuntimeError, match=r"retain_graph=True"):
        y.backward()
    assert x.grad is not None


def test_retain_graph():
    x = leaf(1.0)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.item() == 4.0


def test_an_error_in_backward_writes_nothing():
    x, w = leaf(1.0), leaf(2.0)
    shared = gg.tanh(w)
    shared.sum().backward()
    w.grad = None
    with pytest.raises(RuntimeError, match="tanh"):
        (x * 2 + shared).sum().backward()
    assert x.grad is None


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda x: (x * 2).backward(), RuntimeError, r"shape \(2,\).*sum\(\)\.backward"),
        (lambda x: (x * 2).backward(np.ones(3)), ValueError, r"\(3,\).*\(2,\)"),
        (lambda x: gg.tensor([1.0]).backward(), RuntimeError, "requires_grad=True"),
        (lambda x: gg.tensor([1, 2], requires_grad=True), TypeError, "int64.*float"),
        (lambda x: x.numpy(), RuntimeError, r"detach\(\)"),
        (lambda x: x.item(), ValueError, "2 elements"),
        (lambda x: x + gg.tensor([1.0, 2.0, 3.0]), ValueError, r"add.*\(2,\).*\(3,\)"),
        (lambda x: gg.use_device("tpu").__enter__(), ValueError, "cpu, cuda"),
        (lambda x: gg.tensor([1.0], dtype="float8"), TypeError, "float8"),
        (lambda x: gg.sum(x, axes=0), TypeError, "sum: unknown setting axes.*axis"),
        (lambda x: gg.tanh(object()), TypeError, "object"),
    ],
)
def test_wrong_use_says_what_and_the_way_out(call, error, words):
    with pytest.raises(error, match=words):
        call(leaf(1.0, 2.0))


def test_an_overwritten_saved_value():
    from gpugrad.engine.buffers import overwritten

    w = leaf(1.0, 2.0)
    stale = (w * w).sum()
    view = (w.reshape(2, 1) * 3 * w.reshape(2, 1)).sum()
    w.data[:] = 5.0
    overwritten.mark(w.data)
    for y in (stale, view):
        with pytest.raises(RuntimeError, match="overwritten in place"):
            y.backward()
    (w * w).sum().backward()
    np.testing.assert_array_equal(w.grad.numpy(), [10, 10])


def test_default_dtype():
    gg.set_default_dtype("float64")
    try:
        assert gg.tensor(1.0).dtype == np.float64
    finally:
        gg.set_default_dtype("float32")
    assert gg.tensor(1.0).dtype == np.float32
    with pytest.raises(TypeError, match="int32"):
        gg.set_default_dtype("int32")


def test_a_removed_hook_leaves_the_others():
    x = leaf(1.0)
    called = []
    remove = x.register_hook(lambda g: called.append("first"))
    x.register_hook(lambda g: called.append("second"))
    remove()
    x.register_hook(lambda g: called.append("third"))
    x.sum().backward()
    assert called == ["second", "third"]


@pytest.mark.parametrize("answer", [np.ones(2), gg.ones(3)])
def test_a_hook_returns_a_tensor_of_the_same_shape(answer):
    x = leaf(1.0, 2.0)
    x.register_hook(lambda g: answer)
    with pytest.raises(TypeError, match="register_hook: the hook returned"):
        x.sum().backward()


def test_a_gradient_given_as_an_array_may_be_written_later():
    x = leaf(1.0, 2.0)
    given = np.array([3.0, 4.0])
    (x + 1).backward(given)
    given[:] = 0
    np.testing.assert_array_equal(x.grad.numpy(), [3, 4])


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_copy_is_a_leaf_of_its_own(again):
    x = leaf(1.0, 2.0)
    other = again(x)
    (other * 3).sum().backward()
    assert x.grad is None
    np.testing.assert_array_equal(other.grad.numpy(), [3, 3])
    assert not again(gg.ones(2)).requires_grad
    with pytest.raises(RuntimeError, match="copy"):
        again(x * 2)


def test_dlpack_does_not_drop_a_tangent():
    with pytest.raises(RuntimeError, match="DLPack"):
        gg.jvp(lambda x: np.from_dlpack(x).sum() * x, (gg.ones(2),), (gg.ones(2),))


@pytest.mark.parametrize("create_graph", [False, True])
def test_hooks_see_complex_gradients_as_grad_has_them_and_in_order(create_graph):
    z = leaf(1 + 2j, dtype="complex128")
    seen = []
    y = z * 1
    y.register_hook(lambda g: seen.append(g.detach()))
    y.register_hook(lambda g: g * 1j)
    (gg.abs(y) ** 2).sum().backward(create_graph=create_graph)
    assert seen[0].item() == pytest.approx(2 + 4j)
    assert z.grad.item() == pytest.approx((2 + 4j) * 1j)


@pytest.mark.needs_compiler
def test_numpy_scalars_go_with_arrays_of_any_device():
    with gg.use_device("simulated"):
        x = gg.tensor([1.0, 2.0], requires_grad=True)
        y = x * np.float32(3.0) + np.float64(0.5) * gg.sum(x)
        assert y.device == "simulated" and y.dtype == gg.float64
        gg.sum(y).backward()
        assert x.grad.tolist() == [4.0, 4.0]
