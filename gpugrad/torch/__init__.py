"""PyTorch's names on gpugrad: training programs run with only their imports changed.

    import gpugrad.torch as torch
    import gpugrad.torch.nn as nn
    import gpugrad.torch.nn.functional as F

    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    x = torch.randn(8, 3)
    loss = F.mse_loss(model(x), x.sum(1, keepdim=True))
    loss.backward()
    optimizer.step()
    print(loss.item() > 0, x.size(0), x.max(dim=1).indices.shape)  # True 8 torch.Size([8])

Tensors of this package are gpugrad's, with torch's methods; what is computed from one is one too.
They go to every function of gpugrad, and gpugrad's Tensors to every function of this package.

Differences from PyTorch.

- Dtypes are NumPy's: ``torch.float32`` is ``numpy.dtype("float32")``, and ``x.dtype`` prints as
  float32; ``x.is_floating_point()`` in place of ``x.dtype.is_floating_point``.
- A view writes through to what it is a view of: ``x[0].zero_()`` and ``w.data.normal_()`` change x
  and w.  The other way round it keeps its elements when x is written later.
- ``torch.from_numpy(a)`` shares no memory: what is written into the Tensor does not reach ``a``.
- ``torch.compile(model)`` of a Module gives it back, its ``forward`` replayed from then on.
- Random numbers are gpugrad's: the same on every device, other ones than torch's.
- A masked gradient stays 0 where the masked derivative is infinite or NaN.
- Without effect, since there is no such difference here: ``contiguous``, ``pin_memory``,
  ``memory_format``, ``layout``, ``non_blocking``, ``backends.cudnn.benchmark`` and its like.
"""

from functools import partial as _partial
from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi
from typing import TYPE_CHECKING as _TYPE_CHECKING

from ..numpy.absent import refuse as _refuse
from ..settings import __version__ as __version__
from . import absent as _absent
from . import accelerator as accelerator
from . import amp as amp
from . import autograd as autograd
from . import backends as backends
from . import converting as _converting
from . import cuda as cuda
from . import distributions as distributions
from . import fft as fft
from . import func as func
from . import linalg as linalg
from . import nn as nn
from . import optim as optim
from . import sparse as sparse
from . import special as special
from . import utils as utils
from . import writing as _writing
from .amp import autocast as autocast
from .arithmetic import *
from .arranging import *
from .comparing import *
from .compiling import compile as compile
from .converting import clone as clone
from .converting import is_complex as is_complex
from .converting import is_floating_point as is_floating_point
from .converting import numel as numel
from .creation import *
from .devices import device as device
from .drawing import *
from .dtypes import *
from .factoring import *
from .flags import *
from .func import vmap as vmap
from .gammas import *
from .grad_mode import *
from .indexing import *
from .joining import *
from .linear import *
from .methods import *
from .networks import *
from .ordering import *
from .pointwise import *
from .questions import *
from .reductions import *
from .rewriting import *
from .sampled import *
from .scattering import *
from .serialization import *
from .shaping import *
from .sparse import sparse_coo_tensor as sparse_coo_tensor
from .sparse import sparse_csr_tensor as sparse_csr_tensor
from .sparse import spmm as spmm
from .spectrogram import *
from .tensor import Size as Size
from .tensor import Tensor as Tensor
from .windows import *

if not _TYPE_CHECKING:  # to a checker, a name that is not listed is a mistake
    __getattr__ = _partial(_refuse, "gpugrad.torch", _absent.TOP)
