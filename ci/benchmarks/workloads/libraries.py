"""The libraries, each by the same four methods, which make the call that is timed.

    backward, grad   value and gradients of a function: by leaves that are walked back to, and by a
                     function that gives them
    hessian          of a function by its first argument
    training         a step: loss, gradients, and the update of all parameters

What a call gives are the library's arrays: a value and gradients, a Hessian, a loss.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from .layers import Layers, functions
from .row import Call

BETAS, EPSILON, DECAY = (0.9, 0.999), 1e-8, 1e-2  # the defaults of Adam and AdamW


def drawn(shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
    """The values that the parameters of every library begin with."""
    random = np.random.default_rng(1)
    return [(random.normal(size=s) / np.sqrt(s[-1])).astype(np.float32) for s in shapes]


class Taped:
    """A library with leaves, backward() and optimizers: gpugrad, PyTorch."""

    def __init__(self, m: Any, library: Any, array: Callable, compiled: Callable, **rule: Any):
        self.m, self.nn, self.optim = m, library.nn, library.optim
        self.array, self.compiled, self.rule = array, compiled, rule

    def backward(self, program: Callable, arrays: tuple, wrt: tuple[int, ...]) -> Call:
        function = program(self.m, self.nn)
        arguments = [self.array(a) for a in arrays]
        leaves = [arguments[i].requires_grad_() for i in wrt]

        def step(*arguments: Any) -> Any:
            total = function(*arguments)
            total.backward()
            return total.detach()

        step = self.compiled(step)

        def call() -> Any:
            for leaf in leaves:
                leaf.grad = None
            return step(*arguments), [leaf.grad for leaf in leaves]

        return call

    def training(self, program: Callable, data: tuple, rule: str, rate: float) -> Call:
        model, measure = program(self.m, self.nn)
        named = dict(model.named_parameters())
        values = map(self.array, drawn([p.shape for p in named.values()]))
        model.load_state_dict(dict(zip(named, values, strict=True)))
        optimizer = getattr(self.optim, rule)(model.parameters(), lr=rate, **self.rule)

        def step(*data: Any) -> Any:
            optimizer.zero_grad()
            loss = measure(model, *data)
            loss.backward()
            optimizer.step()
            return loss.detach()

        return self.called(self.compiled(step), data)

    def called(self, function: Callable, arrays: tuple) -> Call:
        arguments = [self.array(a) for a in arrays]
        return lambda: function(*arguments)


class Gpugrad(Taped):
    """Ours; ``steps`` are the functions that it compiled."""

    def __init__(self, compiled: bool, wait: bool = True) -> None:
        import gpugrad as gg

        self.steps: list[Any] = []

        def kept(function: Callable) -> Callable:
            self.steps.append(gg.compile(function, wait=wait))
            return self.steps[-1]

        super().__init__(gg, gg, gg.tensor, kept if compiled else lambda f: f)

    def grad(self, program: Callable, arrays: tuple, wrt: tuple[int, ...]) -> Call:
        function = self.m.value_and_grad(program(self.m, self.nn), wrt)
        return self.called(self.compiled(function), arrays)

    def hessian(self, program: Callable, arrays: tuple) -> Call:
        return self.called(self.compiled(self.m.hessian(program(self.m, self.nn))), arrays)


class Torch(Taped):
    """PyTorch.  Optimizers are fused ones; compiled, those that its compiler fuses."""

    def __init__(self, compiled: bool) -> None:
        import torch

        def array(a: Any) -> Any:
            return torch.from_numpy(np.array(a))

        def logaddexp(a: float, b: Any) -> Any:
            return torch.logaddexp(torch.full_like(b, a), b)

        own = {"maximum": torch.clamp_min, "max": torch.amax, "logaddexp": logaddexp}
        m = named(torch, softplus=torch.nn.functional.softplus, **own)
        rule = {} if compiled else {"fused": True}
        super().__init__(m, torch, array, torch.compile if compiled else lambda f: f, **rule)

    def grad(self, program: Callable, arrays: tuple, wrt: tuple[int, ...]) -> Call:
        function = self.compiled(self.m.func.grad_and_value(program(self.m, self.nn), wrt))
        call = self.called(function, arrays)

        def turned() -> Any:
            gradients, value = call()
            return value, gradients

        return turned

    def hessian(self, program: Callable, arrays: tuple) -> Call:
        return self.called(self.compiled(self.m.func.hessian(program(self.m, self.nn))), arrays)


class Functional:
    """A library that transforms functions: JAX, HIPS autograd."""

    def __init__(self, m: Any, transforms: Any, array: Callable, compiled: Callable) -> None:
        self.m, self.nn, self.transforms = m, Layers(m), transforms
        self.array, self.compiled = array, compiled

    def grad(self, program: Callable, arrays: tuple, wrt: tuple[int, ...]) -> Call:
        function = program(self.m, self.nn)

        def of(some: tuple, *arguments: Any) -> Any:
            given = dict(zip(wrt, some, strict=True))
            return function(*(given.get(i, a) for i, a in enumerate(arguments)))

        arguments = [self.array(a) for a in arrays]
        step = self.compiled(self.transforms.value_and_grad(of))
        return self.ready(lambda: step(tuple(arguments[i] for i in wrt), *arguments))

    backward = grad

    def hessian(self, program: Callable, arrays: tuple) -> Call:
        arguments = [self.array(a) for a in arrays]
        step = self.compiled(self.transforms.hessian(program(self.m, self.nn)))
        return self.ready(lambda: step(*arguments))

    def training(self, program: Callable, data: tuple, rule: str, rate: float) -> Call:
        layers = Layers(self.m)
        model, measure = program(self.m, layers)

        def loss(values: list, *data: Any) -> Any:
            layers.values[:] = values
            return measure(model, *data)

        def step(values: list, state: tuple, *data: Any) -> tuple:
            value, gradients = self.transforms.value_and_grad(loss)(values, *data)
            return value, *updated(self.m, rule, rate, values, gradients, state)

        values = [self.array(a) for a in drawn(layers.shapes)]
        zeros = [0 * value for value in values]
        kept = [values, (self.array(np.float32(0)), zeros, [0 * value for value in values])]
        arguments, step = [self.array(a) for a in data], self.compiled(step, (0, 1))

        def call() -> Any:
            value, *kept[:] = step(*kept, *arguments)
            return value

        return self.ready(call)

    def ready(self, call: Call) -> Call:
        """The call, ended when its results are there."""
        return call


class Jax(Functional):
    """jax.jit."""

    def __init__(self) -> None:
        import jax
        from jax import numpy as jnp

        def conv2d(x: Any, weight: Any, padding: int) -> Any:
            return jax.lax.conv_general_dilated(x, weight, (1, 1), [(padding, padding)] * 2)

        def max_pool2d(x: Any, size: int) -> Any:
            windows = (1, 1, size, size)
            return jax.lax.reduce_window(x, -np.inf, jax.lax.max, windows, windows, "VALID")

        jax.config.update("jax_enable_x64", True)  # what is float32 stays so
        own = {name: getattr(jax.nn, name) for name in ("relu", "sigmoid", "softplus", "softmax")}
        own |= {"conv2d": conv2d, "max_pool2d": max_pool2d}
        own["gelu"] = lambda x: jax.nn.gelu(x, approximate=False)
        self.block = jax.block_until_ready
        super().__init__(
            named(jnp, **functions(jnp) | own),
            jax,
            lambda a: jnp.asarray(a, np.int32 if np.asarray(a).dtype == np.int64 else None),
            lambda f, donated=(): jax.jit(f, donate_argnums=donated),
        )

    def ready(self, call: Call) -> Call:
        return lambda: self.block(call())


class Hips(Functional):
    """HIPS autograd, whose convolutions are its own."""

    def __init__(self) -> None:
        import autograd
        import autograd.numpy as anp
        from autograd.scipy.signal import convolve
        from autograd.scipy.special import erf

        def conv2d(x: Any, weight: Any, padding: int) -> Any:
            wide = anp.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), "constant")
            turned = weight[:, :, ::-1, ::-1]
            axes = {"axes": ([2, 3], [2, 3]), "dot_axes": ([1], [1])}
            return convolve(wide, turned, **axes, mode="valid")

        own = {"conv2d": conv2d, "gelu": lambda x: x * (0.5 + 0.5 * erf(x * 0.5**0.5))}
        m = named(anp, **functions(anp) | own)
        super().__init__(m, autograd, np.asarray, lambda f, donated=(): f)


def named(module: Any, **more: Any) -> ModuleType:
    """A library's functions and some more."""
    names = ModuleType(module.__name__)
    vars(names).update(vars(module))
    for name in dir(module):
        vars(names).setdefault(name, getattr(module, name))
    vars(names).update(more)
    return names


def updated(m: Any, rule: str, rate: float, values: Any, gradients: Any, state: tuple) -> tuple:
    """Parameters after a step of SGD, Adam or AdamW, and the state."""
    if rule == "SGD":
        return [p - rate * g for p, g in zip(values, gradients, strict=True)], state
    step, means, squares = state
    (first, second), step = BETAS, step + 1
    rated, root = rate / (1 - first**step), m.sqrt(1 - second**step)
    kept = 1 - rate * DECAY if rule == "AdamW" else 1
    means = [first * a + (1 - first) * g for a, g in zip(means, gradients, strict=True)]
    squares = [second * s + (1 - second) * g * g for s, g in zip(squares, gradients, strict=True)]
    moved = [
        kept * p - rated * a / (m.sqrt(s) / root + EPSILON)
        for p, a, s in zip(values, means, squares, strict=True)
    ]
    return moved, (step, means, squares)
