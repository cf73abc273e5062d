"""NumPy with gradients: ``import gpugrad.numpy as np``.

    import gpugrad as gg
    import gpugrad.numpy as np

    print(gg.grad(lambda x: np.sum(np.cumsum(x) ** 2))(np.array([1.0, 2.0])).tolist())  # [8.0, 6.0]

NumPy's names, arguments and dtypes work on Tensors, arrays, lists and numbers, on host and device;
results are Tensors.  What functions make of arrays, lists and numbers keeps to NumPy's dtypes in
operators and methods too; of a Tensor of gpugrad's own they make one like it.

    print((np.array([1, 2]) / 3).dtype, (gg.tensor([1, 2]) / 3).dtype)  # float64 float32

``ci/names`` lists the names that are missing.  Differences from NumPy:

- Results are never scalars.
- No function writes into an array that is not a Tensor, so ``out=`` and a ufunc's ``where=`` are
  refused.  ``where=`` and ``initial=`` of reductions are taken and have gradients.
- Complex numbers have no order: maximum, minimum, fmax, fmin and clip refuse them.
- Sorts are always stable, and partitions are sorted whole.
- bfloat16, which NumPy does not have, promotes by gpugrad's own table.
- Eigenvalues are always complex; NumPy's are real if all imaginary parts happen to be 0.
- Within a transform, operators and methods promote integers that were computed from its arguments
  as gpugrad's own do, ``(x > 0).mean()`` say; functions, ``np.mean(x > 0)``, as NumPy's.
- ``random`` draws from the same distributions, but not the same numbers.
"""

from types import ModuleType as _ModuleType
import typing as _typing

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

if not _typing.TYPE_CHECKING:  # to a checker, all that is imported by * is public
    __all__ = ["fft", "linalg", "random"]
    __all__ += [
        name
        for name, value in vars().items()
        if not (name.startswith("_") or isinstance(value, _ModuleType))
    ]

    def __dir__() -> list[str]:
        return __all__

    from .absent import other as __getattr__
