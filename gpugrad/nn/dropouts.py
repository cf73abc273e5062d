"""Dropout of whole channels, and dropout that keeps mean and variance."""

from typing import Any

from . import functional
from .layers import Dropout

__all__ = ["AlphaDropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"]


class Dropout1d(Dropout):
    """In training a channel of (N, C, L) is 0 with probability ``p``, else divided by 1 - p."""

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.dropout1d(input, self.p, self.training)


class Dropout2d(Dropout):
    """In training a channel of (N, C, H, W) is 0 with probability ``p``, else divided by 1 - p."""

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.dropout2d(input, self.p, self.training)


class Dropout3d(Dropout):
    """In training a channel of (N, C, D, H, W) is 0 with probability ``p``."""

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.dropout3d(input, self.p, self.training)


class AlphaDropout(Dropout):
    """Dropout for SELU: what is dropped gets the value that keeps mean 0 and variance 1."""

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(Dropout):
    """AlphaDropout of whole channels."""

    def forward(self, input: Any) -> Any:
        """Return an array of the same shape."""
        return functional.feature_alpha_dropout(input, self.p, self.training)
