"""Samples of Fourier transforms."""

import numpy as np
from sample import complexes, numbers, sample

Z, X = complexes(2, 3), numbers(2, 4)
HALF = complexes(2, 3, seed=1)


def _fourier(x, axes=None, inverse=False, norm=None):
    return (np.fft.ifftn if inverse else np.fft.fftn)(x, axes=axes, norm=norm)


def _cases(function, x, *, order=2, **settings):
    return sample(x, order=order, reference=lambda x: function(x, **settings), **settings)


SAMPLES = {
    "fourier": [
        _cases(_fourier, Z, axes=(0, 1)),
        _cases(_fourier, Z, axes=(1,), inverse=True, norm="ortho"),
        _cases(_fourier, complexes(2, 3, 2), axes=(-1, 0), norm="forward"),
        _cases(_fourier, X, axes=(0,)),
        _cases(_fourier, X, axes=(0, 1), inverse=True),
        _cases(_fourier, complexes(0, 2), axes=(1,)),
        _cases(_fourier, complexes(1), axes=(0,)),
        _cases(_fourier, np.arange(4), axes=(0,), order=0),
    ],
    "real_fourier": [
        _cases(np.fft.rfft, X),
        _cases(np.fft.rfft, numbers(3, 2), axis=0, norm="ortho"),
        _cases(np.fft.rfft, numbers(5), norm="forward"),
        _cases(np.fft.rfft, numbers(1)),
        _cases(np.fft.rfft, numbers(2)),
        _cases(np.fft.rfft, numbers(0, 3), axis=1),
        _cases(np.fft.rfft, np.arange(6), order=0),
    ],
    "hermitian_fourier": [
        _cases(np.fft.irfft, HALF, n=4),
        _cases(np.fft.irfft, HALF, n=5, norm="forward"),
        _cases(np.fft.irfft, complexes(2, 2), n=3, axis=0, norm="ortho"),
        _cases(np.fft.irfft, complexes(1), n=1),
        _cases(np.fft.irfft, complexes(2), n=2),
        _cases(np.fft.irfft, X[:, :3], n=4),
        _cases(np.fft.irfft, complexes(0, 3), n=4),
    ],
}
