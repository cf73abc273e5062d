"""Every optimizer with some settings, and its published formula written in NumPy.

A formula is ``formula(p, g, state, step, **settings)``: it changes ``state``, a dictionary that
begins empty, and gives the new parameter.  The settings of a sample name its learning rate.
"""

import numpy as np


def sgd(
    p,
    g,
    state,
    step,
    *,
    lr,
    momentum=0.0,
    dampening=0.0,
    weight_decay=0.0,
    nesterov=False,
    maximize=False,
):
    """torch.optim.SGD as its documentation writes it."""
    g = turned(p, g, weight_decay, maximize)
    if momentum:
        v = momentum * state["v"] + (1 - dampening) * g if step > 1 else g
        state["v"] = v
        g = g + momentum * v if nesterov else v
    return p - lr * g


def turned(p, g, weight_decay, maximize):
    """The gradient of what is minimised, with its decay."""
    return (-g if maximize else g) + weight_decay * p


def adam(
    p,
    g,
    state,
    step,
    *,
    lr,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    amsgrad=False,
    maximize=False,
    decoupled_weight_decay=False,
):
    """torch.optim.Adam as its documentation writes it."""
    p = p - lr * weight_decay * p * decoupled_weight_decay
    g = turned(p, g, 0.0 if decoupled_weight_decay else weight_decay, maximize)
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    state["s"] = betas[1] * state.get("s", 0) + (1 - betas[1]) * g**2
    state["l"] = np.maximum(state.get("l", 0), state["s"]) if amsgrad else state["s"]
    mean, square = state["m"] / (1 - betas[0] ** step), state["l"] / (1 - betas[1] ** step)
    return p - lr * mean / (np.sqrt(square) + eps)


def adamw(p, g, state, step, *, lr, weight_decay=0.01, **settings):
    """torch.optim.AdamW as its documentation writes it."""
    return adam(p - lr * weight_decay * p, g, state, step, lr=lr, **settings)


def nadam(
    p,
    g,
    state,
    step,
    *,
    lr,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    momentum_decay=4e-3,
    decoupled_weight_decay=False,
    maximize=False,
):
    """torch.optim.NAdam as its documentation writes it."""
    p = p - lr * weight_decay * p * decoupled_weight_decay
    g = turned(p, g, 0.0 if decoupled_weight_decay else weight_decay, maximize)
    now, later = (betas[0] * (1 - 0.96 ** (t * momentum_decay) / 2) for t in (step, step + 1))
    state["u"] = state.get("u", 1) * now
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    state["s"] = betas[1] * state.get("s", 0) + (1 - betas[1]) * g**2
    mean = later * state["m"] / (1 - state["u"] * later) + (1 - now) * g / (1 - state["u"])
    return p - lr * mean / (np.sqrt(state["s"] / (1 - betas[1] ** step)) + eps)


def radam(
    p,
    g,
    state,
    step,
    *,
    lr,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    decoupled_weight_decay=False,
    maximize=False,
):
    """torch.optim.RAdam as its documentation writes it."""
    p = p - lr * weight_decay * p * decoupled_weight_decay
    g = turned(p, g, 0.0 if decoupled_weight_decay else weight_decay, maximize)
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    state["s"] = betas[1] * state.get("s", 0) + (1 - betas[1]) * g**2
    mean, most = state["m"] / (1 - betas[0] ** step), 2 / (1 - betas[1]) - 1
    length = most - 2 * step * betas[1] ** step / (1 - betas[1] ** step)
    if length <= 5:
        return p - lr * mean
    rest = np.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length))
    return p - lr * mean * rest * np.sqrt(1 - betas[1] ** step) / (np.sqrt(state["s"]) + eps)


def adamax(
    p,
    g,
    state,
    step,
    *,
    lr,
    betas=(0.9, 0.999),
    eps=1e-8,
    weight_decay=0.0,
    maximize=False,
):
    """torch.optim.Adamax as its documentation writes it."""
    g = turned(p, g, weight_decay, maximize)
    state["m"] = betas[0] * state.get("m", 0) + (1 - betas[0]) * g
    state["u"] = np.maximum(betas[1] * state.get("u", 0), abs(g) + eps)
    return p - lr * state["m"] / ((1 - betas[0] ** step) * state["u"])


