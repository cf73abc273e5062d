"""NumPy's names that are not here, and why: the errors that users meet, counted by ci/names."""

from typing import Any, NoReturn

from ..backend.numpy_rules import numpys
from ..tensor.absent import CUPY, absent

MODULES = ("exceptions", "testing", "typing")  # NumPy's own, which serve Tensors as they are
ARRAYS = {  # reason -> names
    "Tensors hold numbers; dates are made numbers by NumPy itself": """
        busday_count busday_offset busdaycalendar datetime64 datetime_as_string datetime_data
        is_busday isnat timedelta64""",
    "Tensors hold numbers; text, bytes and objects stay with NumPy itself": """
        bytes_ char character flexible object_ str_ strings void""",
    "there is no derivative by a record; give each of its fields an array": """
        fromregex rec recarray record""",
    "no device has floats of more than 64 bits; use float64 and complex128": """
        clongdouble complex192 complex256 float96 float128 longdouble""",
    "there are no masked arrays; use where=, gnp.where or the functions of NaN": "ma",
    "matrices are arrays of two axes; use array, block and @": "asmatrix bmat matrix",
    "polynomials are arrays of coefficients; use polyval, polyfit, polyadd and so on": """
        poly1d polynomial""",
    "how elements lie in memory is not shown, and nothing is written under another's eyes": """
        isfortran lib may_share_memory shares_memory""",
    "it walks through memory; loop over ndindex(x.shape), or use broadcast_arrays": """
        broadcast flatiter nditer nested_iters""",
    "a Tensor is no view of a file; use load, which reads it": "memmap",
    "it makes arrays of objects; use vectorize": "frompyfunc",
    "its functions are plain ones, of no type of their own; use callable": "ufunc",
    "give a function complex numbers for complex results, gnp.sqrt(x + 0j)": "emath",
    "it belongs to NumPy itself; import it from numpy": "core ctypeslib f2py info test",
}
RANDOM = {
    "it is drawn by rejection, which gpugrad's generator does not do; draw it by numpy.random": """
        beta binomial chisquare dirichlet f gamma geometric hypergeometric logseries multinomial
        negative_binomial noncentral_chisquare noncentral_f poisson standard_gamma standard_t
        vonmises wald zipf""",
    "use mean + standard_normal((count, n)) @ linalg.cholesky(cov).T": "multivariate_normal",
    "apply the inverse of its distribution function to uniform numbers": "power triangular",
    "use randint": "bytes random_integers",
    "the one generator is Philox, the same on every device; use seed(n) or default_rng(n)": """
        BitGenerator MT19937 PCG64 PCG64DXSM Philox SFC64 SeedSequence get_state set_state""",
}


def refuse(module: str, reasons: dict[str, str], name: str) -> NoReturn:
    """AttributeError for a name that a module has not, with the reason if NumPy has it."""
    for reason, names in reasons.items():
        if name in names.split():
            raise AttributeError(f"{module}.{name} is not here: {reason}")
    raise AttributeError(f"module {module!r} has no attribute {name!r}")


def other(name: str) -> Any:
    """NumPy's module of a name, of those that serve Tensors; AttributeError for other names."""
    if name in " ".join(CUPY.values()).split():
        absent("gpugrad.numpy", CUPY, name)
    return numpys(name) if name in MODULES else refuse("gpugrad.numpy", ARRAYS, name)
