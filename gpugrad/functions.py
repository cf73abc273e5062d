"""The functions that users call, one explicit line each."""

from .apply import call
from .ops import activation, arithmetic, elementary, linalg, reduction, selection, shape

add = call(arithmetic.add)
subtract = call(arithmetic.subtract)
multiply = call(arithmetic.multiply)
divide = call(arithmetic.divide)
negative = call(arithmetic.negative)
power = call(arithmetic.power)

exp = call(elementary.exp)
log = call(elementary.log)
log1p = call(elementary.log1p)
sqrt = call(elementary.sqrt)
sin = call(elementary.sin)
cos = call(elementary.cos)
tanh = call(elementary.tanh)
absolute = call(elementary.absolute)

sigmoid = call(activation.sigmoid)
relu = call(activation.relu)
softplus = call(activation.softplus)

where = call(selection.where)
maximum = call(selection.maximum)
minimum = call(selection.minimum)

sum = call(reduction.sum)
matmul = call(linalg.matmul)
reshape = call(shape.reshape)
broadcast_to = call(shape.broadcast_to)
