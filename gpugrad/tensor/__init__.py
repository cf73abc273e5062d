"""Tensors: recording, no_grad and eval, arrays in and out, differences from PyTorch.

Recording.  A Tensor with ``requires_grad=True`` is a leaf.  Operations on it are recorded, and
``backward()`` of a result with one element adds the gradient to ``.grad`` of every leaf.

    import numpy as np
    import gpugrad as gg

    w = gg.tensor([1.0, 2.0], requires_grad=True)
    loss = gg.sum(w * w)
    loss.backward()
    print(w.grad.tolist())  # [2.0, 4.0]

``backward`` releases the graph; ``retain_graph=True`` keeps it.  ``create_graph=True`` records the
backward too, so that a gradient can be differentiated again.

Without recording.  Inside ``with gg.no_grad():`` nothing is recorded, and a leaf may be changed in
place.  ``x.detach()`` shares the values of x without its history.

    with gg.no_grad():
        w -= 0.5 * w.grad
    print(w.tolist(), w.requires_grad, (2 * w).detach().requires_grad)  # [0.0, 0.0] True False

``no_grad`` changes recording alone.  ``model.eval()`` changes what layers compute: Dropout passes
its input through, and BatchNorm uses its running statistics.  An evaluation usually wants both.

Arrays in.  An operation takes an array of NumPy or CuPy directly and leaves it on its device.
``gg.asarray(array)`` wraps it, without a copy where that is possible; ``gg.tensor(array)`` copies.
``gg.from_dlpack`` takes an array of another library.

Arrays out.  ``x.numpy()`` and ``np.asarray(x)`` give a NumPy array on the host.  ``x.data`` is the
raw array, on a GPU a CuPy array; read it, but do not write it.  ``x.tolist()`` and ``x.item()``
give Python numbers.  ``numpy()`` of a Tensor that records raises RuntimeError: detach it first.

    root = gg.sqrt(np.array([1.0, 4.0]))
    print(root.numpy(), type(root.data).__name__)  # [1. 2.] ndarray

Differences from PyTorch.

- Settings have NumPy's names: ``axis``, ``keepdims``.  In gg.nn they have PyTorch's: ``dim``.
- ``x.size`` is the number of elements, as in NumPy.  ``x.max(axis=0)`` gives values alone.
- A NumPy array keeps its dtype, also float64.  Python floats become float32.
- ``x += y`` and ``x[i] = v`` give x a new array; earlier results keep the old one.
- A masked gradient stays 0 where the masked derivative is infinite or NaN.
- A device is a name: ``x.to("cuda:1")`` and ``x.to("cpu")``.
"""
