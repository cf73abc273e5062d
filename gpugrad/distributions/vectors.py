"""The normal distribution of vectors."""

from math import log, pi, prod
from typing import Any

from .. import linalg, random
from ..api import functions as gg
from ..api.creation import eye
from . import constraints
from .distribution import Distribution
from .parameters import device_of, drawn_like, floats, lazy


class MultivariateNormal(Distribution):
    """The normal distribution of vectors of mean ``loc``.

    loc: (..., n).  One of these says how it spreads, (..., n, n): its covariance, the inverse of
    that, or the lower factor of Cholesky of it.
    """

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Any,
        covariance_matrix: Any = None,
        precision_matrix: Any = None,
        scale_tril: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        name, matrix = _only(covariance_matrix, precision_matrix, scale_tril)
        loc, matrix = floats(loc, matrix)
        if not loc.ndim:
            raise ValueError("MultivariateNormal: loc is a number; give a vector")
        if matrix.ndim < 2:
            raise ValueError(
                f"MultivariateNormal: {name} of shape {tuple(matrix.shape)}; give (..., n, n)"
            )
        n = loc.shape[-1]
        whole = gg.broadcast_arrays(loc[..., 0], matrix[..., 0, 0])[0]
        batch = whole.shape
        self.loc = gg.broadcast_to(loc, (*batch, n))
        self.__dict__[name] = gg.broadcast_to(matrix, (*batch, n, n))
        super().__init__(batch, loc.shape[-1:], validate_args=validate_args)
        self._factor = _factor_of(name, matrix)  # not repeated for the batch

    @lazy
    def scale_tril(self) -> Any:
        """The lower factor of Cholesky of the covariance."""
        n = self._event_shape[0]
        return gg.broadcast_to(self._factor, (*self._batch_shape, n, n))

    @lazy
    def covariance_matrix(self) -> Any:
        """The covariance."""
        found = gg.matmul(self._factor, gg.matrix_transpose(self._factor))
        return gg.broadcast_to(found, (*self._batch_shape, *found.shape[-2:]))

    @lazy
    def precision_matrix(self) -> Any:
        """The inverse of the covariance."""
        return linalg.inv(self.covariance_matrix)

    @property
    def mean(self) -> Any:
        """The mean."""
        return self.loc

    @property
    def mode(self) -> Any:
        """The most likely value."""
        return self.loc

    @property
    def variance(self) -> Any:
        """The variance of each number."""
        found = gg.sum(gg.square(self._factor), axis=-1)
        return gg.broadcast_to(found, tuple(self.loc.shape))

    def rsample(self, sample_shape: Any = ()) -> Any:
        """See Distribution."""
        z = drawn_like(random.normal, self.loc, self._extended_shape(sample_shape))
        if self._factor.ndim == 2:
            return self.loc + gg.matmul(z, gg.matrix_transpose(self._factor))
        return self.loc + gg.matmul(self._factor, gg.expand_dims(z, axis=-1))[..., 0]

    def log_prob(self, value: Any) -> Any:
        """See Distribution."""
        off = self._validate_sample(value) - self.loc
        spread = squared_distance(self._factor, off)
        size = self._event_shape[0] * log(2 * pi)
        return -0.5 * (size + spread) - log_determinant(self._factor)

    def entropy(self) -> Any:
        """See Distribution."""
        found = 0.5 * self._event_shape[0] * (1 + log(2 * pi)) + log_determinant(self._factor)
        return gg.broadcast_to(found, self._batch_shape)


def _only(covariance: Any, precision: Any, factor: Any) -> tuple[str, Any]:
    """The name and the value of the one that is given."""
    named = {
        "covariance_matrix": covariance,
        "precision_matrix": precision,
        "scale_tril": factor,
    }
    given = [(name, x) for name, x in named.items() if x is not None]
    if len(given) != 1:
        raise ValueError(
            "MultivariateNormal: give one of covariance_matrix, precision_matrix and scale_tril"
        )
    return given[0]


def _factor_of(name: str, matrix: Any) -> Any:
    """The lower factor of the covariance."""
    if name == "scale_tril":
        return matrix
    if name == "covariance_matrix":
        return linalg.cholesky(matrix)
    turned = linalg.cholesky(gg.flip(matrix, axis=(-2, -1)))
    inverse = gg.matrix_transpose(gg.flip(turned, axis=(-2, -1)))  # of the factor, and lower too
    one = eye(matrix.shape[-1], dtype=matrix.dtype, device=device_of(matrix))
    return linalg.solve_triangular(inverse, gg.broadcast_to(one, tuple(matrix.shape)), lower=True)


def log_determinant(factor: Any) -> Any:
    """Half the logarithm of the determinant of the covariance of a factor."""
    return gg.sum(gg.log(gg.diagonal(factor, axis1=-2, axis2=-1)), axis=-1)


def squared_distance(factor: Any, off: Any) -> Any:
    """The sums of squares of vectors ``off``, (..., n), over a factor, Mahalanobis'."""
    shape = tuple(off.shape)
    if factor.ndim > 2:
        scaled = linalg.solve_triangular(factor, gg.expand_dims(off, axis=-1), lower=True)
        return gg.sum(gg.square(scaled), axis=(-2, -1))
    columns = gg.matrix_transpose(gg.reshape(off, (prod(shape[:-1]), shape[-1])))
    scaled = linalg.solve_triangular(factor, columns, lower=True)
    return gg.reshape(gg.sum(gg.square(scaled), axis=0), shape[:-1])
