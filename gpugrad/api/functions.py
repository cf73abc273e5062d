"""The functions that users call, one explicit line each."""

from ..engine.dispatch import function_of as _call
from ..ops import activation as _activation
from ..ops import arithmetic as _arithmetic
from ..ops import arrangement as _arrangement
from ..ops import comparison as _comparison
from ..ops import complexes as _complexes
from ..ops import convolution as _convolution
from ..ops import elementary as _elementary
from ..ops import embedding as _embedding
from ..ops import extremes as _extremes
from ..ops import indexing as _indexing
from ..ops import joining as _joining
from ..ops import linalg as _linalg
from ..ops import loss as _loss
from ..ops import normalisation as _normalisation
from ..ops import pooling as _pooling
from ..ops import reduction as _reduction
from ..ops import rounding as _rounding
from ..ops import scan as _scan
from ..ops import selection as _selection
from ..ops import shape as _shape
from ..tensor import arguments as _calls

# arithmetic

add = _call(_arithmetic.add)
subtract = _call(_arithmetic.subtract)
multiply = _call(_arithmetic.multiply)
divide = true_divide = _call(_arithmetic.divide)
negative = _call(_arithmetic.negative)
positive = _call(_arithmetic.positive)
reciprocal = _call(_arithmetic.reciprocal)
square = _call(_arithmetic.square)
power = pow = _call(_arithmetic.power)
remainder = mod = _call(_arithmetic.remainder)
floor_divide = _call(_arithmetic.floor_divide)
fmod = _call(_arithmetic.fmod)
gcd = _call(_arithmetic.gcd)
lcm = _call(_arithmetic.lcm)

# elementary functions

exp = _call(_elementary.exp)
exp2 = _call(_elementary.exp2)
expm1 = _call(_elementary.expm1)
log = _call(_elementary.log)
log1p = _call(_elementary.log1p)
log2 = _call(_elementary.log2)
log10 = _call(_elementary.log10)
logaddexp = _call(_elementary.logaddexp)
logaddexp2 = _call(_elementary.logaddexp2)
sqrt = _call(_elementary.sqrt)
cbrt = _call(_elementary.cbrt)
hypot = _call(_elementary.hypot)
sin = _call(_elementary.sin)
cos = _call(_elementary.cos)
tan = _call(_elementary.tan)
sinc = _call(_elementary.sinc)
asin = arcsin = _call(_elementary.asin)
acos = arccos = _call(_elementary.acos)
atan = arctan = _call(_elementary.atan)
atan2 = arctan2 = _call(_elementary.atan2)
sinh = _call(_elementary.sinh)
cosh = _call(_elementary.cosh)
tanh = _call(_elementary.tanh)
asinh = arcsinh = _call(_elementary.asinh)
acosh = arccosh = _call(_elementary.acosh)
atanh = arctanh = _call(_elementary.atanh)
erf = _call(_elementary.erf)
erfc = _call(_elementary.erfc)

# signs, roundings, kinds of numbers

abs = absolute = _call(_rounding.absolute)
sign = _call(_rounding.sign)
copysign = _call(_rounding.copysign)
signbit = _call(_rounding.signbit)
floor = _call(_rounding.floor)
ceil = _call(_rounding.ceil)
trunc = _call(_rounding.trunc)
round = rint = _call(_rounding.round_)
nextafter = _call(_rounding.nextafter)
ldexp = _call(_rounding.ldexp)
frexp = _calls.frexp
isnan = _call(_rounding.isnan)
isinf = _call(_rounding.isinf)
isfinite = _call(_rounding.isfinite)
real = _call(_complexes.real)
imag = _call(_complexes.imag)
conj = conjugate = _call(_complexes.conj)
angle = _call(_complexes.angle)

# comparisons and logic

equal = _call(_comparison.equal)
not_equal = _call(_comparison.not_equal)
greater = _call(_comparison.greater)
greater_equal = _call(_comparison.greater_equal)
less = _call(_comparison.less)
less_equal = _call(_comparison.less_equal)
logical_and = _call(_comparison.logical_and)
logical_or = _call(_comparison.logical_or)
logical_xor = _call(_comparison.logical_xor)
logical_not = _call(_comparison.logical_not)
bitwise_and = _call(_comparison.bitwise_and)
bitwise_or = _call(_comparison.bitwise_or)
bitwise_xor = _call(_comparison.bitwise_xor)
bitwise_invert = bitwise_not = invert = _call(_comparison.bitwise_invert)
bitwise_left_shift = left_shift = _call(_comparison.bitwise_left_shift)
bitwise_right_shift = right_shift = _call(_comparison.bitwise_right_shift)

# choosing

