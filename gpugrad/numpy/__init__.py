"""NumPy with gradients: ``import gpugrad.numpy as np``.

NumPy's names, arguments and dtypes on Tensors, arrays, lists and numbers, on host and device; the
results are Tensors.  ``reading`` has NumPy's rules for arguments.  What differs from NumPy:

- Results are never scalars, and no function writes into an array that is not a Tensor: ``out=`` and
  a ufunc's ``where=`` are refused, ``where=`` and ``initial=`` of reductions have their gradients.
- Complex numbers have no order: maximum, minimum, fmax, fmin and clip refuse them.
- Sorts are always stable, partitions are sorted whole.
- bfloat16 mixes by gpugrad's own table, NumPy has none for it.
- Where numpy.linalg's eigenvalues are real by chance, they are complex here too.
- random draws numbers of the same distributions, not the same numbers: see there.
"""

from . import calculus as _calculus
from . import convolution as _convolution
from . import editing as _editing
from . import fitting as _fitting
from . import functional as _functional
from . import histograms as _histograms
from . import nan_reductions as _nan_reductions
from . import paths as _paths
from . import polynomials as _polynomials
from . import quantiles as _quantiles
from . import searching as _searching
from . import sets as _sets
from . import statistics as _statistics
from . import vectorizing as _vectorizing
from . import windows as _windows
from . import writing as _writing

# modules

from . import fft, linalg, random

# single elements

from .elements import *

# reductions

from .reductions import (
    all,
    amax,
    amin,
    any,
    argmax,
    argmin,
    count_nonzero,
    cumprod,
    cumsum,
    cumulative_prod,
    cumulative_sum,
    max,
    mean,
    min,
    prod,
    std,
    sum,
    var,
)
from .values import (
    allclose,
    angle,
    around,
    array_equal,
    array_equiv,
    clip,
    fix,
    i0,
    imag,
    isclose,
    iscomplex,
    iscomplexobj,
    isneginf,
    isposinf,
    isreal,
    isrealobj,
    isscalar,
    nan_to_num,
    ndim,
    real,
    real_if_close,
    round,
    shape,
    sinc,
    size,
)

# shape and order

from .shapes import (
    astype,
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_arrays,
    broadcast_shapes,
    broadcast_to,
    copy,
    diag,
    diagflat,
    diagonal,
    expand_dims,
    flip,
    fliplr,
    flipud,
    make_diagonal,
    matrix_transpose,
    moveaxis,
    permute_dims,
    ravel,
    repeat,
    reshape,
    roll,
    rollaxis,
    rot90,
    squeeze,
    swapaxes,
    tile,
    trace,
    transpose,
    tril,
    triu,
)
from .joining import (
    append,
    array_split,
    block,
    column_stack,
    concat,
    concatenate,
    dsplit,
    dstack,
    hsplit,
    hstack,
    row_stack,
    split,
    stack,
    unstack,
    vsplit,
    vstack,
)
from .padding import pad

# products

from .products import (
    cross,
    dot,
    einsum,
    inner,
    kron,
    matmul,
    matvec,
    outer,
    tensordot,
    vdot,
    vecdot,
    vecmat,
)

# places and conditions

from .indexing import (
    choose,
    compress,
    ravel_multi_index,
    select,
    take,
    unravel_index,
    where,
)
from .order import (
    argpartition,
    argsort,
    lexsort,
    partition,
    sort,
    unique_all,
    unique_counts,
    unique_inverse,
    unique_values,
)

# new arrays, grids, types

