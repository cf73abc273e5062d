"""Mixed precision: ``autocast`` chooses dtypes, ``GradScaler`` keeps gradients from vanishing.

    import gpugrad as gg

    model = gg.nn.Linear(3, 2)
    with gg.nn.autocast("bfloat16"):
        y = model(gg.ones((4, 3)))
    print(y.dtype, model.weight.dtype)  # bfloat16 float32

Parameters stay in float32, which an optimizer updates: they are the master weights.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from ..api import functions as gg
from ..backend.dtypes import HALVES, as_dtype
from ..engine.casting import casting
from ..engine.levels import no_grad
from ..tensor.cell import Tensor

__all__ = ["GradScaler", "autocast"]


class autocast:
    """Context, or decorator, in which products are computed in halves, as torch.autocast.

    dtype: "bfloat16" or "float16"; TypeError for another one.  enabled: False switches an outer
    autocast off.  Products of matrices and convolutions take halves; sums, exponentials,
    logarithms, softmax, norms and losses take float32; the rest what its arguments have.  float64
    stays.
    """

    def __init__(self, dtype: Any = "bfloat16", enabled: bool = True) -> None:
        self.dtype = as_dtype(dtype)
        if self.dtype not in HALVES:
            raise TypeError(f"autocast: dtype {self.dtype}; give 'bfloat16' or 'float16'")
        self.enabled = bool(enabled)
        self._inside: list[Any] = []

    def __enter__(self) -> "autocast":
        inside = casting(self.dtype if self.enabled else None)
        inside.__enter__()
        self._inside.append(inside)
        return self

    def __exit__(self, *error: Any) -> None:
        self._inside.pop().__exit__(*error)

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*arguments: Any, **settings: Any) -> Any:
            with autocast(self.dtype, self.enabled):
                return function(*arguments, **settings)

        return run


class GradScaler:
    """Scales losses, so that gradients in float16 do not vanish, as torch.amp.GradScaler.

        w = gg.tensor([1.0], requires_grad=True)
        optimizer, scaler = gg.optim.SGD([w], lr=0.5), gg.nn.GradScaler()
        scaler.scale(gg.sum(w)).backward()
        scaler.step(optimizer)  # divides the gradients; leaves out a step with infinite ones
        scaler.update()  # halves the scale after such a step, doubles it after many others
        print(w.tolist())  # [0.5]

    ``step`` reads one truth value, so it stands outside of a compiled function; bfloat16 needs no
    scaler.  init_scale, growth_factor, backoff_factor, growth_interval: as torch's.
    """

    def __init__(
        self,
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        if growth_factor <= 1 or not 0 < backoff_factor < 1:
            raise ValueError(
                f"GradScaler: growth_factor {growth_factor} is above 1, and backoff_factor "
                f"{backoff_factor} between 0 and 1"
            )
        self._scale, self._steps = float(init_scale), 0
        self._growth, self._backoff, self._interval = growth_factor, backoff_factor, growth_interval
        self._enabled = enabled
        self._found: dict[int, bool] = {}  # by optimizer: whether its gradients were infinite

    def scale(self, outputs: Any) -> Any:
        """``outputs``, a loss or several, times the scale."""
        if not self._enabled:
            return outputs
        if isinstance(outputs, list | tuple):
            return type(outputs)(self.scale(one) for one in outputs)
        return outputs * self._scale

    def unscale_(self, optimizer: Any) -> None:
        """Divide the gradients of an optimizer's parameters by the scale, so that they may be
        clipped before ``step``; RuntimeError if that was done already."""
        if not self._enabled:
            return
        if id(optimizer) in self._found:
            raise RuntimeError("GradScaler: unscale_() was called since the last update()")
        gradients = [
            p.grad
            for group in optimizer.param_groups
            for p in group["params"]
            if p.grad is not None
        ]
        with no_grad():
            for g in gradients:
                g *= 1 / self._scale
        whole = [gg.all(gg.isfinite(g)) for g in gradients]
        finite = bool(gg.all(gg.stack(whole)).item()) if whole else True
        self._found[id(optimizer)] = not finite

    def step(self, optimizer: Any, *arguments: Any, **settings: Any) -> Any:
        """Let the optimizer step, unless a gradient is infinite or NaN."""
        if not self._enabled:
            return optimizer.step(*arguments, **settings)
        if id(optimizer) not in self._found:
            self.unscale_(optimizer)
        return None if self._found[id(optimizer)] else optimizer.step(*arguments, **settings)

    def update(self, new_scale: Any = None) -> None:
        """Change the scale after a step: smaller after infinite gradients, larger after many
        steps without; or to ``new_scale``."""
        if new_scale is not None:
            self._scale = float(new_scale.item() if isinstance(new_scale, Tensor) else new_scale)
        elif any(self._found.values()):
            self._scale, self._steps = self._scale * self._backoff, 0
        elif self._enabled:
            self._steps += 1
            if self._steps == self._interval:
                self._scale, self._steps = self._scale * self._growth, 0
        self._found.clear()

    def get_scale(self) -> float:
        """The scale; 1 where the scaler is not enabled."""
        return self._scale if self._enabled else 1.0

    def is_enabled(self) -> bool:
        """Whether losses are scaled."""
        return self._enabled

    def state_dict(self) -> dict[str, Any]:
        """The scale and how it changes, in torch's form."""
        if not self._enabled:
            return {}
        return {
            "scale": self._scale,
            "growth_factor": self._growth,
            "backoff_factor": self._backoff,
            "growth_interval": self._interval,
            "_growth_tracker": self._steps,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on with the scale of another scaler."""
        if self._enabled:
            self._scale, self._steps = float(state["scale"]), int(state["_growth_tracker"])
            self._growth, self._backoff = state["growth_factor"], state["backoff_factor"]
            self._interval = state["growth_interval"]
