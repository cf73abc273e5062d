"""The layers of the package, lowest first: what tests hold imports to, and what README draws."""

from textwrap import wrap
from typing import NamedTuple


class Layer(NamedTuple):
    """Rooms that do not import each other, and only what stands below them."""

    rooms: tuple[str, ...]
    words: str


LAYERS = (
    Layer(("settings",), "defaults; the only reader of environment variables"),
    Layer(("backend",), "arrays: NumPy, CuPy, the simulated device; no gradients"),
    Layer(("ops",), "every operation: its value and its derivative, declared together"),
    Layer(("codegen",), "kernels written from an expression: CUDA C, C, NumPy"),
    Layer(("engine",), "how an operation is applied, recorded and walked back"),
    Layer(("tensor",), "the Tensor: its methods, conversions and protocols"),
    Layer(("api", "extend"), "the functions of gg, and operations of your own"),
    Layer(
        ("linalg", "sparse", "fft", "random"),
        "linear algebra, Fourier transforms, random numbers",
    ),
    Layer(("numpy",), "NumPy's names"),
    Layer(("transforms", "compiler"), "grad, vmap, Jacobians, rules of your own; compile"),
    Layer(("nn",), "layers, losses, and what is made of them"),
    Layer(
        ("optim", "data", "saving", "training", "scipy", "testing", "drawing"),
        "siblings: none imports another",
    ),
    Layer(("autograd", "torch"), "the names of HIPS autograd and of PyTorch"),
    Layer(("reference",), "the topics of gpugrad help: docstrings"),
    Layer(("cli",), "the command gpugrad"),
    Layer(("__main__",), "python -m gpugrad, the same"),
)
BACKEND = (  # the rooms of gpugrad/backend, by the same rule
    ("constants", "dtypes", "kept", "locks", "positions", "protocol", "shapes"),
    ("kernels", "multi_tensor", "numpy_rules"),
    ("maths",),
    ("host",),
    ("device",),
    ("random",),
    ("simulated",),
    ("select",),
)
COLUMN = 30  # of the names of rooms, in README
TOP = ""  # gpugrad/__init__.py, the public names, stands above all


def heights() -> dict[str, int]:
    """How high each room stands."""
    known = {room: height for height, layer in enumerate(LAYERS) for room in layer.rooms}
    return {**known, TOP: len(LAYERS)}


def drawing() -> str:
    """The layers as README shows them, the highest first; many rooms take several lines."""
    names = [wrap(" ".join(layer.rooms), COLUMN) for layer in LAYERS]
    width = max(len(line) for lines in names for line in lines) + 2
    rows = []
    for height, (layer, (first, *more)) in reversed([*enumerate(zip(LAYERS, names, strict=True))]):
        rows.append(f"    {height:>2}  {first:<{width}}{layer.words}")
        rows += [f"        {line}" for line in more]
    return "\n".join(rows)
