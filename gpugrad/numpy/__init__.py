"""NumPy with gradients: ``import gpugrad.numpy as np``.

NumPy's names, arguments and dtypes on Tensors, arrays, lists and numbers, on host and device; the
results are Tensors.  ``reading`` has NumPy's rules for arguments.  What differs from NumPy:

- Results are never scalars, and no function writes into an array that is not a Tensor: ``out=`` and
  a ufunc's ``where=`` are refused, ``where=`` and ``initial=`` of reductions have their gradients.
- Complex numbers have no order: maximum, minimum, fmax, fmin and clip refuse them.
- Sorts are always stable, partitions are sorted whole.
- bfloat16 mixes by gpugrad's own table, NumPy has none for it.
- Where numpy.linalg's eigenvalues are real by chance, they are complex here too.
- random draws numbers of the same distributions, not the same numbers: see there.
"""

from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING

from . import fft as fft
from . import linalg as linalg
from . import random as random

# single elements

from .elements import *
from .values import *

# reductions

from .reductions import *
from .scans import *

# shape and order

from .shapes import *
from .joining import *
from .padding import *

# products

from .products import *
from .paths import *

# places and conditions

from .indexing import *
from .order import *
from .searching import *
from .writing import *

# new arrays, grids, types

from .creation import *
from .ranges import *
from .grids import *
from .dtypes import *

# statistics

from .histograms import *
from .nan_reductions import *
from .quantiles import *
from .statistics import *

# polynomials and interpolation

from .calculus import *
from .convolution import *
from .polynomials import *
from .fitting import *

# sets, elements put in or left out

from .editing import *
from .sets import *

# functions of functions, windows

from .functional import *
from .vectorizing import *
from .windows import *

# bits, text, files, NumPy's own

from .bits import *
from .text import *
from .files import *
from .taken import *

if not TYPE_CHECKING:  # to a checker, all that is imported by * is public
    __all__ = ["fft", "linalg", "random"]
    __all__ += [
        name
        for name, value in vars().items()
        if not (name.startswith("_") or isinstance(value, _ModuleType))
    ]

    def __dir__() -> list[str]:
        return __all__

    from .absent import other as __getattr__
