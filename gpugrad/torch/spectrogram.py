"""Fourier transforms of pieces that overlap, and back."""

from typing import Any

from .. import fft
from ..api import functions as gg
from ..api.creation import arange, ones, zeros
from .both import both
from .creation import view_as_real
from .nn import functional
from .tensor import owned

__all__ = ["istft", "stft"]


def _window(name: str, window: Any, win_length: int | None, n_fft: int, like: Any) -> Any:
    """The window in the middle of ``n_fft`` numbers; of ones without one."""
    length = win_length or n_fft
    if window is None:
        window = ones((length,), dtype=like.real.dtype, device=str(like.device))
    if tuple(window.shape) != (length,):
        raise RuntimeError(f"{name}: a window of shape {tuple(window.shape)}; give ({length},)")
    before = (n_fft - length) // 2
    return gg.pad(window, (before, n_fft - length - before))


def _centred(input: Any, side: int, pad_mode: str) -> Any:
    """``input`` with ``side`` more numbers before and after it."""
    whole = input.reshape(1, -1, input.shape[-1])
    padded = functional.pad(whole, (side, side), mode=pad_mode)  # type: ignore[attr-defined]
    return padded.reshape(*input.shape[:-1], -1)


@both
def stft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
) -> Any:
    """Spectra of windows of ``n_fft`` numbers, one every ``hop_length``, each a column.

    input: (T,) or (B, T).  center: the first window is around the first number.
    """
    is_complex = input.is_complex() or (window is not None and window.is_complex())
    if return_complex is None and not is_complex:
        raise RuntimeError("stft: give return_complex=True; a real view is by view_as_real")
    input = _centred(input, n_fft // 2, pad_mode) if center else input
    pieces = input.unfold(-1, n_fft, hop_length or n_fft // 4)
    pieces = pieces * _window("stft", window, win_length, n_fft, input)
    half = not is_complex if onesided is None else onesided
    found = (fft.rfft if half else fft.fft)(pieces, norm="ortho" if normalized else None)
    found = owned(gg.swapaxes(found, -1, -2))
    return found if return_complex or is_complex else view_as_real(found)


@both
def istft(
    input: Any,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Any = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Any:
    """The numbers whose ``stft`` is nearest to ``input``: (..., frequencies, windows)."""
    hop = hop_length or n_fft // 4
    spectra = gg.swapaxes(input, -1, -2).reshape(-1, input.shape[-1], input.shape[-2])
    half = not return_complex and input.shape[-2] != n_fft if onesided is None else onesided
    norm = "ortho" if normalized else None
    pieces = (fft.irfft if half else fft.ifft)(spectra, n_fft, norm=norm)
    pieces = pieces if return_complex or half else pieces.real
    shape = _window("istft", window, win_length, n_fft, input)
    squares = gg.broadcast_to(shape * shape, shape=(1, *pieces.shape[1:]))
    whole = _laid(pieces * shape, hop) / gg.maximum(_laid(squares, hop), 1e-11)
    start, total = n_fft // 2 * center, whole.shape[-1]
    end = start + length if length is not None else total - start
    found = gg.pad(whole[:, start:end], ((0, 0), (0, max(0, end - total))))
    return owned(found).reshape(*input.shape[:-2], end - start)


def _laid(pieces: Any, hop: int) -> Any:
    """Pieces (B, windows, n) added where each begins, ``hop`` after the one before: (B, T)."""
    members, count, n = pieces.shape
    places = gg.expand_dims(arange(count) * hop, axis=1) + arange(n)
    none = zeros(((count - 1) * hop + n, members), dtype=pieces.dtype, device=str(pieces.device))
    rows = gg.moveaxis(pieces, 0, -1).reshape(-1, members)
    return gg.matrix_transpose(
        gg.scatter_add(none, places.reshape(-1).to(str(pieces.device)), rows)
    )
