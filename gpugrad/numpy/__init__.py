"""NumPy with gradients: ``import gpugrad.numpy as np``.

NumPy's names, arguments and dtypes on Tensors, arrays, lists and numbers, on host and device; the
results are Tensors.  ``reading`` has NumPy's rules for arguments.
"""

from . import calculus as _calculus
from . import convolution as _convolution
from . import editing as _editing
from . import functional as _functional
from . import histograms as _histograms
from . import nan_reductions as _nan_reductions
from . import paths as _paths
from . import polynomials as _polynomials
from . import quantiles as _quantiles
from . import roots as _roots
from . import searching as _searching
from . import sets as _sets
from . import statistics as _statistics
from . import vectorizing as _vectorizing
from . import windows as _windows
from . import writing as _writing

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
poly = _roots.poly
polyfit = _roots.polyfit
roots = _roots.roots

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
