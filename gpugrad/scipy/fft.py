"""scipy.fft with gradients: the transforms of gpugrad.fft, cosine and sine transforms.

``overwrite_x``, ``workers`` and ``plan`` are not taken.  Cosine and sine transforms have the types
1 to 4 and SciPy's normalisations, of which ``orthogonalize`` is the default: yes for "ortho".
"""

from functools import cache
from itertools import count

__all__ = ["next_fast_len"]


@cache
def next_fast_len(target: int, real: bool = False) -> int:
    """The least length of at least ``target`` that transforms quickly, as scipy.fft's.

    It has no prime factors above 5, of complex numbers none above 11.
    """
    primes = (2, 3, 5) if real else (2, 3, 5, 7, 11)
    return next(n for n in count(max(target, 1)) if _rest(n, primes) == 1)


def _rest(n: int, primes: tuple[int, ...]) -> int:
    """What is left of ``n`` without its factors among ``primes``."""
    for prime in primes:
        while n % prime == 0:
            n //= prime
    return n