def adadelta(p, g, state, step, *, lr, rho=0.9, eps=1e-6, weight_decay=0.0, maximize=False):
    """torch.optim.Adadelta as its documentation writes it."""
    g = turned(p, g, weight_decay, maximize)
    state["v"] = rho * state.get("v", 0) + (1 - rho) * g**2
    move = np.sqrt(state.get("u", 0) + eps) / np.sqrt(state["v"] + eps) * g
    state["u"] = rho * state.get("u", 0) + (1 - rho) * move**2
    return p - lr * move


def adagrad(
    p,
    g,
    state,
    step,
    *,
    lr,
    lr_decay=0.0,
    weight_decay=0.0,
    initial_accumulator_value=0.0,
    eps=1e-10,
    maximize=False,
):
    """torch.optim.Adagrad as its documentation writes it."""
    g = turned(p, g, weight_decay, maximize)
    state["s"] = state.get("s", initial_accumulator_value) + g**2
    return p - lr / (1 + (step - 1) * lr_decay) * g / (np.sqrt(state["s"]) + eps)


def asgd(
    p,
    g,
    state,
    step,
    *,
    lr,
    lambd=1e-4,
    alpha=0.75,
    t0=1e6,
    weight_decay=0.0,
    maximize=False,
):
    """torch.optim.ASGD as its documentation writes it."""
    eta = state.get("e", lr)
    state["e"] = lr / (1 + lambd * lr * step) ** alpha
    p = p - lambd * eta * p - eta * turned(p, g, weight_decay, maximize)
    mean = state.get("a", 0)
    state["a"] = mean + (p - mean) / max(1, step - 1 - t0)
    return p


def rprop(p, g, state, step, *, lr, etas=(0.5, 1.2), step_sizes=(1e-6, 50), maximize=False):
    """torch.optim.Rprop as its documentation writes it."""
    g = -g if maximize else g
    same = g * state.get("g", 0)
    factor = np.select([same > 0, same < 0], [etas[1], etas[0]], 1.0)
    state["e"] = np.clip(state.get("e", lr) * factor, *step_sizes)
    state["g"] = np.where(same < 0, 0, g)
    return p - state["e"] * np.sign(state["g"])


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
    maximize=False,
):
    """torch.optim.RMSprop as its documentation writes it."""
    g = turned(p, g, weight_decay, maximize)
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
            {"lr": 0.1, "momentum": 0.8, "nesterov": True, "maximize": True},
        ],
    ),
    "Adam": (
        adam,
        [
            {"lr": 0.001},
            {"lr": 0.1, "betas": (0.8, 0.9), "eps": 1e-3, "weight_decay": 0.1},
            {"lr": 0.1, "betas": (0.8, 0.6), "amsgrad": True, "maximize": True},
            {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True},
        ],
    ),
    "AdamW": (
        adamw,
        [{"lr": 0.1}, {"lr": 0.01, "weight_decay": 0.2, "betas": (0.5, 0.9), "amsgrad": True}],
    ),
    "Adadelta": (
        adadelta,
        [{"lr": 1.0}, {"lr": 0.5, "rho": 0.7, "eps": 1e-3, "weight_decay": 0.1, "maximize": True}],
    ),
    "Adagrad": (
        adagrad,
        [
            {"lr": 0.1},
            {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.5},
        ],
    ),
    "Adamax": (
        adamax,
        [{"lr": 0.1}, {"lr": 0.1, "betas": (0.8, 0.7), "weight_decay": 0.1, "maximize": True}],
    ),
    "NAdam": (
        nadam,
        [
            {"lr": 0.1, "momentum_decay": 0.1, "weight_decay": 0.1},
            {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True},
        ],
    ),
    "RAdam": (
        radam,
        [
            {"lr": 0.1, "weight_decay": 0.1, "maximize": True},
            {"lr": 0.1, "betas": (0.9, 0.7), "weight_decay": 0.1, "decoupled_weight_decay": True},
        ],
    ),
    "ASGD": (
        asgd,
        [{"lr": 0.1}, {"lr": 0.1, "lambd": 0.1, "alpha": 0.5, "t0": 1, "weight_decay": 0.1}],
    ),
    "Rprop": (
        rprop,
        [{"lr": 0.1}, {"lr": 0.1, "etas": (0.3, 1.5), "step_sizes": (0.05, 0.12)}],
    ),
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
