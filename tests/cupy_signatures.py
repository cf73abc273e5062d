"""CuPy's own signatures of what the device backend uses, as a table.

``python tests/cupy_signatures.py`` writes tests/cupy_signatures.json anew from the installed
wheel, which imports without a GPU.  Where a function has no inspectable signature, the first line
of its docstring is one.
"""

import ast
import inspect
import json
import re
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from gpugrad.backend.simulated import fft, linalg, module, special

TABLE = Path(__file__).with_suffix(".json")
METHODS = [
    "get",
    "set",
    "item",
    "astype",
    "copy",
    "fill",
    "reshape",
    "transpose",
    "ravel",
    "view",
    "conj",
    "__dlpack__",
    "__dlpack_device__",
]
# Cython's docstrings of the vendor calls of device/cuda_driver.py: (module, what it is called).
VENDOR = {
    "cupy.cuda.function": ("Module.load", "Module.get_function", "Function.linear_launch"),
    "cupy_backends.cuda.api.driver": ("funcSetAttribute", "launchKernel"),
    "cupy_backends.cuda.api.runtime": ("memGetInfo",),
    "cupy.cuda.device": ("Device.use",),
}
CUBLAS = "gemmStridedBatchedEx"  # cublas cannot be imported without NVIDIA's library: read, not run

Parameters = list[tuple[str, str, str | None]]  # name, kind, default as text


def names() -> list[str]:
    """Every function of the stand-in module, those of linalg as ``linalg.<name>``."""
    functions = [n for n in module.__all__ if n not in ("fft", "linalg", "ndarray")]
    inner = [
        f"{where.__name__.rpartition('.')[2]}.{name}"
        for where in (fft, linalg)
        for name, function in vars(where).items()
        if inspect.isfunction(function) and name[0] != "_"
        if inspect.getmodule(function) is where
    ]
    return sorted(functions + inner)


def special_names() -> list[str]:
    """Every function of the stand-in for cupyx.scipy.special."""
    functions = vars(special).items()
    return sorted(n for n, f in functions if n[0] != "_" and getattr(f, "__name__", "") == "ufunc")


def found(root: object, name: str) -> Callable:
    """The attribute of a dotted name."""
    for part in name.split("."):
        root = getattr(root, part)
    return root  # type: ignore[return-value]


def parameters(function: Callable) -> Parameters:
    """What a function takes, from its signature or else from its docstring's first line."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return documented(function.__doc__ or "")
    return [
        (p.name, p.kind.name, None if p.default is p.empty else _text(p.default))
        for p in signature.parameters.values()
    ]


def documented(text: str) -> Parameters:
    """The parameters that a docstring's first line shows, without C types and ``self``."""
    inside = text.partition("\n")[0].replace("\\*", "*").partition("(")[2].rpartition(")")[0]
    inside = re.sub(r"\s*\[[^]]*\]", "", inside)  # arrays to write into, of ufuncs with two results
    inside = re.sub(r"\b(?:bool|tuple|size_t|bytes|int|intptr_t|bint) (?=\w)", "", inside)
    arguments = ast.parse(f"def f({inside}): pass").body[0].args  # type: ignore[attr-defined]
    plain = [(a.arg, "POSITIONAL_ONLY") for a in arguments.posonlyargs]
    plain += [(a.arg, "POSITIONAL_OR_KEYWORD") for a in arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    table = [(n, k, d and ast.unparse(d)) for (n, k), d in zip(plain, defaults, strict=True)]
    if arguments.vararg:
        table.append((arguments.vararg.arg, "VAR_POSITIONAL", None))
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    table += [(a.arg, "KEYWORD_ONLY", d and ast.unparse(d)) for a, d in named]
    return [row for row in table if row[0] != "self"]


def _text(default: object) -> str:
    return default.__name__ if isinstance(default, type) else repr(default)


def installed() -> dict:
    """The table as the installed wheel has it."""
    import cupy
    from cupyx.scipy import special as cupys

    functions = {name: parameters(found(cupy, name)) for name in names()}
    methods = {name: parameters(found(cupy.ndarray, name)) for name in METHODS}
    return {
        "version": cupy.__version__,
        "functions": functions,
        "methods": {n: [p for p in rows if p[0] != "self"] for n, rows in methods.items()},
        "special": {name: getattr(cupys, name).nin for name in special_names()},
        "vendor": vendor(),
    }


def vendor() -> dict[str, str]:
    """The first docstring lines of the calls that only the real driver makes."""
    from importlib import import_module

    lines = {}
    for place, members in VENDOR.items():
        for name in members:
            text = found(import_module(place), name).__doc__ or ""
            lines[f"{place}.{name}"] = text.partition("\n")[0]
    lines["cupyx.scipy.linalg.solve_triangular"] = _definition("solve_triangular")
    spec = find_spec("cupy_backends.cuda.libs")
    folder = Path(spec.submodule_search_locations[0])  # type: ignore[index, union-attr]
    binary = next(folder.glob("cublas.*")).read_bytes()
    shown = re.search(rf"\b{CUBLAS}\([^)]*\)".encode(), binary)
    lines[f"cublas.{CUBLAS}"] = shown[0].decode() if shown else ""
    return lines


def _definition(name: str) -> str:
    """The line that defines a function of cupyx.scipy.linalg, which needs NVIDIA's libraries to be
    imported: read, not run."""
    folder = Path(find_spec("cupyx").submodule_search_locations[0])  # type: ignore
    text = (folder / "scipy" / "linalg" / f"_{name}.py").read_text(encoding="utf-8")
    shown = re.search(rf"^def ({name}\(.*?\)):", text, re.MULTILINE | re.DOTALL)
    return " ".join(shown[1].split()) if shown else ""


def table() -> dict:
    """The table that is checked in."""
    return json.loads(TABLE.read_text(encoding="utf-8"))


def write() -> None:
    """Check the installed wheel's table in, a function a line."""
    parts = []
    for section, rows in installed().items():
        if isinstance(rows, str):
            parts.append(f'"{section}": "{rows}"')
        else:
            lines = ",\n".join(f" {json.dumps(n)}: {json.dumps(r)}" for n, r in rows.items())
            parts.append(f'"{section}": {{\n{lines}\n}}')
    TABLE.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    write()
