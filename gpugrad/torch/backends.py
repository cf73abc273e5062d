"""torch.backends: flags that have no effect here, since there is nothing that they choose."""


class Flags:
    """Flags that may be set and read: ``torch.backends.cudnn.benchmark = True``."""

    enabled = True
    benchmark = False
    deterministic = True
    allow_tf32 = False

    def is_available(self) -> bool:
        """False: gpugrad does not use it."""
        return False


class Cuda(Flags):
    """Flags of matrix products on a GPU."""

    matmul = Flags()


cudnn, mps, mkldnn, cuda = Flags(), Flags(), Flags(), Cuda()
