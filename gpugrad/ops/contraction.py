"""einsum: sums of products, planned once a spec and shapes, run as matrix products."""

from functools import lru_cache
from itertools import combinations
from math import prod
from typing import NamedTuple

from .declare import composite


class Alone(NamedTuple):
    """What is done to one array before any product."""

    equal_axes: tuple[tuple[int, int], ...]  # of each pair only equal positions stay, on the first
    shape: tuple[int, ...]  # without the axes of length one that other arrays repeat
    summed: tuple[int, ...]  # axes that no other array and not the result has


class Pair(NamedTuple):
    """How two arrays become one: axes (kept by both, free, contracted), then their product."""

    first: int
    second: int
    axes: tuple[tuple[int, ...], tuple[int, ...]]
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    contracts: bool
    shape: tuple[int, ...]


class Plan(NamedTuple):
    """All steps of one einsum, in order, and the order of the result's axes."""

    alone: tuple[Alone, ...]
    pairs: tuple[Pair, ...]
    axes: tuple[int, ...]


@composite
def einsum(xp, *operands, spec):
    """Einstein's sum of products, ``spec`` as numpy.einsum's: ``"bij,bjk->bik"``, ``"...ii"``."""
    steps = plan(spec.replace(" ", ""), tuple(x.shape for x in operands))
    arrays = [_alone(xp, x, step) for x, step in zip(operands, steps.alone, strict=True)]
    for pair in steps.pairs:
        second = arrays.pop(pair.second)
        first = arrays.pop(pair.first)
        arrays.append(_pair(xp, first, second, pair))
    return _permuted(xp, arrays[0], steps.axes)


def _alone(xp, x, step):
    for kept, dropped in step.equal_axes:
        x = _diagonal(xp, x, kept, dropped)
    if x.shape != step.shape:
        x = xp.reshape(x, shape=step.shape)
    return xp.sum(x, axis=step.summed) if step.summed else x


def _diagonal(xp, x, kept, dropped):
    """The positions at which two axes agree, by a select: an infinity elsewhere does no harm."""
    places = xp.arange_like(x, x.shape[kept])
    sizes = [1] * len(x.shape)
    sizes[kept] = -1
    down = xp.reshape(places, shape=tuple(sizes))
    sizes[kept], sizes[dropped] = 1, -1
    agree = xp.equal(down, xp.reshape(places, shape=tuple(sizes)))
    return xp.sum(xp.where(agree, x, 0), axis=dropped)


def _pair(xp, a, b, pair):
    left = xp.reshape(_permuted(xp, a, pair.axes[0]), shape=pair.shapes[0])
    right = xp.reshape(_permuted(xp, b, pair.axes[1]), shape=pair.shapes[1])
    y = xp.matmul(left, right) if pair.contracts else left * right
    return xp.reshape(y, shape=pair.shape)


def _permuted(xp, x, axes):
    return x if axes == tuple(range(len(axes))) else xp.permute_dims(x, axes=axes)


@lru_cache(1024)
def plan(spec, shapes):
    """The steps for arrays of ``shapes``; ValueError where spec and shapes do not fit."""
    labels, result = parsed(spec, tuple(map(len, shapes)))
    sizes = _sizes(spec, labels, shapes)
    long = [_long(own, shape, sizes) for own, shape in zip(labels, shapes, strict=True)]
    if unknown := [x for x in result if x not in sizes]:
        raise ValueError(f"einsum: {spec!r} asks for axis {unknown[0]!r} that no array has")
    alone = []
    for i, own in enumerate(labels):
        others = {x for j, more in enumerate(long) if j != i for x in more} | set(result)
        step, left = _plan_alone(own, shapes[i], sizes, others)
        alone.append(step)
        labels[i] = left
    pairs = []
    while len(labels) > 1:
        first, second = _cheapest(labels, result, sizes)
        b, a = labels.pop(second), labels.pop(first)
        kept = {x for more in labels for x in more} | set(result)
        step, left = _plan_pair(first, second, a, b, kept, sizes)
        pairs.append(step)
        labels.append(left)
    axes = tuple(labels[0].index(x) for x in result)
    return Plan(tuple(alone), tuple(pairs), axes)


