"""A run in one file: gg.save writes its parts, gg.load reads or restores them.

    import tempfile
    import gpugrad as gg

    folder = tempfile.mkdtemp()
    model = gg.nn.Linear(2, 1)
    optimizer = gg.optim.Adam(model.parameters())
    gg.save(f"{folder}/run.safetensors", model=model, optimizer=optimizer, step=7)

    run = gg.load(f"{folder}/run.safetensors", model=model, optimizer=optimizer)  # in place
    print(run["step"])  # 7
    print(list(gg.load(f"{folder}/run.safetensors")["model"]))  # ['weight', 'bias']

A part is an object with ``state_dict``: a model, an optimizer, a scheduler, a loader; or a Tensor,
an array, a number, a text, None, or a dict, list or tuple of parts.  The state of gg.random is
always a part, named "random".

The file is a safetensors file, so other programs read the arrays, by dotted names; a text in its
header describes the rest.  ``pip install 'gpugrad[saving]'`` installs what reads and writes it.
It takes the place of an older one when it is whole and on the disk: whenever the program is killed,
the old or the new file is there.

``gg.load`` also reads the files of ``torch.save``, old and new, without PyTorch and without running
code: Tensors, containers, numbers and texts.  ``numpy.savez(file, **model.state_dict())`` writes
NumPy's format, and ``model.load_state_dict(numpy.load(file))`` reads it; only bfloat16 has to be
converted before.
"""

from .checkpoint import load, save

__all__ = ["load", "save"]
