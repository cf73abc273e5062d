"""What a training loop shows and keeps: progress, metrics in a file, learning curves.

    import tempfile
    import gpugrad as gg

    folder = tempfile.mkdtemp()
    with gg.training.Progress(3, file=f"{folder}/run.jsonl", shown=False) as progress:
        for step in range(3):
            progress.step(loss=1 / (step + 1))
    print(progress.rows[-1]["step"], open(f"{folder}/run.jsonl").readline()[:10])  # 3 {"step": 1
    progress.picture(f"{folder}/curves.svg")

The bar on the terminal, with metrics, rate and time left, needs rich, unless ``shown=False``:
``pip install 'gpugrad[training]'``.  A Progress can be a part of a checkpoint of gg.save.
"""

from .progress import Progress

__all__ = ["Progress"]
