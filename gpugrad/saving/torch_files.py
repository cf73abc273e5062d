"""Files of ``torch.save`` read without PyTorch, by an unpickler that runs no code.

It knows a list of names, given by ``_Reader._known``: what Tensors, Parameters, Sizes, dtypes and
devices are pickled as, and OrderedDict.  Any other name is refused before it is looked up.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable, Sequence
from operator import index
from typing import Any, BinaryIO
from zipfile import BadZipFile, ZipFile

from ..backend.dtypes import BY_NAME, as_dtype
from ..backend.numpy_rules import numpys
from .tree import Stored

ZIPPED = b"PK\x03\x04"
LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # the first object: a number, pickled
DAMAGED = (  # what reading a file raises where it is not as it was written
    AttributeError,
    BadZipFile,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    UnicodeError,
)
STORAGES = {  # the classes of torch that hold the elements of tensors
    "BoolStorage": "bool",
    "ByteStorage": "uint8",
    "CharStorage": "int8",
    "ShortStorage": "int16",
    "IntStorage": "int32",
    "LongStorage": "int64",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "FloatStorage": "float32",
    "DoubleStorage": "float64",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "uint8",
}


def holds(path: str) -> bool:
    """Whether a file looks like one of torch's."""
    return _begins(path, ZIPPED, LEGACY)


def _begins(path: str, *beginnings: bytes) -> bool:
    with open(path, "rb") as file:
        return file.read(max(map(len, beginnings))).startswith(beginnings)


def read(path: str) -> dict[Any, Any]:
    """The dict that was saved, with Stored arrays.

    pickle.UnpicklingError for a file that asks for more than weights need, ValueError for one that
    is damaged or holds no dict.
    """
    try:
        found = _zipped(path) if _begins(path, ZIPPED) else _legacy(path)
    except DAMAGED as error:
        raise ValueError(f"load: {path} is no whole file of torch.save: {error}") from error
    if not isinstance(found, dict):
        raise ValueError(f"load: {path} holds a {type(found).__name__}; save a dict, {{'x': ...}}")
    return found


def _zipped(path: str) -> Any:
    """The format since PyTorch 1.6: a zip archive with a pickle, and a file for each storage."""
    with ZipFile(path) as archive:
        names = archive.namelist()
        pickled = [name for name in names if name.endswith("/data.pkl")]
        if len(pickled) != 1:
            raise ValueError(
                f"load: {path} is a zip archive, but none of torch.save; numpy.load reads .npz"
            )
        root = pickled[0].removesuffix("data.pkl")
        order = archive.read(f"{root}byteorder") if f"{root}byteorder" in names else b"little"
        known: dict[str, Any] = {}

        def storage(key: str, dtype: Any, count: int) -> Any:
            if key not in known:
                known[key] = archive.read(f"{root}data/{key}")
            swapped = dtype.newbyteorder(">" if order == b"big" else "<")
            return numpys("frombuffer")(known[key], swapped, count).astype(dtype, copy=False)

        with archive.open(pickled[0]) as file:
            return _Reader(file, path, storage).load()


def _legacy(path: str) -> Any:
    """The format before PyTorch 1.6: pickles one after the other, and then the storages."""
    storages: dict[str, Any] = {}
    with open(path, "rb") as file:
        size = file.seek(0, 2)
        file.seek(0)

        def storage(key: str, dtype: Any, count: int) -> Any:
            if count * dtype.itemsize > size:
                raise ValueError(f"load: {path} is shorter than its tensors")
            return storages.setdefault(key, numpys("empty")(count, dtype))

        _, _, machine, found, keys = [_Reader(file, path, storage).load() for _ in range(5)]
        order = "<" if machine["little_endian"] else ">"
        for key in keys:
            array = storages[key]
            count = int.from_bytes(file.read(8), "little" if order == "<" else "big")
            data = file.read(count * array.dtype.itemsize)
            array[:] = numpys("frombuffer")(data, array.dtype.newbyteorder(order), len(array))
    return found


class _Reader(pickle.Unpickler):
    """Unpickler that gives stand-ins for a list of names, and refuses all others."""

    def __init__(
        self, file: BinaryIO | Any, path: str, storage: Callable[[str, Any, int], Any]
    ) -> None:
        super().__init__(file, encoding="utf-8")
        self._path, self._storage = path, storage

    def _known(self) -> dict[str, Any]:
        """Names, and what stands for them.  A text cannot be called or changed: it is safe."""
        storages = {f"torch.{name}": dtype for name, dtype in STORAGES.items()}
        return {
            "collections.OrderedDict": OrderedDict,
            "torch.Size": tuple,
            "torch.device": self._device,
            "torch._utils._rebuild_tensor": self._tensor,
            "torch._utils._rebuild_tensor_v2": self._tensor,
            "torch._utils._rebuild_tensor_v3": self._tensor_of_dtype,
            "torch._utils._rebuild_parameter": self._parameter,
            "torch.storage.UntypedStorage": STORAGES["UntypedStorage"],
            **storages,
            **{f"torch.{name}": name for name in BY_NAME},
        }

    def find_class(self, module: str, name: str) -> Any:
        """See _known."""
        try:
            return self._known()[f"{module}.{name}"]
        except KeyError:
            raise pickle.UnpicklingError(
                f"load: {self._path} asks for {module}.{name}, which weights do not need and which "
                "may run code: nothing of it was run.  Save model.state_dict() alone, with numbers "
                "and texts of Python"
            ) from None

    def persistent_load(self, saved: Any) -> Any:
        """The storage that a tensor refers to: its elements, in a row."""
        kind, dtype, key, _, count, *view = saved
        if kind != "storage" or any(part is not None for part in view):
            raise ValueError(f"load: {self._path} refers to {saved!r:.200}; save it again")
        return self._storage(key, as_dtype(dtype), index(count))

    def _device(self, *parts: Any) -> str:
        return ":".join(map(str, parts))

    def _parameter(self, data: Any, *_: Any) -> Any:
        return data

    def _tensor_of_dtype(
        self,
        storage: Any,
        offset: int,
        size: Any,
        stride: Any,
        grad: Any,
        hooks: Any,
        dtype: str,
        *_: Any,
    ) -> Stored:
        return self._tensor(storage.view(as_dtype(dtype)), offset, size, stride)

    def _tensor(
        self, storage: Any, offset: int, size: Sequence[int], stride: Sequence[int], *_: Any
    ) -> Stored:
        """The elements of a storage that a tensor has, which may be fewer, or come again."""
        offset = index(offset)
        size, stride = [*map(index, size)], [*map(index, stride)]
        last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=False))
        whole = len(size) == len(stride) and min([offset, *size, *stride]) >= 0
        if not whole or (0 not in size and last >= len(storage)):
            raise ValueError(f"load: {self._path} has a tensor that leaves its memory")
        steps = [step * storage.itemsize for step in stride]
        strided = numpys("lib.stride_tricks.as_strided")
        return Stored(strided(storage[offset:], size, steps, writeable=False))
