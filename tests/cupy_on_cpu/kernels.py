"""Every kernel compiled by g++ with the simulated device's headers; its image names the library."""

import re
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from . import libraries, places

IMAGE = "CUPY-ON-CPU {}\n"  # as in driver/launches.cpp
FOLDER = Path(__file__).parent
OPTIONS = ("-std=c++17", "-w", "-ffp-contract=off", "-fno-strict-aliasing", "-fPIC")
OURS, CUPYS = ("-O1", *OPTIONS), ("-O0", *OPTIONS)  # CuPy's are many and small
LINKED = ("-shared", "-lm")
INCLUDED = ("complex", "carray", "atomics")  # of CuPy's own headers, by nearly every text of its
STANDARD = ("initializer_list", "cassert", "complex", "limits", "tuple", "algorithm", "cmath")
# The headers check every access against the simulated device's own memory, which is not used here.
CHECK = "bool write, bool atomic = false) {"
UNCHECKED = [(CHECK, CHECK + " return;")]
# What the headers forbid or lack and CuPy's kernels do or want.
HALF = ("        type() = default;  ", "        type() = default; RAW_HALF(type)")
RAW_HALF = """struct __half_raw { unsigned short x; };
#define RAW_HALF(type) \\
    type(const __half_raw& raw) : bits(raw.x) {} operator __half_raw() const { return {bits}; }
"""
BARRIER = "waiting == block_threads && !other"
READY = "threads[i].state = READY;"
FOR_CUPY = [
    *UNCHECKED,
    HALF,
    ("#define SIXTEEN_BITS", f"{RAW_HALF}#define SIXTEEN_BITS"),
    (BARRIER, "waiting && waiting + finished == block_threads"),  # the ended are not waited for
    (f"i++) {READY}", f"i++) if (threads[i].state == AT_BARRIER) {READY}"),
]
MACRO_OF_MATHS = re.compile(r"#define (\w+) simulated::(\w+)<(double|float)>")
INSTANCE = """
extern "C" UNCHECKED void simulated_launch_instance{number}(
    const simulated::Launch* given, simulated::Fault* report, unsigned* list, void** arguments) {{
    using kernel = simulated::Kernel<&{expression}>;
    kernel::arguments = arguments, simulated::call = kernel::thread;
    simulated::run(given, report, list, {fibers});
}}
extern "C" UNCHECKED void simulated_signature_instance{number}(char* text, size_t n) {{
    text[0] = 0;
    simulated::Kernel<&{expression}>::signature(text, n);
}}
extern "C" size_t simulated_shared_instance{number}() {{ return simulated::static_bytes(); }}
"""


def image(text: str) -> bytes:
    """The image of one of our kernel texts."""
    return _compiled(changed(places.ours("text").complete(text), UNCHECKED), OURS)


def image_for_cupy(
    text: str, options: tuple[str, ...], expressions: tuple[str, ...]
) -> tuple[bytes, dict[str, str]]:
    """The image of one of CuPy's texts, and the names in it of instances of its templates."""
    module = places.ours("text")
    fibers = str(bool(module.WAITS.search(text))).lower()
    names = dict.fromkeys(module.KERNEL.findall(text))
    entries = [f"SIMULATED_KERNEL({name}, {fibers})" for name in names]
    entries += [
        INSTANCE.format(number=i, expression=expression, fibers=fibers)
        for i, expression in enumerate(expressions)
    ]
    body = module.DYNAMIC.sub(r"\1* const \2 = (\1*)simulated::launch.shared", text)
    whole = "\n".join(('#line 1 "cupy.cu"', body, *entries))
    defined = [option for option in options if option.startswith("-D")]
    instances = {one: f"instance{i}" for i, one in enumerate(expressions)}
    included = ("-include", str(headers_for_cupy().with_suffix("")))
    return _compiled(whole, (*CUPYS, *included, *_folders(), *defined)), instances


def changed(text: str, pairs: list[tuple[str, str]]) -> str:
    """A text with each first replaced by each second; RuntimeError where a first is missing."""
    for old, new in pairs:
        if old not in text:
            raise RuntimeError(f"the simulated device's headers no longer have: {old}")
        text = text.replace(old, new, 1)
    return text


@cache
def headers_for_cupy() -> Path:
    """What CuPy's texts include first, compiled ahead: that halves the time of a kernel."""
    included = "".join(f"#include <{name}>\n" for name in STANDARD)
    text = changed(places.ours("text")._headers(), FOR_CUPY)
    # CuPy has functions of its own with these names, which a macro would rename.
    text = MACRO_OF_MATHS.sub(r"inline \3 \1(\3 x) { return simulated::\2<\3>(x); }", text)
    last = "".join(f"#include <cupy/{name}.cuh>\n" for name in INCLUDED)
    version = f"// CuPy {metadata.version(places.CUPY_PACKAGE)}\n"  # so that another is built anew
    whole = version + included + text + (FOLDER / "cupy_names.hpp").read_text() + last
    options = (*CUPYS, *_folders())
    return libraries.built(".gch", libraries.compiler(), {"headers.hxx": whole}, options)


@cache
def _folders() -> tuple[str, ...]:
    core = Path(find_spec("cupy").origin).parent / "_core" / "include"
    folders = (FOLDER / "include", core, core / "cupy")
    return (*(f"-I{folder}" for folder in folders), "-DTHRUST_DEVICE_SYSTEM=2")


def _compiled(text: str, options: tuple[str, ...]) -> bytes:
    linked = (*options, *LINKED)
    path = libraries.built(".so", libraries.compiler(), {"kernel.cpp": text}, linked)
    return IMAGE.format(path).encode()


def install(driver: Any, compiler: Any) -> None:
    """Let our driver module and CuPy's compiler make images here instead of by NVRTC."""
    driver.nvrtc = SimpleNamespace(cubin=lambda text, architecture, more=(): image(text))

    def compile_text(text: str, options: Any = (), *given: Any, **named: Any) -> tuple:
        expressions = given[2] if len(given) > 2 else named.get("name_expressions")
        return image_for_cupy(text, tuple(options), tuple(expressions or ()))

    compiler._compile_using_nvrtc_no_warning = compile_text
