"""How arrays get into a Tensor and out of it, and how it prints."""

import numpy as np
import pytest

import gpugrad as gg
import gpugrad.numpy as gnp


def test_an_array_of_no_elements_prints_its_shape():
    assert repr(gg.zeros((0, 3))) == "tensor([], shape=(0, 3), dtype=float32, device=cpu)"
    assert repr(gg.zeros((2, 0))) == "tensor([], shape=(2, 0), dtype=float32, device=cpu)"
    assert repr(gg.zeros(0)) == "tensor([], dtype=float32, device=cpu)"


def test_what_is_seen_within_vmap_says_what_it_is():
    seen = []
    x = gg.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    gg.vmap(lambda v: seen.append((repr(v), repr(v[0]), repr(v[:0]))))(x)
    assert seen[0] == (
        "batched([[1., 2.],\n         [3., 4.],\n         [5., 6.]], "
        "3 members of shape (2,), dtype=float32)",
        "batched([1., 3., 5.], 3 members of shape (), dtype=float32)",
        "batched([], shape=(3, 0), 3 members of shape (0,), dtype=float32)",
    )


def test_other_libraries_of_a_gpu_read_a_tensor_where_it_lies(device):
    x = gg.tensor([1.0, 2.0], device=device.name)
    assert x.__cuda_array_interface__ == x.data.__cuda_array_interface__
    assert not hasattr(gg.tensor([1.0], device="cpu"), "__cuda_array_interface__")
    x.requires_grad = True
    with pytest.raises(RuntimeError, match=r"requires grad.*\.detach\(\)"):
        x.__cuda_array_interface__  # noqa: B018
    with pytest.raises(RuntimeError, match="requires grad"):
        gg.grad(lambda v: v.__cuda_array_interface__)(x.detach())
    if device.name != "simulated":
        array = device.module.asarray(x.detach())
        assert array.data.ptr == x.data.data.ptr and array.get().tolist() == [1, 2]


def test_a_sequence_may_hold_tensors_wherever_they_are(device):
    with gg.use_device(device.name):
        one, two = gg.tensor(1.5), gg.tensor([1, 2])
        assert gg.tensor([one, 2.0]).tolist() == [1.5, 2.0]
        assert gg.asarray([[two], [two]]).tolist() == [[[1, 2]], [[1, 2]]]
        assert gg.tensor([two]).dtype == gg.tensor([gg.tensor([1], device="cpu")]).dtype
        x = gg.zeros(2)
        x[:] = [one, one]
        assert x.tolist() == [1.5, 1.5]
        with pytest.raises(RuntimeError, match=r"gg\.stack"):
            gg.tensor([gg.tensor(1.0, requires_grad=True)])


BESIDE_LISTS = {
    "add": lambda v, t: gg.add(v, [t, 4.0]),
    "the operator": lambda v, t: v * [[t], [2.0]],
    "the list first": lambda v, t: [t, t] - v,
    "a list alone": lambda v, t: gg.exp([t, t]),
    "vectors": lambda v, t: gg.maximum(v, [v, -v]),
    "a composite": lambda v, t: gg.matmul([t, t], v),
    "a choice": lambda v, t: gg.where([True, False], v, [t, t]),
    "a comparison": lambda v, t: v == [t, 2.0],
    "in grad": lambda v, t: gg.grad(lambda x: gg.sum(x * [t, t]))(v),
    "in vmap": lambda v, t: gg.vmap(lambda x: x * [t, t])(gg.stack([v, v])),
    "gpugrad.numpy": lambda v, t: gnp.multiply(v, [t, t]),
}


@pytest.mark.parametrize("function", BESIDE_LISTS.values(), ids=BESIDE_LISTS)
def test_lists_of_tensors_are_read_on_a_device_as_on_the_host(function):
    """By operations, which NumPy would ask; the list goes to where the others are."""
    expected = function(gg.tensor([1.0, 2.0]), gg.tensor(3.0))
    v, t = (gg.tensor(x, device="simulated") for x in ([1.0, 2.0], 3.0))
    with gg.use_device("simulated"):
        found = function(v, t)
    assert (found.device, found.dtype) == ("simulated", expected.dtype)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-6)
    leaf = t.detach().requires_grad_()
    with pytest.raises(RuntimeError, match=r"drop its derivative; .*gg\.stack"):
        gg.exp([leaf])


def test_lists_go_to_the_device_of_what_is_beside_them():
    assert (gg.tensor([1.0, 2.0], device="simulated") * [1.0, 2.0]).tolist() == [1, 4]
