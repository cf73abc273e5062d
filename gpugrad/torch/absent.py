"""Names of torch's that are not here, by the reason: the errors that users meet.

ci/names counts them; tests hold that each public name of torch's is here or below.
"""

from typing import Any, NoReturn

from ..numpy.absent import refuse
from ..tensor.absent import Absent
from .tensor import Tensor

FUNCTIONAL = "take that of torch.nn.functional"
RECURRENT = "torch.nn.LSTM, GRU, RNN and their cells hold the weights; each is one operation"
SPARSE = "sparse matrices are those of torch.sparse: sparse_coo_tensor, torch.sparse.mm"
MEMORY = "how elements lie in memory is not shown; use reshape, index_put or torch.where"
RESIZED = "a Tensor keeps its number of elements; use reshape, or a new one"
THREADS = "GPUGRAD_THREADS and OPENBLAS_NUM_THREADS in the environment set the number of threads"
REJECTION = "it is drawn by rejection, which is not here yet; draw it by numpy.random"
FACTORS = "use torch.linalg's solve, cholesky, qr or svd"
OLD = "torch has removed it; torch.linalg has eig, eigh, lstsq, solve"
COMPILED = (
    "a function runs as Python; torch.compile refuses a branch on an element: use torch.where"
)
CHOICES = "use Tensor.index_add, scatter_reduce or segment sums by index_add"
ANOMALY = "gradients that are NaN are not searched for; gg.testing.gradcheck compares derivatives"
DEVICES = "there are the devices cpu, cuda and simulated"
QUANTISED = "numbers of 8 bits with a scale are not here; bfloat16 and float16 are"
MODULES = {
    "jit": "models are Python; torch.compile(f) is gg.compile(f)",
    "fx onnx export library": "models are Python and are not exported",
    "distributed multiprocessing": "training on several devices is not there yet",
    "quantization ao quantize_per_tensor quantize_per_channel": QUANTISED,
    "nested": "pad sequences by nn.utils.rnn.pad_sequence, or pack them",
    "mps xpu": DEVICES,
    "hub": "pretrained models are not downloaded; torch.load reads their files",
    "profiler": "gg.compile's report() tells kernels, bytes and memory",
}
TOP = {
    FUNCTIONAL: """
        alpha_dropout_ constant_pad_nd conv_tbc convolution ctc_loss dropout_ embedding_bag
        embedding_renorm_ feature_alpha_dropout_ feature_dropout feature_dropout_""",
    RECURRENT: "gru gru_cell lstm lstm_cell rnn_relu rnn_relu_cell rnn_tanh rnn_tanh_cell",
    SPARSE: "dsmm hsmm hspmm saddmm smm sspaddmm",
    MEMORY: "as_strided_ as_strided_scatter empty_permuted empty_strided slice_inverse",
    RESIZED: "resize_as_",
    THREADS: "get_num_interop_threads get_num_threads init_num_threads set_num_interop_threads",
    REJECTION: "binomial poisson",
    FACTORS: "geqrf lu_solve lu_unpack orgqr ormqr triangular_solve",
    COMPILED: "cond",
    CHOICES: "index_reduce segment_reduce",
    ANOMALY: """
        is_anomaly_check_nan_enabled is_anomaly_enabled set_anomaly_enabled""",
    "use numpy.frombuffer or numpy.memmap, and from_numpy": "frombuffer from_file",
    "use torch.linalg.matrix_norm": "frobenius_norm nuclear_norm",
    "use torch.linalg.vector_norm": "norm_except_dim",
    "use nonzero, whose size is what there is": "nonzero_static",
    "use numpy.histogramdd, or histogram for one variable": "histogramdd",
    "algorithms are always deterministic": """
        is_deterministic_algorithms_warn_only_enabled set_deterministic_debug_mode""",
    "torch.is_grad_enabled() tells whether gradients are recorded": "is_inference_mode_enabled",
    "Python's warnings.simplefilter decides how often a warning is shown": """
        is_warn_always_enabled set_warn_always""",
    "small numbers are always computed with": "set_flush_denormal",
    "tasks run by Python's concurrent.futures": "fork wait",
    "torch.cuda is the module of the device": "get_device_module",
    "compare Tensors, or hash x.numpy().tobytes()": "hash_tensor",
    "use torch.Generator; gpugrad's is safe in threads": "thread_safe_generator",
    **{reason: names for names, reason in MODULES.items()},
}
TENSOR = {
    SPARSE: """
        ccol_indices col_indices crow_indices dense_dim indices is_coalesced row_indices
        smm sspaddmm to_padded_tensor values""",
    MEMORY: """
        as_strided_ as_strided_scatter const_data_ptr data_ptr dim_order is_set_to new_empty_strided
        slice_inverse storage storage_type untyped_storage""",
    RESIZED: "resize resize_ resize_as resize_as_",
    FACTORS: "geqrf lu lu_solve orgqr ormqr triangular_solve",
    OLD: "eig lstsq solve symeig",
    CHOICES: "index_reduce index_reduce_",
    DEVICES: "ipu is_ipu is_maia is_mtia is_xla mtia xpu",
    QUANTISED: "qscheme",
    "use torch.distributions, or draw by rand and copy_": "cauchy_ geometric_ log_normal_",
    "use x[index]": "index",
    "use a subclass's own constructor": "as_subclass",
    "there is no complex dtype of 32 bits; use cfloat": "chalf",
    "use nonzero, whose size is what there is": "nonzero_static",
    "write the function of Tensors: f(x, y)": "map2_ map_",
    "pad sequences by nn.utils.rnn.pad_sequence, or pack them": "is_nested",
    "workers get and return NumPy's arrays; Tensors are not shared": "is_shared share_memory_",
    "use copy_": "module_load",
    "compare Tensors, or hash x.numpy().tobytes()": "hash_tensor",
    "there is one stream on a device": "record_stream",
    "use register_hook, which is called when a gradient is complete": """
        register_post_accumulate_grad_hook""",
    "torch has removed it; use the log_prob of a distribution": "reinforce volatile",
    "a gradient has the dtype of its Tensor": "grad_dtype",
    "which output a Tensor was is not kept": "output_nr",
    "retain_grad() keeps the gradient of a computed Tensor in .grad": "retains_grad",
}
LINALG = {
    "use solve, cholesky, qr or svd": """
        householder_product ldl_factor ldl_solve lu lu_factor lu_solve""",
}
SPECIAL = {
    "scipy.special has it, without gradients": """
        airy_ai scaled_modified_bessel_k0 scaled_modified_bessel_k1""",
}
DATA = {
    "data pipes are torchdata's; use Dataset, IterableDataset and DataLoader": """
        DFIterDataPipe DataChunk IterDataPipe MapDataPipe argument_validation functional_datapipe
        guaranteed_datapipes_determinism non_deterministic runtime_validation
        runtime_validation_disabled""",
    "training on several devices is not there yet": "DistributedSampler",
    "ask isinstance(dataset, IterableDataset)": "_DatasetKind",
}


class Refused(Absent):
    """An attribute that Tensors do not have: asking for it gives the reason."""

    def __init__(self, reason: str, name: str) -> None:
        super().__init__(reason)
        self.name = name

    def __get__(self, x: Any, kind: type) -> NoReturn:
        refuse("torch.Tensor", TENSOR, self.name)


for _reason, _names in TENSOR.items():
    for _name in _names.split():
        setattr(Tensor, _name, Refused(_reason, _name))
