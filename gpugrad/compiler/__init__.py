"""compile: a function is recorded at its first call, and later calls replay what it did.

    import gpugrad as gg

    model = gg.nn.Sequential(gg.nn.Linear(4, 8), gg.nn.Tanh(), gg.nn.Linear(8, 1))
    optimizer = gg.optim.SGD(model.parameters(), lr=0.01)

    @gg.compile
    def step(x, y):
        loss = gg.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    x, y = gg.ones((16, 4)), gg.zeros((16, 1))
    losses = [step(x, y).item() for _ in range(20)]
    print(losses[-1] < losses[0], "update" in str(step.graph))  # True True

The function may be of any style: it may call ``backward`` and step an optimizer, or take parameters
and return new ones.  It may use every transform, and be used within them; there it is the plain
function.  What it returns may be walked back from.

Recorded is what happens to arrays.  Python runs at the first call alone, and again if an argument
has another shape, dtype or device, or if a Python value that the function can reach is another one:
a number in its closure, a list of layers, a member of a module of the program, ``model.eval()``.  A
number among the arguments may be another one at every call, also where a derivative is taken by it
or a learning rate is set to it; a branch by it is recorded once for each way, and where Python
needs its value (``range``, an axis, NumPy), the recording holds for that value.  Parameters,
optimizers' states and learning rates, running statistics, random numbers, and arrays of NumPy that
the function closes over are read anew at every call, and written as the plain function would write
them.  A call that raises has written nothing.

Refused, with the line of the program, is what would be decided once and hold for ever: a Python
branch on an element, ``item()``, ``print`` of a Tensor, a result whose shape depends on elements
(``nonzero``, ``x[mask]``), a change of a Python value, such as ``losses.append(loss)``, a seed set
within the function, random numbers of Python's and NumPy's, and ``next`` of an iterator.

Computed once is what the function does with NumPy alone; it is computed again if an array that it
closes over, of up to 64 KiB, has other elements.  Asked once is what lies outside of the program:
clocks, the environment, files, modules of libraries, and globals that are looked up by a text.

The first call computes as the plain function does.  Kernels are built in the background, and calls
run without them until they are there.  Results then differ by rounding, so ``wait=True``, or
GPUGRAD_WAIT=1 in the environment, builds at the first call, which runs them too: all calls of all
processes on one machine give the same bits, also of one that goes on where another was killed.
"""

from .compiled import Compiled, compile

__all__ = ["Compiled", "compile"]
