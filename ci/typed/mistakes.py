"""Mistakes that a type checker finds: an ignore that is not needed would be an error itself."""

import numpy as np

import gpugrad as gg
import gpugrad.numpy as gnp

x = gg.tensor([1.0, 2.0])
total: float = gg.sum(x)  # type: ignore[assignment]
slope: float = x.grad  # type: ignore[assignment]
text: str = x * 2.0 + 1  # type: ignore[assignment]
part: int = x[0]  # type: ignore[assignment]
shape: list[int] = x.shape  # type: ignore[assignment]
host: str = gnp.exp(np.ones(3)) @ gnp.ones(3)  # type: ignore[assignment]

gg.nosuch(x)  # type: ignore[attr-defined]
gg.tape(x)  # type: ignore[attr-defined]
gg.nn.Linaer(2, 3)  # type: ignore[attr-defined]
gg.scipy.optimize(x)  # type: ignore[attr-defined]
gg.linalg.deter(x)  # type: ignore[attr-defined]
gnp.summ(x)  # type: ignore[attr-defined]
x.backwards()  # type: ignore[attr-defined]
gg.sin(x).summ()  # type: ignore[attr-defined]
gg.optim.SGD([x], learning_rate=0.1)  # type: ignore[call-arg]
gg.random.normal(sizes=3)  # type: ignore[call-arg]
gg.tensor([1.0], "float32")  # type: ignore[call-arg]
gg.use_device(x)  # type: ignore[arg-type]
