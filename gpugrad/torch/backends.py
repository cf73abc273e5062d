"""torch.backends: flags that have no effect here, since there is nothing that they choose."""

import sys
from types import ModuleType


class Flags(ModuleType):
    """Flags that may be set and read: ``torch.backends.cudnn.benchmark = True``.

    They are modules, as in ``import torch.backends.cudnn as cudnn``.
    """

    enabled = True
    benchmark = False
    deterministic = True
    allow_tf32 = False

    def __init__(self, name: str) -> None:
        super().__init__(f"{__name__}.{name}", type(self).__doc__)
        sys.modules[self.__name__] = self

    def is_available(self) -> bool:
        """False: gpugrad does not use it."""
        return False


cudnn, mps, mkldnn, cuda = Flags("cudnn"), Flags("mps"), Flags("mkldnn"), Flags("cuda")
cuda.matmul = Flags("cuda.matmul")  # type: ignore[attr-defined]
