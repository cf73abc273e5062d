"""Pictures of recorded graphs: ``draw``.

    import gpugrad as gg

    x = gg.tensor(2.0, requires_grad=True)
    print(gg.draw(x * x + x, names={"x": x}).svg[:4])  # <svg

Notebooks show a drawing, and ``draw(y, path)`` writes it to a file.
"""

from .picture import Drawing, draw

__all__ = ["Drawing", "draw"]
