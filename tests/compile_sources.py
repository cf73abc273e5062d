"""Ways by which a Python value gets into a recording, each as (function, change).

``change(value)`` makes 0.0, 1.0 or 2.0 of the value that the function reads.
"""

import array
import contextvars
import functools
import threading
import types
import weakref
from collections import deque
from dataclasses import dataclass

import numpy as np

import gpugrad as gg

FACTOR = 0.0  # a global that a test changes
OWN = types.ModuleType("a_module_of_the_programs")
exec("def scaled(x):\n    return x * factor", OWN.__dict__)


@dataclass(slots=True)
class Slotted:
    factor: float = 0.0


class Plain:
    """An object, and a class, with a number."""

    factor = 0.0

    def scaled(self, x):
        return x * self.factor

    @property
    def global_factor(self):
        return FACTOR

    @classmethod
    def by_class(cls, x):
        return x * cls.factor


class Inheriting(Plain):
    pass


class Weakly:
    factor = 0.0


def set_factor(value):
    global FACTOR
    FACTOR = value


def attribute(of):
    return lambda value: setattr(of, "factor", value)


def item(of, key=0):
    return lambda value: of.__setitem__(key, value)


def in_a_dict():
    held = {"a": 0.0}
    return lambda x: x * held["a"], item(held, "a")


def in_an_object():
    held = types.SimpleNamespace(factor=0.0)
    return lambda x: x * held.factor, attribute(held)


def in_a_new_attribute():
    held = types.SimpleNamespace()
    return lambda x: x * getattr(held, "factor", 5.0), attribute(held)


def in_slots():
    held = Slotted()
    return lambda x: x * held.factor, attribute(held)


def in_a_class():
    return lambda x: x * Plain.factor, attribute(Plain)


def in_an_objects_class():
    held = Inheriting()
    return lambda x: held.scaled(x) + held.by_class(x), attribute(Plain)


def in_a_property():
    held = Inheriting()
    return lambda x: x * held.global_factor, set_factor


def in_a_method():
    held = Plain()

    def change(value):
        Plain.scaled = lambda self, x: x * value

    return lambda x: held.scaled(x), change


def in_a_module():
    return lambda x: OWN.scaled(x) * OWN.factor, attribute(OWN)


def in_a_set():
    held = {0.0}

    def change(value):
        held.clear()
        held.add(value)

    return lambda x: x * sum(held), change


def in_a_deque():
    held = deque([0.0], maxlen=1)
    return lambda x: x * held[0], held.append


def in_an_array():
    held = array.array("d", [0.0])
    return lambda x: x * held[0], item(held)


def in_bytes():
    held = bytearray([0])
    return lambda x: x * held[0], lambda value: held.__setitem__(0, int(value))


def in_a_long_list():
    held = [1.0] * 200
    return lambda x: x * held[3], item(held, 3)


def in_a_type():
    """An integer in place of an equal float."""
    held = [0.0] * 200
    return lambda x: gg.arange(2) * held[0], lambda value: item(held)(int(value) if value else 0.0)


def in_a_sign():
    held = [0.0]
    return lambda x: x / gg.tensor(held[0]), lambda value: item(held)(0.0 if value else -0.0)


def in_defaults():
    def helper(x, factor=0.0):
        return x * factor

    return lambda x: helper(x), lambda value: setattr(helper, "__defaults__", (value,))


def in_a_default():
    held = [0.0]

    def function(x, held=held):
        return x * held[0]

    return function, item(held)


def in_code():
    """A function that an editor loads again, in place."""

    def helper(x):
        return x

    codes = {value: (lambda v: lambda x: x * v)(value) for value in (0.0, 1.0, 2.0)}

    def change(value):
        helper.__code__ = compile(f"def helper(x): return x * {value}", "", "exec").co_consts[0]

    assert len(codes) == 3
    return lambda x: helper(x), change


def in_a_function():
    def function(x):
        return x * function.factor

    function.factor = 0.0
    return function, attribute(function)


def in_a_partial():
    held = [0.0]
    return functools.partial(lambda held, x: x * held[0], held), item(held)


def in_a_partial_within():
    held = [0.0]
    inner = functools.partial(lambda held, x: x * held[0], held)
    return lambda x: inner(x), item(held)


def in_a_compiled_function():
    held = [0.0]
    inner = gg.compile(lambda x: x * held[0])
    return lambda x: inner(x), item(held)


def in_a_transformed_function():
    held = [0.0]
    inner = gg.vmap(gg.checkpoint(gg.grad(lambda x: x * held[0])))
    return lambda x: inner(x), item(held)


def in_a_context():
    held = contextvars.ContextVar("held", default=0.0)
    return lambda x: x * held.get(), held.set


def in_a_thread():
    held = threading.local()
    held.factor = 0.0
    return lambda x: x * held.factor, attribute(held)


def by_a_weak_reference():
    held = Weakly()
    found = weakref.ref(held)
    return lambda x: x * found().factor, attribute(held)


def by_numpy():
    held = np.zeros(2)
    return lambda x: x * np.exp(held), item(held)


def by_numpys_number():
    held = np.zeros(2, "float32")
    return lambda x: x * held[0] + float(held.sum()), item(held)


def by_a_branch_of_numpys():
    held = np.zeros(2)
    return lambda x: x if held[0] > 0.5 else -x, item(held)


def in_a_numpy_number():
    held = [np.float32(0)]
    return lambda x: x * held[0], lambda value: item(held)(np.float32(value))


def in_a_shape():
    held = gg.ones(2)
    return lambda x: x * held.shape[0], lambda value: held.write(np.ones(2 + int(value), "f4"))


def in_what_wants_a_gradient():
    held = gg.ones(2)
    return (
        lambda x: x if held.requires_grad else -x,
        lambda value: held.requires_grad_(value > 0),
    )


def in_a_frozen_parameter():
    held = gg.ones(2)

    def function(x):
        y = held * x
        return y * 1.0 if y.requires_grad else -y

    return lambda x: function(x).detach(), lambda value: held.requires_grad_(value > 0)


FOLLOWED = [value for name, value in globals().items() if name.startswith(("in_", "by_"))]
