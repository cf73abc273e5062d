"""What would lose a derivative without a word is refused: numbers of Python, arrays of NumPy."""

import math

import numpy as np
import pytest

import gpugrad as gg

X = np.array([1.0, 2.0, 3.0])


def filled(x):
    y = np.zeros(3)
    for i in range(3):
        y[i] = x[i] ** 2
    return gg.sum(y * x)


LOSING = {
    "float": lambda x: x[0] * float(x[0]),
    "complex": lambda x: abs(complex(x[0], 1)),
    "math": lambda x: x[0] * math.sin(x[0]),
    "a NumPy array that is written into": filled,
}
TRANSFORMS = {
    "grad": lambda f: gg.grad(f)(X),
    "jvp": lambda f: gg.jvp(f, (X,), (X,)),
    "linearize": lambda f: gg.linearize(f, X),
    "hessian": lambda f: gg.hessian(f)(X),
    "vmap of grad": lambda f: gg.vmap(gg.grad(f))(np.stack([X, X])),
    "grad over vmap": lambda f: gg.grad(lambda x: gg.sum(gg.vmap(lambda _: f(x))(X)))(X),
}


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("function", LOSING)
def test_python_numbers_of_boxes_are_refused(function, transform):
    with pytest.raises((TypeError, ValueError)) as caught:
        TRANSFORMS[transform](LOSING[function])
    cause = caught.value.__cause__ or caught.value  # NumPy's own error tells what led to it
    assert "would drop its derivative" in str(cause) or "differs from member to member" in str(
        cause
    )


def test_numbers_that_are_asked_for_go_on_without_a_derivative():
    assert gg.grad(lambda x: x * x.item())(3.0) == 3.0
    assert gg.grad(lambda x: x * x.detach().item())(3.0) == 3.0
    assert gg.grad(lambda x: x * int(x))(3.5) == 3.0  # a step, whose slope is 0
    assert gg.grad(lambda x: x * 2 if x > 1 else x)(3.0) == 2.0
    assert gg.grad(lambda x: x * float(gg.argmax(gg.stack([x, 2 * x]))))(3.0) == 1.0


@pytest.mark.parametrize("read", ["item", "tolist", "numpy", "__bool__", "__int__"])
@pytest.mark.parametrize("inner", [gg.grad, lambda f: lambda x: gg.jvp(f, (x,), (x,))])
def test_members_of_a_batch_are_not_read_through_the_boxes_within(read, inner):
    def function(x):
        assert "tensor" in repr(x)  # a debugger may look
        return x * getattr(x, read)()

    with pytest.raises((TypeError, RuntimeError), match=r"member to member|\.detach\(\)"):
        gg.vmap(inner(function))(X)


def test_a_recorded_tensor_is_a_number_as_in_torch():
    x = gg.tensor(2.0, requires_grad=True)
    assert (float(x), float(x * 2)) == (2.0, 4.0)
