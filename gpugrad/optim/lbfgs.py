"""LBFGS: Newton's method with an inverse Hessian from the last changes of the gradient."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from ..api import functions as F
from ..api.creation import zeros_like
from ..engine.levels import enable_grad, no_grad
from ..tensor.cell import Tensor
from .group import Group, Parameters, given
from .line_search import Point, search
from .optimizer import Optimizer


class Memory(MutableMapping[str, Any]):
    """What LBFGS remembers, a dict in effect.  It changes with every evaluation: no recording of a
    closure rests on it."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        del self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class LBFGS(Optimizer):
    """LBFGS with the formulas of torch.optim.LBFGS; ``step(closure)`` evaluates it several times.

    ``closure`` computes the loss and its gradients.  A step has up to max_iter iterations and about
    max_eval evaluations (default max_iter * 5 / 4), and ends where no gradient is larger than
    tolerance_grad or nothing changes by more than tolerance_change.
    line_search_fn: None, or "strong_wolfe".
    It decides by the values of losses, so it cannot be compiled; compile the closure.
    Several groups, and another line search, raise ValueError.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        if line_search_fn not in (None, "strong_wolfe"):
            raise ValueError(
                f'LBFGS: line_search_fn {line_search_fn!r}; give None or "strong_wolfe"'
            )
        max_eval = max_iter * 5 // 4 if max_eval is None else max_eval
        super().__init__(params, given(locals()))
        if len(self.param_groups) != 1:
            raise ValueError(f"LBFGS: {len(self.param_groups)} groups; give one list of parameters")

    def begun(self, parameter: Tensor, group: Group) -> Any:
        """Nothing yet."""
        return Memory()

    def step(self, closure: Callable[[], Any]) -> Any:  # type: ignore[override]
        """Several iterations; gives the loss that ``closure`` gave first."""
        group = self.param_groups[0]
        state: Any = self.state[group["params"][0]]
        for name in ("func_evals", "n_iter"):
            state.setdefault(name, 0)
        with no_grad():
            first, gradient = self._evaluated(closure)
            state["func_evals"] += 1
            if _largest(gradient) > group["tolerance_grad"]:
                self._iterate(closure, float(first), gradient, state)
        return first

    def _iterate(self, closure: Callable, loss: float, gradient: Tensor, state: Memory) -> None:
        group, evaluations = self.param_groups[0], 1
        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            state["d"] = d = direction(gradient, state, group["history_size"])
            state["t"] = t = group["lr"]
            if state["n_iter"] == 1:
                state["t"] = t = min(1.0, 1.0 / F.sum(abs(gradient)).item()) * t
            state.update(prev_flat_grad=gradient, prev_loss=loss)
            start = Point(0.0, loss, gradient, _dot(gradient, d))
            if start.slope > -group["tolerance_change"]:
                return
            last = iteration == group["max_iter"]
            end, calls = self._moved(closure, start, t, d, group["max_eval"] - evaluations, last)
            state["t"], loss, gradient = end.t, end.loss, end.gradient
            evaluations += calls
            state["func_evals"] += calls
            if (
                evaluations >= group["max_eval"]
                or _largest(gradient) <= group["tolerance_grad"]
                or _largest(d) * end.t <= group["tolerance_change"]
                or abs(loss - start.loss) < group["tolerance_change"]
            ):
                return

    def _moved(
        self, closure: Callable, start: Point, t: float, d: Tensor, most: int, last: bool
    ) -> tuple[Point, int]:
        """Where one iteration ends, and the number of evaluations; the parameters are there.  The
        last iteration without a line search evaluates nothing."""
        group = self.param_groups[0]
        begin = [Tensor(p.held) for p in group["params"]]

        def at(t: float) -> Point:
            self._place(begin, t, d)
            loss, gradient = self._evaluated(closure)
            return Point(t, float(loss), gradient, _dot(gradient, d))

        if group["line_search_fn"] is not None:
            end, calls = search(at, start, t, _largest(d), group["tolerance_change"], most)
            self._place(begin, end.t, d)
            return end, calls
        if not last:
            return at(t), 1
        self._place(begin, t, d)
        return start._replace(t=t), 0

    def _evaluated(self, closure: Callable) -> tuple[Any, Tensor]:
        """The loss, and all gradients in one line."""
        with enable_grad():
            loss = closure()
        pairs = [(p, p.grad) for p in self.param_groups[0]["params"]]
        parts = [zeros_like(p) if g is None else g for p, g in pairs]
        return loss, F.concat([F.reshape(Tensor(part.held), (-1,)) for part in parts])

    def _place(self, begin: list[Tensor], t: float, d: Tensor) -> None:
        """Let the parameters be ``begin + t * d``."""
        offset = 0
        for parameter, old in zip(self.param_groups[0]["params"], begin, strict=True):
            part = F.reshape(d[offset : offset + old.size], old.shape)
            parameter.write((old + t * part).held)
            offset += old.size


def direction(gradient: Tensor, state: Memory, history: int) -> Tensor:
    """Minus the inverse Hessian times the gradient; the last change joins the state."""
    if state["n_iter"] == 1:
        state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1.0)
        return -gradient
    y, s = gradient - state["prev_flat_grad"], state["d"] * float(state["t"])
    curvature = _dot(y, s)
    if curvature > 1e-10:
        for name, value in (("old_dirs", y), ("old_stps", s), ("ro", 1.0 / curvature)):
            state[name] = [*state[name], value][-history:]
        state["H_diag"] = curvature / _dot(y, y)
    known = list(zip(state["old_dirs"], state["old_stps"], map(float, state["ro"]), strict=True))
    q, parts = -gradient, []
    for y, s, inverse in reversed(known):
        parts.append(_dot(s, q) * inverse)
        q = q - parts[-1] * y
    q = q * float(state["H_diag"])
    for y, s, inverse in known:
        q = q + (parts.pop() - _dot(y, q) * inverse) * s
    return q


def _dot(a: Tensor, b: Tensor) -> float:
    return F.sum(a * b).item()


def _largest(x: Tensor) -> float:
    return F.max(abs(x)).item()