def parsed(spec, ranks):
    """Labels of every array's axes and of the result's; an ellipsis stands for "0", "1", ..."""
    given, arrow, wanted = spec.partition("->")
    terms = given.split(",")
    if len(terms) != len(ranks):
        raise ValueError(f"einsum: {spec!r} names {len(terms)} arrays, {len(ranks)} were given")
    dots = [rank - len(term.replace("...", "")) for term, rank in zip(terms, ranks, strict=True)]
    for term, rank, extra in zip(terms, ranks, dots, strict=True):
        if extra < 0 or (extra and "..." not in term):
            raise ValueError(f"einsum: {term!r} in {spec!r} does not fit an array of {rank} axes")
    labels = [_expanded(term, n) for term, n in zip(terms, dots, strict=True)]
    most = max((n for term, n in zip(terms, dots, strict=True) if "..." in term), default=0)
    if not arrow:
        letters = sorted(set(given) - set(",."))
        wanted = "..." * ("..." in given) + "".join(x for x in letters if given.count(x) == 1)
    result = _expanded(wanted, most)
    if len(set(result)) != len(result):
        raise ValueError(f"einsum: {spec!r} names an axis of the result twice")
    return labels, result


def _expanded(term, extra):
    """The labels of one term; axes under an ellipsis are counted from the last."""
    before, dots, after = term.partition("...")
    if not all(x.isalpha() for x in before + after):
        raise ValueError(f"einsum: {term!r} is not made of letters and an ellipsis")
    return (*before, *(str(i) for i in reversed(range(extra)) if dots), *after)


def _sizes(spec, labels, shapes):
    sizes: dict[str, int] = {}
    for own, shape in zip(labels, shapes, strict=True):
        for x, n in zip(own, shape, strict=True):
            if sizes.get(x, 1) not in (1, n) and n != 1:
                raise ValueError(f"einsum: axis {x!r} of {spec!r} has lengths {sizes[x]} and {n}")
            sizes[x] = n if x not in sizes or sizes[x] == 1 else sizes[x]
    return sizes


def _long(own, shape, sizes):
    """The labels of the axes that a product has from this array: an axis of length one that is
    longer in another array is repeated there, and not summed with it."""
    return [x for x, n in zip(own, shape, strict=True) if n == sizes[x]]


def _plan_alone(own, shape, sizes, others):
    equal_axes, left, lengths = [], list(own), list(shape)
    for i in reversed(range(len(left))):
        if (first := left.index(left[i])) != i:
            if lengths[first] != lengths[i]:
                raise ValueError(f"einsum: axis {left[i]!r} twice in an array of shape {shape}")
            equal_axes.append((first, i))
            del left[i], lengths[i]
    kept = [i for i, x in enumerate(left) if lengths[i] == sizes[x]]  # the others repeat
    left, lengths = [left[i] for i in kept], [lengths[i] for i in kept]
    summed = tuple(i for i, x in enumerate(left) if x not in others)
    return Alone(tuple(equal_axes), tuple(lengths), summed), tuple(x for x in left if x in others)


def _plan_pair(first, second, a, b, kept, sizes):
    both = [x for x in a if x in b and x in kept]
    gone = [x for x in a if x in b and x not in kept]
    free_a, free_b = [x for x in a if x not in b], [x for x in b if x not in a]
    order_a, order_b = (*both, *free_a, *gone), (*both, *gone, *free_b)
    stack = tuple(sizes[x] for x in both)
    rows, columns, inner = (prod(sizes[x] for x in part) for part in (free_a, free_b, gone))
    left = (*both, *free_a, *free_b)
    step = Pair(
        first,
        second,
        (tuple(a.index(x) for x in order_a), tuple(b.index(x) for x in order_b)),
        ((*stack, rows, inner), (*stack, inner, columns)),
        bool(gone),
        tuple(sizes[x] for x in left),
    )
    return step, left


def _cheapest(labels, result, sizes):
    """The pair whose product frees most: the size of what goes less the size of what comes."""

    def cost(pair):
        i, j = pair
        rest = {x for k, more in enumerate(labels) if k not in pair for x in more} | set(result)
        whole = set(labels[i]) | set(labels[j])
        made = prod(sizes[x] for x in whole & rest)
        gone = sum(prod(sizes[x] for x in labels[k]) for k in pair)
        return made - gone, prod(sizes[x] for x in whole)

    return min(combinations(range(len(labels)), 2), key=cost)
