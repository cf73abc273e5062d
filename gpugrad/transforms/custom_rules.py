"""``custom_vjp`` and ``custom_jvp``: a function with a derivative rule of the user's, as in JAX."""

from collections.abc import Callable
from typing import Any

from ..engine.anything import ANY
from ..engine.cells import at, below, handed
from ..engine.forward_rule import typed
from ..engine.pullbacks import shape_of
from .batched import batch_size, boxed, outside, vmap
from .boxes import flat, has_derivative, is_leaf, zeros
from .custom import Call, Custom
from .forward import Dual
from .linear import Linear, Step, Term
from .reverse import vjp


class custom_vjp(Custom):
    """Function with a reverse-mode rule of your own, as jax.custom_vjp; a decorator.

        @gg.custom_vjp
        def product(x, y):
            return x * y

        def forward(x, y):
            return x * y, (x, y)  # the result, and what backward needs

        def backward(kept, g):
            return g * kept[1], g * kept[0]  # one cotangent for each argument, or None

        product.defvjp(forward, backward)
        print(gg.grad(product)(3.0, 2.0))  # 2.0

    nondiff_argnums: arguments that are not differentiated; ``backward`` gets them first.
    Forward mode raises TypeError: use custom_jvp, which serves both modes.
    """

    forward: Callable | None = None
    backward: Callable

    def defvjp(self, fwd: Callable, bwd: Callable) -> None:
        """Set the rule, two functions.

        fwd(*arguments) returns (result, kept); bwd(kept, cotangent) returns a tuple with a
        cotangent, or None, for each argument.
        """
        self.forward, self.backward = fwd, bwd

    def call(self, fixed: dict[int, Any], leaves: list, rebuild: Callable) -> "VjpCall":
        """See Custom."""
        if self.forward is None:
            raise TypeError(f"{self.name}: custom_vjp without a rule; call {self.name}.defvjp")
        return VjpCall(self, fixed, leaves, rebuild)


class VjpCall(Call):
    """A call of a custom_vjp."""

    def forward(self, leaves: list) -> Any:
        """(result, kept)."""
        pair = self.owner.forward(*self.arguments(leaves))
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"{self.owner.name}: the forward rule returns a pair (result, kept)")
        return pair

    def backward(self, leaves: list, kept: Any, cotangent: Any) -> list:
        """A cotangent, or None, for each leaf."""
        given = self.owner.backward(*self.fixed.values(), kept, cotangent)
        arguments = self.rebuild(leaves)
        if not isinstance(given, tuple) or len(given) != len(arguments):
            raise TypeError(
                f"{self.owner.name}: the backward rule returns a tuple of "
                f"{len(arguments)} cotangents, one an argument"
            )
        return [share for a, c in zip(arguments, given, strict=True) for share in self._of(a, c)]

    def _of(self, argument: Any, cotangent: Any) -> list:
        count = len(flat(argument)[0])
        shares = [None] * count if cotangent is None else flat(cotangent)[0]
        if len(shares) != count:
            raise TypeError(
                f"{self.owner.name}: a cotangent of {len(shares)} arrays for an argument of {count}"
            )
        return shares

    def pullback(self, leaves: list) -> tuple[Any, Callable[[list], list]]:
        """See Call."""
        result, kept = self.forward(leaves)
        values, shape = flat(result)

        def pull(starts: list) -> list:
            whole = [zeros(v) if g is None else g for v, g in zip(values, starts, strict=True)]
            return self.backward(leaves, kept, shape(whole))

        return result, pull

    def batched(self, level: int) -> Any:
        """For all members of a batch at once: both rules for a batch."""
        axes = [None if below(v, level) else 0 for v in self.leaves]
        many = custom_vjp(vmap(lambda *leaves: self.plain(list(leaves)), in_axes=axes))
        many.name, many.op = self.owner.name, self.owner.op
        many.defvjp(
            lambda *leaves: self._forward_of_all(axes, leaves),
            lambda kept, g: self._backward_of_all(axes, kept, g),
        )
        return self.members(many(*self.lower(level)), level)

    def _forward_of_all(self, axes: list, leaves: tuple) -> tuple:
        """The results of all members, and what was kept: what they share may be anything."""
        level, boxes = boxed(leaves, axes)
        result, kept = self.forward(boxes)
        (results, rebuild), size = flat(result), batch_size(leaves, axes)
        values, shape = flat(kept)
        places = [None if below(v, level) else 0 for v in values]
        values = [at(v, level) for v in values]
        return rebuild([outside(v, level, size, 0) for v in results]), (
            leaves,
            values,
            places,
            shape,
        )

    def _backward_of_all(self, axes: list, kept: tuple, cotangent: Any) -> tuple:
        leaves, values, places, shape = kept

        def backward(leaves: tuple, values: list, cotangent: Any) -> list:
            shares = self.backward(list(leaves), shape(values), cotangent)
            return [zeros(v) if s is None else s for v, s in zip(leaves, shares, strict=True)]

        shares = vmap(backward, in_axes=(axes, places, 0))(leaves, values, cotangent)
        pairs = zip(shares, axes, strict=True)
        return tuple(s.sum(axis=0) if axis is None else s for s, axis in pairs)

    def dual(self, level: int) -> Any:
        """There is no forward mode."""
        raise TypeError(
            f"{self.owner.name}: custom_vjp has no forward mode (jvp, jacfwd, linearize); give the "
            "rule by custom_jvp, from which reverse mode follows"
        )

    linear = dual


