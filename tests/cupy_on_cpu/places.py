"""Names of the modules that are read or changed, gpugrad's and CuPy's: they stand only here."""

from importlib import import_module
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).parents[2] / "ci" / "benchmarks"  # .gpugrad_calls() of device.py
OURS = {
    "driver": "gpugrad.backend.device.cuda_driver",  # its nvrtc is replaced: .cubin(text, arch)
    "select": "gpugrad.backend.select",  # .backend(name), and _NAMED, the opened ones by name
    "text": "gpugrad.backend.simulated.text",  # .complete(text), .KERNEL, .WAITS, ._adapted, ...
    "cache": "gpugrad.backend.kernels.cache",  # .cached(kind, key, suffix, build)
    "host": "gpugrad.backend.kernels.host",  # .compiler(language), .identity(program)
    "settings": "gpugrad.settings",  # .settings.cache_folder
}
CUPY_PACKAGE = "cupy-cuda13x"
CUPY_COMPILER = "cupy.cuda.compiler"  # its _compile_using_nvrtc_no_warning is replaced
STATIC_RUNTIME = "cupy_backends.cuda.api.runtime"  # the CUDA runtime is linked into this module
MORE_STATIC_RUNTIMES = ("cupy.cuda.cub", "cupy.cuda.thrust")  # and once more into these
THRUST = "cupy.cuda.thrust"  # its sort, argsort and lexsort are replaced
VENDORS = {  # library -> CuPy's modules that are linked with it
    "libcublas.so.13": ("cupy_backends.cuda.libs.cublas",),
    "libcusolver.so.12": ("cupy_backends.cuda.libs.cusolver", "cupyx._cusolver"),
    "libcufft.so.12": ("cupy.cuda.cufft",),
    "libcusparse.so.12": ("cupy_backends.cuda.libs.cusparse",),
    "libcurand.so.10": ("cupy_backends.cuda.libs.curand",),
    "libcublasLt.so.13": (),  # CuPy looks for what NVIDIA's libraries would need
    "libnvJitLink.so.13": (),
}
LOOKED_UP = {  # functions that are looked up by name, so that the linker does not know them
    "libcublas.so.13": ("cublasSetWorkspace_v2",),
    "libcusolver.so.12": ("cusolverDnXgeev", "cusolverDnXgeev_bufferSize"),
}


def ours(name: str) -> Any:
    """A module of gpugrad by its key in OURS."""
    return import_module(OURS[name])
