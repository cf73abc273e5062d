"""CuPy's own wheel, unmodified, with every CUDA call answered on the CPU.  Linux on x86-64 only.

driver/ stands in for the driver (libcuda.so.1) and for the runtime that is linked into CuPy's
modules, whose functions are overwritten in memory; NumPy and SciPy answer cuBLAS, cuSOLVER and
cuFFT on the same memory; g++ compiles every kernel, CuPy's and ours, with the headers of the
simulated device.  `ci/test --cupy` runs tests on it; see __main__.py.
"""
