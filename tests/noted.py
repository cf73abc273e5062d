"""A backend that gpugrad does not know: NumPy's arrays in a class of their own, nothing shared."""

import operator
from functools import cache

import numpy as np

from gpugrad.backend.host.backend import Host
from gpugrad.backend.select import backend, register

OPERATORS = "add sub mul truediv floordiv mod pow and_ or_ xor lshift rshift lt le gt ge eq ne"
METHODS = "astype reshape transpose copy"


class Noted:
    """An array that refuses to be mixed with NumPy's."""

    __array_ufunc__ = None
    __hash__ = None

    def __init__(self, value):
        self.value = np.asarray(value)

    def __getattr__(self, name):
        if name not in ("shape", "dtype", "ndim", "size", "strides", "flags", "nbytes"):
            raise AttributeError(name)
        return getattr(self.value, name)

    def __getitem__(self, index):
        return Noted(self.value[plain(index)])

    def __setitem__(self, index, value):
        self.value[plain(index)] = plain(value)

    def __len__(self):
        return len(self.value)

    def __neg__(self):
        return Noted(-self.value)

    def __abs__(self):
        return Noted(abs(self.value))


def plain(given):
    """NumPy's arrays in place of ours, in tuples and lists too."""
    if isinstance(given, np.ndarray):
        raise TypeError("an array of the host came to the other backend")
    if isinstance(given, tuple | list):
        return type(given)(map(plain, given))
    return given.value if isinstance(given, Noted) else given


def wrapped(result):
    if isinstance(result, tuple):
        return tuple(map(wrapped, result))
    return Noted(result) if isinstance(result, np.ndarray | np.generic) else result


def through(function):
    """``function`` of NumPy's arrays as one of ours."""

    def apply(*arguments, **settings):
        given = {name: plain(value) for name, value in settings.items()}
        return wrapped(function(*map(plain, arguments), **given))

    return apply


def give_operators():
    for name in OPERATORS.split():
        function, short = getattr(operator, name), name.strip("_")
        setattr(Noted, f"__{short}__", through(function))
        setattr(Noted, f"__r{short}__", through(lambda b, a, f=function: f(a, b)))
    for name in METHODS.split():
        setattr(Noted, name, through(getattr(np.ndarray, name)))


give_operators()


class NotedBackend(Host):
    """What the host offers, on the other arrays."""

    name = "noted"
    array_types = (Noted,)
    fuse_from = float("inf")  # kernels read NumPy's memory

    def __init__(self, host):
        super().__init__()
        self.natives = {name: through(function) for name, function in host.natives.items()}
        del self.natives["update"]  # an optimizer's rule then runs by the other natives
        self.constant = self.number = through(host.constant)

    def asarray(self, data, dtype=None, copy=False):
        value = data.value if isinstance(data, Noted) else data
        return Noted(np.array(value, dtype=dtype, copy=copy or None))

    def to_host(self, array):
        return array.value

    def ones(self, like):
        return Noted(np.ones_like(like.value))

    def exportable(self, array):
        return array


@cache
def noted():
    """The backend, registered once in a process."""
    return register(NotedBackend(backend("cpu")))
