"""Run tests of a device on CuPy's own wheel, with every CUDA call answered on the CPU.

    ci/test --cupy [ARGUMENTS of pytest]   all that meet a device, or those that are named
    ci/test --cupy --host-time             what the host's part of operations and steps takes

Tests get this device where they ask for the fixture `device` or for "simulated".  Failures that
are known stand in known_failures.txt; one that passes again fails the run until it is struck off.
The first run compiles some hundred kernels; they are kept in the cache folder.
Linux on x86-64 only; needs g++, nm, and `pip install '.[test]'`.
"""

import os
import sys
from pathlib import Path

from . import kernels, libraries, machine, places

TESTS = Path(__file__).parents[1]
SETTINGS = {
    "CUPY_ACCELERATORS": "",  # CUB's kernels are machine code inside CuPy, for a GPU
    "CUPY_CACHE_IN_MEMORY": "1",  # the images are kept in our own cache folder
    "GPUGRAD_DEVICE": "cpu",  # arrays are made on the host unless a test says otherwise
}
PYTEST = ["-m", "pytest", "-n", "2", "--dist", "worksteal", "--device", "cuda"]
PYTEST += ["-p", "cupy_on_cpu.plugin"]
# About the simulated device itself, about texts that name it, or in processes of their own.
OTHERS = ["simulated_arrays", "simulated_faults", "simulated_kernels", "simulated_maths"]
OTHERS += ["simulated_natives"]
OTHERS += ["commands", "cupy_signatures", "draw", "examples", "layers", "readme"]
WHOLE = [str(TESTS), *(f"--ignore={TESTS}/test_{name}.py" for name in OTHERS)]
# Every operation is compared in four dtypes there: three are left to those who name the file.
WHOLE += ["-k", "not (test_device_agrees and (float16 or bfloat16 or float64))"]


def main(arguments: list[str]) -> None:
    """Refuse, or prepare what all processes share and become pytest or the measurement."""
    if {"-h", "--help"} & set(arguments):
        print(__doc__)
        return
    lack = machine.missing()
    if lack:
        sys.exit(f"ci/test --cupy: {lack}")
    paths = filter(None, [str(TESTS), os.environ.get("PYTHONPATH")])
    os.environ.update(SETTINGS, PYTHONPATH=os.pathsep.join(paths))
    if "--host-time" in arguments:
        command = ["-m", "cupy_on_cpu.host_time"]
    else:
        prepare()
        whole = not any(map(names_tests, arguments))
        command = [*PYTEST, *(WHOLE if whole else []), *arguments]
    os.execv(sys.executable, [sys.executable, *command])


def names_tests(argument: str) -> bool:
    """Whether an argument of pytest is a file or folder, or a test in one."""
    return Path(argument.partition("::")[0]).exists()


def prepare() -> None:
    """Build what every process of pytest loads."""
    libraries.driver()
    for library in places.VENDORS:
        libraries.vendor(library)
    kernels.headers_for_cupy()


if __name__ == "__main__":
    main(sys.argv[1:])
