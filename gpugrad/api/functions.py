"""The functions that users call, one explicit line each."""

from ..ops import activation as _activation
from ..ops import adaptive_pooling as _adaptive
from ..ops import arithmetic as _arithmetic
from ..ops import arrangement as _arrangement
from ..ops import comparison as _comparison
from ..ops import complexes as _complexes
from ..ops import convolution as _convolution
from ..ops import cross_entropy as _cross_entropy
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
from ..ops import transposed_convolution as _transposed_convolution
from ..tensor import arguments as _calls
from ..tensor import shaping as _shaping
from ..tensor.operators import function_of as _function_of
from ..tensor.operators import several_of as _several_of

# arithmetic

add = _function_of(_arithmetic.add)
subtract = _function_of(_arithmetic.subtract)
multiply = _function_of(_arithmetic.multiply)
divide = true_divide = _function_of(_arithmetic.divide)
negative = _function_of(_arithmetic.negative)
positive = _function_of(_arithmetic.positive)
reciprocal = _function_of(_arithmetic.reciprocal)
square = _function_of(_arithmetic.square)
power = pow = _function_of(_arithmetic.power)
remainder = mod = _function_of(_arithmetic.remainder)
floor_divide = _function_of(_arithmetic.floor_divide)
fmod = _function_of(_arithmetic.fmod)
gcd = _function_of(_arithmetic.gcd)
lcm = _function_of(_arithmetic.lcm)

# elementary functions

exp = _function_of(_elementary.exp)
exp2 = _function_of(_elementary.exp2)
expm1 = _function_of(_elementary.expm1)
log = _function_of(_elementary.log)
log1p = _function_of(_elementary.log1p)
log2 = _function_of(_elementary.log2)
log10 = _function_of(_elementary.log10)
logaddexp = _function_of(_elementary.logaddexp)
logaddexp2 = _function_of(_elementary.logaddexp2)
sqrt = _function_of(_elementary.sqrt)
cbrt = _function_of(_elementary.cbrt)
hypot = _function_of(_elementary.hypot)
sin = _function_of(_elementary.sin)
cos = _function_of(_elementary.cos)
tan = _function_of(_elementary.tan)
sinc = _function_of(_elementary.sinc)
asin = arcsin = _function_of(_elementary.asin)
acos = arccos = _function_of(_elementary.acos)
atan = arctan = _function_of(_elementary.atan)
atan2 = arctan2 = _function_of(_elementary.atan2)
sinh = _function_of(_elementary.sinh)
cosh = _function_of(_elementary.cosh)
tanh = _function_of(_elementary.tanh)
asinh = arcsinh = _function_of(_elementary.asinh)
acosh = arccosh = _function_of(_elementary.acosh)
atanh = arctanh = _function_of(_elementary.atanh)
erf = _function_of(_elementary.erf)
erfc = _function_of(_elementary.erfc)

# signs, roundings, kinds of numbers

abs = absolute = _function_of(_rounding.absolute)
sign = _function_of(_rounding.sign)
copysign = _function_of(_rounding.copysign)
signbit = _function_of(_rounding.signbit)
floor = _function_of(_rounding.floor)
ceil = _function_of(_rounding.ceil)
trunc = _function_of(_rounding.trunc)
round = rint = _function_of(_rounding.round_)
nextafter = _function_of(_rounding.nextafter)
ldexp = _function_of(_rounding.ldexp)
frexp = _calls.frexp
isnan = _function_of(_rounding.isnan)
isinf = _function_of(_rounding.isinf)
isfinite = _function_of(_rounding.isfinite)
real = _function_of(_complexes.real)
imag = _function_of(_complexes.imag)
conj = conjugate = _function_of(_complexes.conj)
angle = _function_of(_complexes.angle)

# comparisons and logic

equal = _function_of(_comparison.equal)
not_equal = _function_of(_comparison.not_equal)
greater = _function_of(_comparison.greater)
greater_equal = _function_of(_comparison.greater_equal)
less = _function_of(_comparison.less)
less_equal = _function_of(_comparison.less_equal)
logical_and = _function_of(_comparison.logical_and)
logical_or = _function_of(_comparison.logical_or)
logical_xor = _function_of(_comparison.logical_xor)
logical_not = _function_of(_comparison.logical_not)
bitwise_and = _function_of(_comparison.bitwise_and)
bitwise_or = _function_of(_comparison.bitwise_or)
bitwise_xor = _function_of(_comparison.bitwise_xor)
bitwise_invert = bitwise_not = invert = _function_of(_comparison.bitwise_invert)
bitwise_left_shift = left_shift = _function_of(_comparison.bitwise_left_shift)
bitwise_right_shift = right_shift = _function_of(_comparison.bitwise_right_shift)

# choosing

where = _function_of(_selection.where)
maximum = _function_of(_selection.maximum)
minimum = _function_of(_selection.minimum)
fmax = _function_of(_selection.fmax)
fmin = _function_of(_selection.fmin)
heaviside = _function_of(_selection.heaviside)
clip = clamp = _calls.clip

# activations

sigmoid = _function_of(_activation.sigmoid)
log_sigmoid = _function_of(_activation.log_sigmoid)
softplus = _function_of(_activation.softplus)
relu = _function_of(_activation.relu)
leaky_relu = _function_of(_activation.leaky_relu)
elu = _function_of(_activation.elu)
selu = _function_of(_activation.selu)
gelu = _calls.gelu
silu = _function_of(_activation.silu)
mish = _function_of(_activation.mish)
hardtanh = _function_of(_activation.hardtanh)
hardswish = _function_of(_activation.hardswish)

