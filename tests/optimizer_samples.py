"""Every optimizer with some settings, and its published formula written in NumPy.

A formula is ``formula(p, g, state, step, **settings)``: it changes ``state``, a dictionary that
begins empty, and gives the new parameter.  The settings of a sample name its learning rate.
"""

import numpy as np


def sgd(p, g, state, step, *, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    """torch.optim.SGD as its documentation writes it."""
    g = g + weight_decay * p
    if momentum:
        v = momentum * state["v"] + (1 - dampening) * g if step > 1 else g
        state["v"] = v
        g = g + momentum * v if nesterov else v
    return p - lr * g


def adam(p, g, state, step, *, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
    """torch.optim.Adam as its documentation writes it."""
    g = g + weight_decay * p
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    state["s"] = betas[1] * state.get("s", 0) + (1 - betas[1]) * g**2
    mean, square = state["m"] / (1 - betas[0] ** step), state["s"] / (1 - betas[1] ** step)
    return p - lr * mean / (np.sqrt(square) + eps)


def adamw(p, g, state, step, *, lr, weight_decay=0.01, **settings):
    """torch.optim.AdamW as its documentation writes it."""
    return adam(p - lr * weight_decay * p, g, state, step, lr=lr, **settings)


def rmsprop(
    p,
    g,
    state,
    step,
    *,
    lr,
    alpha=0.99,
    eps=1e-8,
    weight_decay=0.0,
    momentum=0.0,
    centered=False,
):
    """torch.optim.RMSprop as its documentation writes it."""
    g = g + weight_decay * p
    state["s"] = variance = alpha * state.get("s", 0) + (1 - alpha) * g**2
    if centered:
        state["m"] = alpha * state.get("m", 0) + (1 - alpha) * g
        variance = variance - state["m"] ** 2
    g = g / (np.sqrt(variance) + eps)
    if momentum:
        g = state["b"] = momentum * state.get("b", 0) + g
    return p - lr * g


SAMPLES = {  # public name -> (formula, settings of each sample)
    "SGD": (
        sgd,
        [
            {"lr": 0.1},
            {"lr": 0.1, "weight_decay": 0.1},
            {"lr": 0.1, "momentum": 0.9},
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.2, "weight_decay": 0.01},
            {"lr": 0.1, "momentum": 0.8, "nesterov": True},
        ],
    ),
    "Adam": (
        adam,
        [
            {"lr": 0.001},
            {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "weight_decay": 0.1},
        ],
    ),
    "AdamW": (adamw, [{"lr": 0.1}, {"lr": 0.01, "weight_decay": 0.2, "betas": (0.5, 0.9)}]),
    "RMSprop": (
        rmsprop,
        [
            {"lr": 0.01},
            {"lr": 0.1, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1},
            {"lr": 0.01, "alpha": 0.9, "eps": 0.1, "centered": True},
            {"lr": 0.01, "eps": 1e-2, "momentum": 0.9},
            {"lr": 0.01, "alpha": 0.8, "eps": 0.1, "momentum": 0.5, "centered": True},
        ],
    ),
}
CASES = [(name, settings) for name, (_, several) in SAMPLES.items() for settings in several]
