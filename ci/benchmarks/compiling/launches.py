"""What a step asks of a device's driver."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np


def counted(device: Any, step: Callable[[], Any]) -> Counter[str]:
    """How often a step calls the driver and copies an array of the host."""
    counts: Counter[str] = Counter(launches=0, products=0, uploads=0)
    driver, array = device.driver, device._array
    launch, gemm = driver.launch, driver.gemm

    def tally(name: str, call: Callable) -> Callable:
        def tallied(*arguments: Any, **settings: Any) -> Any:
            from_host = isinstance(arguments[0], np.ndarray) and arguments[0].ndim > 0
            counts[name] += from_host or name != "uploads"
            return call(*arguments, **settings)

        return tallied

    driver.launch, driver.gemm = tally("launches", launch), tally("products", gemm)
    device._array = tally("uploads", array)
    try:
        step()
    finally:
        del driver.launch, driver.gemm
        device._array = array
    return counts
