"""Kernels: which operations get one, the compilers, the cache, sizes and durations.

Every elementwise operation is one expression.  From it come a forward kernel and one kernel for the
gradients of all inputs, in C for the host and in CUDA C for a GPU.  ``@gg.elementwise`` makes such
an operation of your own function.

    import gpugrad as gg

    @gg.elementwise
    def gate(x, y):
        return x * gg.sigmoid(y)

    print(gg.grad(gate)(1.0, 0.0))  # 0.5
    print(gate.source("numpy").splitlines()[0])  # def gate_forward(x, y_):

On the host a kernel runs from 32,768 elements on; smaller arrays run on NumPy.  Without a C
compiler everything runs on NumPy.  On a GPU, NVRTC compiles; no CUDA toolkit is needed.

Compiled kernels are kept in the folder ``GPUGRAD_CACHE``, by default ~/.cache/gpugrad, which may be
deleted at any time.  ``gpugrad info`` prints its path and size.  A kernel is compiled at its first
call, in a tenth of a second as a rule; later processes load it from the cache in milliseconds.

A setting of a kernel, as ``slope`` in ``def f(x, *, slope)``, is an argument of the compiled code,
so a new value compiles nothing.
"""
