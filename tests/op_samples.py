"""The one table of samples, keyed by the registry: every operation of gpugrad is in it."""

import op_samples_activations
import op_samples_attention
import op_samples_convolution
import op_samples_ctc
import op_samples_elements
import op_samples_equations
import op_samples_fft
import op_samples_gaussian
import op_samples_grids
import op_samples_images
import op_samples_indexing
import op_samples_linalg
import op_samples_losses
import op_samples_nn
import op_samples_numpy
import op_samples_pooling
import op_samples_recurrent
import op_samples_reductions
import op_samples_resizing
import op_samples_shapes
import op_samples_sparse
import op_samples_special
import op_samples_spectra
from sample import Sample

SAMPLES: dict[str, list[Sample]] = {
    **op_samples_convolution.SAMPLES,
    **op_samples_attention.SAMPLES,
    **op_samples_elements.SAMPLES,
    **op_samples_activations.SAMPLES,
    **op_samples_ctc.SAMPLES,
    **op_samples_recurrent.SAMPLES,
    **op_samples_reductions.SAMPLES,
    **op_samples_resizing.SAMPLES,
    **op_samples_shapes.SAMPLES,
    **op_samples_indexing.SAMPLES,
    **op_samples_equations.SAMPLES,
    **op_samples_fft.SAMPLES,
    **op_samples_gaussian.SAMPLES,
    **op_samples_linalg.SAMPLES,
    **op_samples_nn.SAMPLES,
    **op_samples_losses.SAMPLES,
    **op_samples_grids.SAMPLES,
    **op_samples_images.SAMPLES,
    **op_samples_numpy.SAMPLES,
    **op_samples_pooling.SAMPLES,
    **op_samples_special.SAMPLES,
    **op_samples_sparse.SAMPLES,
    **op_samples_spectra.SAMPLES,
}


def cases(*, order: int = 0) -> list:
    """(operation's name, number, sample) of all samples with derivatives up to ``order``."""
    return [
        (name, i, one)
        for name, several in SAMPLES.items()
        for i, one in enumerate(several)
        if one.order >= order
    ]


def label(value) -> str:
    """A short name of a case for test ids."""
    return f"{value[0]}-{value[1]}" if isinstance(value, tuple) else str(value)
