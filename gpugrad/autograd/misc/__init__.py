"""autograd.misc: containers as vectors, optimizers of a function of them."""

from . import optimizers as optimizers
from .flatten import flatten as flatten