where = _call(_selection.where)
maximum = _call(_selection.maximum)
minimum = _call(_selection.minimum)
fmax = _call(_selection.fmax)
fmin = _call(_selection.fmin)
heaviside = _call(_selection.heaviside)
clip = clamp = _calls.clip

# activations

sigmoid = _call(_activation.sigmoid)
log_sigmoid = _call(_activation.log_sigmoid)
softplus = _call(_activation.softplus)
relu = _call(_activation.relu)
leaky_relu = _call(_activation.leaky_relu)
elu = _call(_activation.elu)
selu = _call(_activation.selu)
gelu = _calls.gelu
silu = _call(_activation.silu)
mish = _call(_activation.mish)
hardtanh = _call(_activation.hardtanh)
hardswish = _call(_activation.hardswish)

# reductions and scans

sum = _calls.reducing(_reduction.sum)
prod = _calls.reducing(_scan.prod)
mean = _call(_reduction.mean)
var = _call(_reduction.var)
std = _call(_reduction.std)
max = amax = _call(_extremes.max_)
min = amin = _call(_extremes.min_)
argmax = _call(_extremes.argmax)
argmin = _call(_extremes.argmin)
any = _call(_reduction.any_)
all = _call(_reduction.all_)
count_nonzero = _call(_reduction.count_nonzero)
logsumexp = _call(_reduction.logsumexp)
norm = _calls.vector_norm
cumulative_sum = _calls.scanning(_scan.cumulative_sum)
cumulative_prod = _calls.scanning(_scan.cumulative_prod)
cumsum = _calls.scanning(_scan.cumulative_sum, flat=True)
cumprod = _calls.scanning(_scan.cumulative_prod, flat=True)
diff = _calls.diff

# shape and order

reshape = _calls.reshape
ravel = flatten = _call(_shape.flatten)
broadcast_to = _call(_shape.broadcast_to)
broadcast_arrays = _call(_shape.broadcast_arrays)
expand_dims = unsqueeze = _call(_shape.expand_dims)
squeeze = _call(_shape.squeeze)
tile = _call(_shape.tile)
repeat = _calls.repeat
astype = _calls.astype
permute_dims = transpose = permute = _call(_arrangement.permute_dims)
matrix_transpose = _call(_arrangement.matrix_transpose)
moveaxis = _call(_arrangement.moveaxis)
swapaxes = _call(_arrangement.swapaxes)
flip = _call(_arrangement.flip)
roll = _call(_arrangement.roll)
tril = _call(_arrangement.tril)
triu = _call(_arrangement.triu)
diagonal = _call(_arrangement.diagonal)
pad = _call(_arrangement.pad)
concat = concatenate = _calls.concat
stack = _calls.stack
unstack = _call(_joining.unstack)
split = _call(_joining.split)
meshgrid = _calls.meshgrid

# indexing, order and sets

take = _call(_indexing.take)
take_along_axis = _call(_indexing.take_along_axis)
scatter_add = _call(_indexing.scatter_add)
nonzero = _call(_indexing.nonzero)
sort = _calls.sort
argsort = _calls.argsort
searchsorted = _calls.searchsorted
unique_all = _calls.unique_all
unique_counts = _calls.unique_counts
unique_inverse = _calls.unique_inverse
unique_values = _calls.unique_values

# products

matmul = _call(_linalg.matmul)
vecdot = _call(_linalg.vecdot)
outer = _call(_linalg.outer)
tensordot = _call(_linalg.tensordot)
einsum = _calls.einsum

# neural networks (gpugrad.nn.functional has the same with torch's arguments)

linear = _call(_linalg.linear)
softmax = _call(_normalisation.softmax)
log_softmax = _call(_normalisation.log_softmax)
layer_norm = _call(_normalisation.layer_norm)
rms_norm = _call(_normalisation.rms_norm)
group_norm = _call(_normalisation.group_norm)
cross_entropy = _call(_loss.cross_entropy)
nll_loss = _call(_loss.nll_loss)
mse_loss = _call(_loss.mse_loss)
l1_loss = _call(_loss.l1_loss)
huber_loss = _call(_loss.huber_loss)
smooth_l1_loss = _call(_loss.smooth_l1_loss)
binary_cross_entropy_with_logits = _call(_loss.binary_cross_entropy_with_logits)
conv1d = _call(_convolution.conv1d)
conv2d = _call(_convolution.conv2d)
max_pool1d = _call(_pooling.max_pool1d)
max_pool2d = _call(_pooling.max_pool2d)
avg_pool1d = _call(_pooling.avg_pool1d)
avg_pool2d = _call(_pooling.avg_pool2d)
adaptive_avg_pool2d = _call(_pooling.adaptive_avg_pool2d)
embedding = _call(_embedding.embedding)
