"""The array API standard as tests/array_api_2024_12.txt has it, and calls of its functions."""

import inspect
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sample import complexes, numbers

TABLE = Path(__file__).with_name("array_api_2024_12.txt")
P = numbers(2, 3, low=0.2, high=0.9, seed=1)  # within the domain of every function
SQUARE = numbers(3, 3, seed=2)
SYMMETRIC = SQUARE @ SQUARE.T + np.eye(3)
INTEGERS = np.array([[3, 1, 4], [5, 9, 2]])
LINE = numbers(4, seed=3)


class Standard(NamedTuple):
    """A function of the standard: its dotted name, its group and its parameters."""

    name: str
    group: str
    signature: inspect.Signature | None  # None: no function

    def __str__(self) -> str:
        return self.name


def standard() -> list[Standard]:
    """Everything that the table lists."""
    found, group = [], ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            group = line.strip("[]")
        elif not line.startswith("#"):
            name, bracket, parameters = line.partition("(")
            found.append(Standard(name, group, _signature(bracket + parameters)))
    return found


def _signature(text: str) -> inspect.Signature | None:
    if not text:
        return None
    made: dict[str, Any] = {}
    exec(f"def function{text}: pass", made)
    return inspect.signature(made["function"])


VALUES: dict[str, list[Any]] = {  # what is given for a parameter where nothing else is said
    "x": [P],
    "x1": [P],
    "x2": [1 + P],
    "shape": [(2, 3)],
    "arrays": [(P, P)],
    "axis": [-1, 0],
    "dtype": ["float64"],
    "device": ["cpu"],
    "copy": [True],
    "keepdims": [True],
    "k": [1],
    "correction": [1.0],
    "descending": [True],
    "stable": [True, False],
    "include_initial": [True],
    "indexing": ["ij"],
    "n": [2],
    "norm": ["ortho"],
    "endpoint": [False],
    "offset": [1],
    "d": [0.5],
    "rtol": [1e-3],
    "indices": [np.array([1, 0])],
}
OWN: dict[str, dict[str, list[Any]]] = {  # what a function is given instead
    "arange": {"start": [3, 0.5], "stop": [7], "step": [2]},
    "asarray": {"obj": [[[1.5, 2.5]], P]},
    "eye": {"n_rows": [3], "n_cols": [2]},
    "full": {"fill_value": [2.5]},
    "full_like": {"fill_value": [2.5]},
    "linspace": {"start": [0.0], "stop": [3.0], "num": [4]},
    "meshgrid": {"arrays": [(LINE, P[0])]},
    "acosh": {"x": [1 + P]},
    "where": {"condition": [P > 0.5], "x2": [2 * P, 1.0]},
    "searchsorted": {"x1": [np.sort(LINE)], "x2": [P], "side": ["right"], "sorter": [np.arange(4)]},
    "take": {"axis": [1]},
    "take_along_axis": {"indices": [INTEGERS % 2], "axis": [0, 1]},
    "matmul": {"x2": [SQUARE]},
    "linalg.matmul": {"x2": [SQUARE]},
    "tensordot": {"x2": [P], "axes": [((1,), (1,))]},
    "linalg.tensordot": {"x2": [P], "axes": [((1,), (1,))]},
    "broadcast_to": {"shape": [(4, 2, 3)]},
    "expand_dims": {"axis": [1]},
    "moveaxis": {"source": [0], "destination": [1]},
    "permute_dims": {"axes": [(1, 0)]},
    "repeat": {"repeats": [2, np.array([1, 2, 0])], "axis": [1]},
    "reshape": {"shape": [(3, 2)]},
    "roll": {"shift": [1, (1, 1)], "axis": [(0, 1)]},
    "squeeze": {"x": [P[:1]], "axis": [0]},
    "tile": {"repetitions": [(2, 1)]},
    "clip": {"min": [0.4], "max": [0.6]},
    "cumulative_sum": {"x": [LINE], "axis": [0]},
    "cumulative_prod": {"x": [LINE], "axis": [0]},
    "diff": {"prepend": [P], "append": [P], "axis": [0], "n": [1]},
    "linalg.cross": {"axis": [-1, 1]},
    "linalg.det": {"x": [SQUARE]},
    "linalg.inv": {"x": [SQUARE]},
    "linalg.slogdet": {"x": [SQUARE]},
    "linalg.cholesky": {"x": [SYMMETRIC], "upper": [True]},
    "linalg.eigh": {"x": [SYMMETRIC]},
    "linalg.eigvalsh": {"x": [SYMMETRIC]},
    "linalg.matrix_power": {"x": [SQUARE], "n": [3]},
    "linalg.matrix_norm": {"ord": ["nuc", 2]},
    "linalg.vector_norm": {"ord": [1, 3]},
    "linalg.outer": {"x1": [LINE], "x2": [P[0]]},
    "linalg.qr": {"x": [P.T], "mode": ["complete"]},
    "linalg.solve": {"x1": [SQUARE], "x2": [P.T]},
    "linalg.svd": {"full_matrices": [False]},
    "fft.fftn": {"s": [(2, 2)], "axes": [(0, 1)]},
    "fft.ifftn": {"s": [(2, 2)], "axes": [(0, 1)]},
    "fft.rfftn": {"s": [(2, 2)], "axes": [(0, 1)]},
    "fft.irfftn": {"s": [(2, 2)], "axes": [(0, 1)]},
    "fft.irfft": {"x": [complexes(3)]},
    "fft.hfft": {"x": [complexes(3)]},
    "fft.fftfreq": {"n": [5]},
    "fft.rfftfreq": {"n": [5]},
    "fft.fftshift": {"axes": [(0,)]},
    "fft.ifftshift": {"axes": [(0,)]},
    "conj": {"x": [complexes(3)]},
    "imag": {"x": [complexes(3)]},
    "real": {"x": [complexes(3)]},
    "logical_and": {"x1": [P > 0.5], "x2": [P > 0.3]},
    "logical_or": {"x1": [P > 0.5]},
}
TOGETHER = {
    "fft.fftn": ["s", "axes"],
    "fft.ifftn": ["s", "axes"],
    "fft.rfftn": ["s", "axes"],
    "fft.irfftn": ["s", "axes"],
    "roll": ["shift", "axis"],
}
BITS = {"x": [INTEGERS], "x1": [INTEGERS], "x2": [INTEGERS % 3]}


