"""Batching rules against a loop over the members of a batch."""

import pytest
from batches import agree, batched, by_rule, markings, one_by_one, raw, settings_of
from op_samples import cases, label

from gpugrad.ops import REGISTRY
from gpugrad.ops.declare import COMPOSITE, ELEMENTWISE

RULED = [case for case in cases() if REGISTRY[case[0]].batch is not None]
REFUSED = {"nonzero", "unique_all"}  # as many results as the data say


def refuses(name, one, marked):
    """Whether a batch of this sample has results of different shapes."""
    masks = [m and x.dtype == bool for x, m in zip(one.inputs, marked, strict=True)]
    return name in REFUSED or (name in ("getitem", "unindex") and any(masks))


@pytest.mark.parametrize("case", RULED, ids=label)
def test_a_rule_gives_what_a_loop_gives(case):
    name, _, one = case
    settings = settings_of(name, one)
    for marked in markings(one):
        inputs = batched(name, one, marked)
        if refuses(name, one, marked):
            with pytest.raises(TypeError, match=f"{name}: under vmap"):
                by_rule(name, inputs, marked, settings)
        else:
            agree(by_rule(name, inputs, marked, settings),
                  one_by_one(raw(name, settings), inputs, marked))  # fmt: skip


def test_operations_without_a_rule():
    missing = {
        name for name, op in REGISTRY.items()
        if op.batch is None and op.kind not in (ELEMENTWISE, COMPOSITE)
    }  # fmt: skip
    assert missing == set()