# reductions and scans

sum = _calls.reducing(_reduction.sum)
prod = _calls.reducing(_scan.prod)
mean = _function_of(_reduction.mean)
var = _function_of(_reduction.var)
std = _function_of(_reduction.std)
max = amax = _function_of(_extremes.max_)
min = amin = _function_of(_extremes.min_)
argmax = _function_of(_extremes.argmax)
argmin = _function_of(_extremes.argmin)
any = _function_of(_reduction.any_)
all = _function_of(_reduction.all_)
count_nonzero = _function_of(_reduction.count_nonzero)
logsumexp = _function_of(_reduction.logsumexp)
norm = _calls.vector_norm
cumulative_sum = _calls.scanning(_scan.cumulative_sum)
cumulative_prod = _calls.scanning(_scan.cumulative_prod)
cumsum = _calls.scanning(_scan.cumulative_sum, flat=True)
cumprod = _calls.scanning(_scan.cumulative_prod, flat=True)
diff = _calls.diff

# shape and order

reshape = _shaping.reshape
ravel = flatten = _function_of(_shape.flatten)
broadcast_to = _function_of(_shape.broadcast_to)
broadcast_arrays = _several_of(_shape.broadcast_arrays)
expand_dims = unsqueeze = _function_of(_shape.expand_dims)
squeeze = _function_of(_shape.squeeze)
tile = _function_of(_shape.tile)
repeat = _calls.repeat
astype = _calls.astype
permute_dims = transpose = permute = _function_of(_arrangement.permute_dims)
matrix_transpose = _function_of(_arrangement.matrix_transpose)
moveaxis = _function_of(_arrangement.moveaxis)
swapaxes = _function_of(_arrangement.swapaxes)
flip = _function_of(_arrangement.flip)
roll = _function_of(_arrangement.roll)
tril = _function_of(_arrangement.tril)
triu = _function_of(_arrangement.triu)
diagonal = _function_of(_arrangement.diagonal)
pad = _function_of(_arrangement.pad)
concat = concatenate = _calls.concat
stack = _calls.stack
unstack = _several_of(_joining.unstack)
split = _several_of(_joining.split)
meshgrid = _shaping.meshgrid

# indexing, order and sets

take = _function_of(_indexing.take)
take_along_axis = _function_of(_indexing.take_along_axis)
scatter_add = _function_of(_indexing.scatter_add)
nonzero = _several_of(_indexing.nonzero)
sort = _calls.sort
argsort = _calls.argsort
searchsorted = _calls.searchsorted
unique_all = _calls.unique_all
unique_counts = _calls.unique_counts
unique_inverse = _calls.unique_inverse
unique_values = _calls.unique_values

# products

matmul = _function_of(_linalg.matmul)
vecdot = _function_of(_linalg.vecdot)
outer = _function_of(_linalg.outer)
tensordot = _function_of(_linalg.tensordot)
einsum = _calls.einsum

# neural networks (gpugrad.nn.functional has the same with torch's arguments)

linear = _function_of(_linalg.linear)
softmax = _function_of(_normalisation.softmax)
log_softmax = _function_of(_normalisation.log_softmax)
layer_norm = _function_of(_normalisation.layer_norm)
rms_norm = _function_of(_normalisation.rms_norm)
group_norm = _function_of(_normalisation.group_norm)
cross_entropy = _function_of(_cross_entropy.cross_entropy)
nll_loss = _function_of(_cross_entropy.nll_loss)
mse_loss = _function_of(_loss.mse_loss)
l1_loss = _function_of(_loss.l1_loss)
huber_loss = _function_of(_loss.huber_loss)
smooth_l1_loss = _function_of(_loss.smooth_l1_loss)
binary_cross_entropy_with_logits = _function_of(_loss.binary_cross_entropy_with_logits)
conv1d = _function_of(_convolution.conv1d)
conv2d = _function_of(_convolution.conv2d)
conv3d = _function_of(_convolution.conv3d)
conv_transpose1d = _function_of(_transposed_convolution.conv_transpose1d)
conv_transpose2d = _function_of(_transposed_convolution.conv_transpose2d)
conv_transpose3d = _function_of(_transposed_convolution.conv_transpose3d)
max_pool1d = _function_of(_pooling.max_pool1d)
max_pool2d = _function_of(_pooling.max_pool2d)
max_pool3d = _function_of(_pooling.max_pool3d)
avg_pool1d = _function_of(_pooling.avg_pool1d)
avg_pool2d = _function_of(_pooling.avg_pool2d)
avg_pool3d = _function_of(_pooling.avg_pool3d)
adaptive_avg_pool1d = _function_of(_adaptive.adaptive_avg_pool1d)
adaptive_avg_pool2d = _function_of(_adaptive.adaptive_avg_pool2d)
adaptive_avg_pool3d = _function_of(_adaptive.adaptive_avg_pool3d)
adaptive_max_pool1d = _function_of(_adaptive.adaptive_max_pool1d)
adaptive_max_pool2d = _function_of(_adaptive.adaptive_max_pool2d)
adaptive_max_pool3d = _function_of(_adaptive.adaptive_max_pool3d)
embedding = _function_of(_embedding.embedding)
