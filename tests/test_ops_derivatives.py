"""Every rule in every mode against finite differences, to second order."""

import pytest
from op_samples import cases, label

from gpugrad.engine.functions import function_of
from gpugrad.ops import REGISTRY
from gpugrad.testing import gradcheck


@pytest.mark.parametrize("case", cases(order=1), ids=label)
def test_rules_agree_with_differences(case):
    name, _, one = case
    gradcheck(
        lambda *arrays: function_of(REGISTRY[name])(*arrays, **one.settings),
        one.inputs,
        order=one.order,
    )
