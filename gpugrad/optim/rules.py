"""What several rules share: a gradient as the settings have it, a group's state by its settings."""

from collections.abc import Mapping
from typing import Any


def gradient(p: Any, g: Any, weight_decay: Any, maximize: bool) -> Any:
    """The gradient with the decay as a part of it; turned around to climb."""
    return (-g if maximize else g) + weight_decay * p


def decayed(
    p: Any, g: Any, lr: Any, weight_decay: Any, maximize: bool, decoupled: bool
) -> tuple[Any, Any]:
    """The parameter and its gradient: the decay shrinks the one, or is a part of the other."""
    if not decoupled:
        return p, gradient(p, g, weight_decay, maximize)
    return p * (1 - lr * weight_decay), -g if maximize else g


def means(betas: Any, g: Any, mean: Any, square: Any) -> tuple[Any, Any]:
    """Running means of the gradient and of its square."""
    beta1, beta2 = betas
    return mean + (1 - beta1) * (g - mean), beta2 * square + (1 - beta2) * g * g


def present(roles: tuple[str, ...], settings: Mapping[str, Any], **needs: str) -> tuple[str, ...]:
    """The roles without those whose setting, ``needs[role]``, is off."""
    return tuple(role for role in roles if role not in needs or settings[needs[role]])
