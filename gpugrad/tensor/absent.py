"""Names of PyTorch and CuPy that are not here: an AttributeError says what to write instead."""

from inspect import getattr_static
from typing import TYPE_CHECKING, Any, NoReturn

GPUGRAD = {  # what to write -> names that users of other libraries look for in gpugrad
    "gg.random.seed(n)": "manual_seed",
    "gg.random.normal(0.0, 1.0, shape)": "randn",
    "gg.random.uniform(0.0, 1.0, shape)": "rand",
    "gg.random.integers(low, high, shape)": "randint",
    "gg.random.permutation(n)": "randperm",
    "a dtype, gg.float16, float32, float64, int32 or int64": "double float half int long",
    "gg.concat": "cat",
    "gg.asarray, or gg.tensor for a copy": "as_tensor from_numpy",
    "gg.tensor(data, dtype=...)": "FloatTensor LongTensor array",
    "gg.grad, gg.jacobian and so on, or x.backward()": "func",
    "with gg.use_device(name)": "cuda device",
    "gg.matmul, or @": "bmm mm",
    "isinstance(x, gg.Tensor)": "is_tensor",
    "x.size": "numel",
    "x.numpy()": "asnumpy",
    "x.detach()": "stop_gradient",
    "with gg.no_grad()": "inference_mode set_grad_enabled",
    "gg.compile": "jit",
    "gg.sort and gg.argsort": "topk",
    "gg.take_along_axis": "gather",
    "gpugrad.numpy, which has it": "dstack hstack vstack",
}
NN = {
    "a layer with its input sizes, for example Linear(3, 2)": "LazyLinear LazyConv1d LazyConv2d",
    "one device; several are not there yet": "DataParallel",
    "LocalResponseNorm": "CrossMapLRN2d",
    "NLLLoss": "NLLLoss2d",
    "LinearCrossEntropyLoss, which computes all scores at once": "LinearCrossEntropyOptions",
    "Sequential": "Container",
    "register_buffer": "Buffer",
    "RNN, LSTM, GRU and their cells": "RNNBase RNNCellBase",
    "MaxPool2d": "FractionalMaxPool2d FractionalMaxPool3d",
}
FUNCTIONAL = {
    "max_pool2d": "fractional_max_pool2d fractional_max_pool3d "
    "fractional_max_pool2d_with_indices fractional_max_pool3d_with_indices",
    "conv1d, with the channels moved to the middle": "conv_tbc",
    "a product for each group": "grouped_mm scaled_grouped_mm",
    "a product of bfloat16 and its factor": "scaled_mm",
}
OPTIM = {"Adam: gradients are dense here": "SparseAdam"}
CUPY = {  # in gpugrad.numpy
    "x.numpy()": "asnumpy",
    "gg.elementwise": "ElementwiseKernel RawKernel fuse",
    "with gg.use_device(name)": "cuda",
    "gpugrad.numpy itself, for every device": "get_array_module",
}


def absent(module: str, instead: dict[str, str], name: str) -> NoReturn:
    """AttributeError for a name that ``module`` has not, with what is written instead of it."""
    for way, names in instead.items():
        if name in names.split():
            raise AttributeError(f"{module}.{name} is not here: use {way}")
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


class Absent:
    """A name that objects of a class do not have: asking for it says what to write instead."""

    def __init__(self, way: str) -> None:
        self.way = way

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, x: Any, kind: type) -> NoReturn:
        raise AttributeError(f"there is no .{self.name} here: use {self.way}")

    def __repr__(self) -> str:
        return f"not here: use {self.way}"


class Others:
    """Attributes of PyTorch's Tensors and CuPy's arrays, and what to write instead.

    They are single attributes since a ``__getattr__`` would make every lookup slower.
    """

    __slots__ = ()
    if not TYPE_CHECKING:  # to a checker, such a name is a mistake
        cuda = Absent('x.to("cuda")')
        cpu = Absent('x.to("cpu")')
        get = Absent("x.numpy()")
        long = Absent('x.astype("int64")')
        int = Absent('x.astype("int32")')
        half = Absent('x.astype("float16")')
        bool = Absent('x.astype("bool")')
        type = Absent("x.astype(dtype)")
        zero_ = Absent("x[...] = 0; for a gradient, x.grad = None")
        fill_ = Absent("x[...] = value")
        copy_ = Absent("x[...] = y")
        add_ = Absent("x += y")
        sub_ = Absent("x -= y")
        mul_ = Absent("x *= y")
        div_ = Absent("x /= y")
        data_ptr = Absent("x.data, the array of NumPy or CuPy")
        contiguous = Absent("x itself, whose layout does not matter")
        expand = Absent("x.broadcast_to(shape)")
        masked_fill = Absent("gg.where(mask, value, x)")
        gather = Absent("gg.take_along_axis(x, index, axis=axis)")
        index_select = Absent("x.take(index, axis=axis)")
        topk = Absent("gg.sort(x, descending=True) and gg.argsort")
        softmax = Absent("gg.softmax(x, axis=axis)")
        log_softmax = Absent("gg.log_softmax(x, axis=axis)")
        mm = Absent("x @ y")
        bmm = Absent("x @ y")
        t = Absent("x.T")
        numel = Absent("x.size")
        dim = Absent("x.ndim")
        is_cuda = Absent("x.device")
        retain_grad = Absent("x.register_hook(print) to see a gradient, gg.grad to compute it")

    def __dir__(self) -> list[str]:
        """The names that are there."""
        kind = type(self)
        return [n for n in super().__dir__() if not isinstance(getattr_static(kind, n, 0), Absent)]