def values(entry: Standard, parameter: str) -> list[Any]:
    """What a parameter of a function is given, one after the other."""
    given = OWN.get(entry.name, {}) | (BITS if entry.name.startswith("bitwise") else {})
    return given.get(parameter) or VALUES[parameter]


def calls(entry: Standard) -> list[tuple[list, dict]]:
    """Calls that the standard allows: with the least that is needed, and with every further
    parameter by its name."""
    assert entry.signature is not None
    parameters = entry.signature.parameters.values()
    needed, named, more = [], {}, []
    for p in parameters:
        if p.kind is p.VAR_POSITIONAL:
            needed += values(entry, p.name)[0]
        elif p.default is not p.empty:
            more.append(p.name)
        elif p.kind is p.POSITIONAL_ONLY or p.name != "axis":
            needed.append(values(entry, p.name)[0])
        else:
            named[p.name] = values(entry, p.name)[0]
    found: list[tuple[list, dict]] = [(needed, named)]
    for name in more:
        if entry.signature.parameters[name].kind is inspect.Parameter.POSITIONAL_ONLY:
            found += [([*needed, value], named) for value in values(entry, name)]
        elif name not in TOGETHER.get(entry.name, ())[1:]:
            also = {
                other: values(entry, other)[0]
                for other in TOGETHER.get(entry.name, ())
                if other != name and other in more
            }
            found += [(needed, {**named, name: value, **also}) for value in values(entry, name)]
    return found
