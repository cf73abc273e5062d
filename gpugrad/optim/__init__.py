"""Optimizers: PyTorch's names and formulas, all parameters updated by one kernel."""

from .adam import Adam, AdamW
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
