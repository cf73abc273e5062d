"""The stand-in driver and the vendors' libraries: built once, kept in the cache folder, loaded."""

import ctypes
import re
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from . import places

DRIVER = "libcuda.so.1"
FOLDER = Path(__file__).parent
OPTIONS = ("-shared", "-fPIC", "-O1", "-w")
UNANSWERED = 15  # the vendors' status for "not supported"
HEAD = "#include <stdio.h>\n"
# A jump through a variable that vendor.py fills; until then the call is refused by name.
ENTRY = """
static int refuse_{name}(void) {{ fprintf(stderr, "no answer to {name}\\n"); return {status}; }}
__attribute__((used)) void* answer_{name} = (void*)refuse_{name};
__attribute__((naked)) void {name}(void) {{ __asm__("jmp *answer_{name}(%rip)"); }}
"""


def built(
    suffix: str, program: tuple[str, ...], sources: dict[str, str], options: tuple[str, ...]
) -> Path:
    """The file that a compiler makes of texts (by file name), from the cache where it is there."""

    def build(target: Path) -> None:
        folder = target.with_suffix(".texts")
        folder.mkdir()
        for name, text in sources.items():
            (folder / name).write_text(text, encoding="utf-8")
        units = [name for name in sources if not name.endswith((".hpp", ".map"))]
        command = [*program, *units, *options, "-o", str(target)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        for path in [*folder.iterdir(), folder]:
            path.unlink() if path.is_file() else path.rmdir()
        if done.returncode:
            raise RuntimeError(f"{program[0]} refused {', '.join(units)}:\n{done.stderr[:4000]}")

    key = "\n".join((places.ours("host").identity(program), *options, *map(str, sources.items())))
    return places.ours("cache").cached("cupy-on-cpu", key, suffix, build)


@cache
def driver() -> ctypes.CDLL:
    """The stand-in for libcuda.so.1, loaded: who opens that name later gets this one."""
    texts = {path.name: path.read_text() for path in sorted((FOLDER / "driver").iterdir())}
    options = (*OPTIONS, "-std=c++17", "-fvisibility=hidden", f"-Wl,-soname,{DRIVER}", "-ldl")
    return ctypes.CDLL(str(built(".so", compiler(), texts, options)))


@cache
def vendor(library: str) -> ctypes.CDLL:
    """The stand-in for a vendor's library, loaded; vendor.py fills in its answers."""
    names = sorted(set(_wanted(library)) | set(places.LOOKED_UP.get(library, ())))
    text = HEAD + "".join(ENTRY.format(name=name, status=UNANSWERED) for name in names)
    versions = f"{library} {{ global: *; }};\n"  # the linker noted this version in CuPy's modules
    linked = (f"-Wl,-soname,{library}", "-Wl,--version-script=names.map", "-Wl,-Bsymbolic")
    texts = {"names.c": text, "names.map": versions}
    return ctypes.CDLL(str(built(".so", compiler("c"), texts, (*OPTIONS, *linked))))


def compiler(language: str = "c++") -> tuple[str, ...]:
    """The command that is this machine's compiler."""
    return places.ours("host").compiler(language)


def file_of(module: str) -> str:
    """The shared library that a module of CuPy is."""
    return find_spec(module).origin


def _wanted(library: str) -> list[str]:
    """The functions of a library that CuPy's modules are linked with."""
    found = []
    for module in places.VENDORS[library]:
        command = ["nm", "-D", "--undefined-only", file_of(module)]
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found += re.findall(rf" (\w+)@{re.escape(library)}$", listed, re.MULTILINE)
    return found