from .creation import (
    arange,
    array_ as array,
    asanyarray,
    asarray,
    asarray_chkfinite,
    ascontiguousarray,
    asfortranarray,
    empty,
    empty_like,
    eye,
    from_dlpack,
    full,
    full_like,
    geomspace,
    identity,
    linspace,
    logspace,
    ones,
    ones_like,
    tri,
    zeros,
    zeros_like,
)
from .grids import (
    c_,
    diag_indices,
    diag_indices_from,
    index_exp,
    indices,
    ix_,
    meshgrid,
    mgrid,
    ogrid,
    r_,
    s_,
    tril_indices,
    tril_indices_from,
    triu_indices,
    triu_indices_from,
)
from .dtypes import (
    bool,
    bool_,
    byte,
    can_cast,
    cdouble,
    complex128,
    complex64,
    complexfloating,
    csingle,
    double,
    dtype,
    e,
    euler_gamma,
    finfo,
    float16,
    float32,
    float64,
    floating,
    generic,
    half,
    iinfo,
    inexact,
    inf,
    int16,
    int32,
    int64,
    int8,
    int_,
    intc,
    integer,
    intp,
    isdtype,
    issubdtype,
    long,
    longlong,
    min_scalar_type,
    nan,
    ndarray,
    newaxis,
    number,
    pi,
    promote_types,
    result_type,
    short,
    signedinteger,
    single,
    ubyte,
    uint,
    uint16,
    uint32,
    uint64,
    uint8,
    uintc,
    uintp,
    ulong,
    ulonglong,
    unsignedinteger,
    ushort,
    errstate,
    geterr,
    get_printoptions,
    ndindex,
    printoptions,
    set_printoptions,
    seterr,
)

# statistics

bincount = _histograms.bincount
digitize = _histograms.digitize
histogram = _histograms.histogram
histogram2d = _histograms.histogram2d
histogram_bin_edges = _histograms.histogram_bin_edges
histogramdd = _histograms.histogramdd
nanargmax = _nan_reductions.nanargmax
nanargmin = _nan_reductions.nanargmin
nancumprod = _nan_reductions.nancumprod
nancumsum = _nan_reductions.nancumsum
nanmax = _nan_reductions.nanmax
nanmean = _nan_reductions.nanmean
nanmin = _nan_reductions.nanmin
nanprod = _nan_reductions.nanprod
nanstd = _nan_reductions.nanstd
nansum = _nan_reductions.nansum
nanvar = _nan_reductions.nanvar
median = _quantiles.median
nanmedian = _quantiles.nanmedian
nanpercentile = _quantiles.nanpercentile
nanquantile = _quantiles.nanquantile
percentile = _quantiles.percentile
quantile = _quantiles.quantile
average = _statistics.average
corrcoef = _statistics.corrcoef
cov = _statistics.cov
ptp = _statistics.ptp

# polynomials and interpolation

diff = _calculus.diff
ediff1d = _calculus.ediff1d
gradient = _calculus.gradient
interp = _calculus.interp
trapezoid = _calculus.trapezoid
unwrap = _calculus.unwrap
convolve = _convolution.convolve
correlate = _convolution.correlate
polyadd = _polynomials.polyadd
polyder = _polynomials.polyder
polydiv = _polynomials.polydiv
polyint = _polynomials.polyint
polymul = _polynomials.polymul
polysub = _polynomials.polysub
polyval = _polynomials.polyval
vander = _polynomials.vander
poly = _fitting.poly
polyfit = _fitting.polyfit
roots = _fitting.roots

# sets, places, elements put in or left out

delete = _editing.delete
insert = _editing.insert
resize = _editing.resize
trim_zeros = _editing.trim_zeros
argwhere = _searching.argwhere
extract = _searching.extract
flatnonzero = _searching.flatnonzero
nonzero = _searching.nonzero
searchsorted = _searching.searchsorted
take_along_axis = _searching.take_along_axis
intersect1d = _sets.intersect1d
isin = _sets.isin
setdiff1d = _sets.setdiff1d
setxor1d = _sets.setxor1d
union1d = _sets.union1d
unique = _sets.unique
copyto = _writing.copyto
fill_diagonal = _writing.fill_diagonal
place = _writing.place
put = _writing.put
put_along_axis = _writing.put_along_axis
putmask = _writing.putmask

# functions of functions, windows, paths

apply_along_axis = _functional.apply_along_axis
apply_over_axes = _functional.apply_over_axes
fromfunction = _functional.fromfunction
piecewise = _functional.piecewise
einsum_path = _paths.einsum_path
vectorize = _vectorizing.vectorize
bartlett = _windows.bartlett
blackman = _windows.blackman
hamming = _windows.hamming
hanning = _windows.hanning
kaiser = _windows.kaiser
