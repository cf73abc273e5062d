"""What `ci/test --cupy` rests on holds here: names, texts that it changes, refusals, its list."""

import platform

import numpy as np
import pytest
from cupy_on_cpu import kernels, machine, plugin, vendor

from gpugrad.backend.simulated import text


def test_a_machine_that_cannot_is_told_why(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert "x86-64 only" in machine.missing() and "arm64" in machine.missing()


@pytest.mark.parametrize("compilers, program", [("absent", "g++"), ("sh", "nm")])
def test_a_missing_program_is_named(compilers, program, monkeypatch):
    monkeypatch.setattr(machine, "NEEDED", (platform.system(), platform.machine()))
    monkeypatch.setattr(machine.shutil, "which", lambda name: name if name == "sh" else None)
    for variable in ("CC", "CXX"):
        monkeypatch.setenv(variable, compilers)
    assert program in machine.missing()


def test_the_changes_for_cupy_find_what_they_replace():
    changed = kernels.changed(text._headers(), kernels.FOR_CUPY)
    assert changed != text._headers()
    with pytest.raises(RuntimeError, match="no longer have: absent"):
        kernels.changed(changed, [("absent", "")])


def test_a_known_failure_has_the_reason_above_it():
    found = plugin.known_failures("# slow\ntests/a.py::b[c d]\ntests/a.py::e\n\n# wrong\nf::g\n")
    assert found == {"tests/a.py::b[c d]": "slow", "tests/a.py::e": "slow", "f::g": "wrong"}
    assert all(plugin.known_failures(plugin.LIST.read_text()).values())


def test_a_matrix_in_memory_is_column_major():
    numbers = np.arange(8.0)
    found = vendor.matrix(numbers.ctypes.data, 3, 2, 4, "f8")
    assert found.tolist() == [[0, 4], [1, 5], [2, 6]]
    with pytest.raises(ValueError, match="leading dimension"):
        vendor.matrix(numbers.ctypes.data, 3, 2, 2, "f8")
