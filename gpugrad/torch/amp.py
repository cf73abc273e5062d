"""torch.amp: mixed precision, with a kind of device as first argument."""

from typing import Any

from ..nn import amp

__all__ = ["GradScaler", "autocast"]
USUAL = {"cuda": "float16"}  # of other devices, bfloat16


class autocast(amp.autocast):
    """Context, or decorator, in which products are computed in halves; on GPUs float16 unless
    ``dtype`` says otherwise, else bfloat16.  It holds for all devices."""

    def __init__(
        self,
        device_type: str = "cuda",
        dtype: Any = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ) -> None:
        super().__init__(dtype or USUAL.get(device_type, "bfloat16"), enabled)


class GradScaler(amp.GradScaler):
    """Scales losses, so that gradients in float16 do not vanish."""

    def __init__(self, device: str = "cuda", *arguments: Any, **settings: Any) -> None:
        if not isinstance(device, str):  # torch.cuda.amp's has no device
            arguments = (device, *arguments)
        super().__init__(*arguments, **settings)