class custom_jvp(Custom):
    """Function with a forward-mode rule of your own, as jax.custom_jvp; a decorator.

        @gg.custom_jvp
        def product(x, y):
            return x * y

        @product.defjvp
        def rule(primals, tangents):
            (x, y), (tx, ty) = primals, tangents
            return x * y, y * tx + x * ty  # the result and its tangent

        print(gg.grad(product)(3.0, 2.0))  # 2.0

    Reverse mode is the transpose of the rule, which has to be linear in the tangents.
    nondiff_argnums: arguments that are not differentiated; the rule gets them first.
    """

    rule: Callable | None = None

    def defjvp(self, jvp: Callable) -> Callable:
        """Set the rule: ``jvp(primals, tangents)`` returns (result, tangent); a decorator."""
        self.rule = jvp
        return jvp

    def call(self, fixed: dict[int, Any], leaves: list, rebuild: Callable) -> "JvpCall":
        """See Custom."""
        if self.rule is None:
            raise TypeError(f"{self.name}: custom_jvp without a rule; call {self.name}.defjvp")
        return JvpCall(self, fixed, leaves, rebuild)


class JvpCall(Call):
    """A call of a custom_jvp."""

    def rule(self, leaves: list, tangents: list) -> tuple[Any, Any]:
        """The result and its tangent; None in ``tangents`` stands for zeros."""
        pairs = zip(leaves, tangents, strict=True)
        moved = [zeros(v) if t is None else handed(t) for v, t in pairs]
        pair = self.owner.rule(*self.fixed.values(), self.rebuild(leaves), self.rebuild(moved))
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"{self.owner.name}: the rule returns a pair (result, tangent)")
        values, (tangents, shape) = flat(pair[0])[0], flat(pair[1])
        if len(values) != len(tangents):
            raise TypeError(
                f"{self.owner.name}: the rule gave {len(tangents)} tangents for a "
                f"result of {len(values)} arrays"
            )
        pairs = zip(values, tangents, strict=True)
        return pair[0], shape([self._fitting(v, t) for v, t in pairs])

    def _fitting(self, value: Any, tangent: Any) -> Any:
        """A tangent in its value's dtype; ValueError for another shape."""
        if not is_leaf(tangent):
            raise TypeError(
                f"{self.owner.name}: the rule gave a tangent that is "
                f"{type(tangent).__name__}; give an array or a number"
            )
        if has_derivative(value) and shape_of(tangent) != shape_of(value):
            raise ValueError(
                f"{self.owner.name}: the rule gave a tangent of shape {shape_of(tangent)} for a "
                f"result of shape {shape_of(value)}"
            )
        return typed(ANY, tangent, value)

    def pullback(self, leaves: list) -> tuple[Any, Callable[[list], list]]:
        """See Call."""
        own = [i for i, v in enumerate(leaves) if has_derivative(v)]

        def moved(*tangents: Any) -> tuple:
            known = dict(zip(own, tangents, strict=True))
            result, tangent = self.rule(leaves, [known.get(i) for i in range(len(leaves))])
            return tangent, result

        tangent, pull_back, result = vjp(moved, *[zeros(leaves[i]) for i in own], has_aux=True)
        values, shape = flat(tangent)

        def pull(starts: list) -> list:
            whole = [zeros(v) if g is None else g for v, g in zip(values, starts, strict=True)]
            known = dict(zip(own, pull_back(shape(whole)), strict=True))
            return [known.get(i) for i in range(len(leaves))]

        return result, pull

    def batched(self, level: int) -> Any:
        """For all members of a batch at once: the function and the rule through ``vmap``."""
        axes = tuple(None if below(v, level) else 0 for v in self.leaves)
        many = custom_jvp(vmap(lambda *leaves: self.plain(list(leaves)), in_axes=axes))
        many.name, many.op = self.owner.name, self.owner.op
        many.defjvp(vmap(lambda p, t: self.rule(list(p), list(t)), in_axes=(axes, axes)))
        return self.members(many(*self.lower(level)), level)

    def dual(self, level: int) -> Any:
        """With tangents, in forward mode."""
        tangents = [None if below(v, level) else v.tangent for v in self.leaves]
        result, moved = self.rule(self.lower(level), tangents)
        leaves, shape = self.result(result, level)
        pairs = zip(leaves, flat(moved)[0], strict=True)
        return shape([Dual(v, t, level) if has_derivative(v) else v for v, t in pairs])

    def linear(self, level: int) -> Any:
        """As a step of a linear map, which reads the rule again for each tangent."""
        leaves = self.lower(level)
        terms = tuple(None if below(v, level) else v.term for v in self.leaves)
        values, shape = self.result(self.rule(leaves, [None] * len(leaves))[0], level)

        def move(*tangents: Any) -> tuple:
            return tuple(flat(self.rule(leaves, list(tangents))[1])[0])

        step = Step(move, terms)
        return shape(
            [
                Linear(v, Term(step, i), level) if has_derivative(v) else v
                for i, v in enumerate(values)
            ]
        )
