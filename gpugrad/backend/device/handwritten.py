"""The list of every hand-written kernel: its file, its symbol and its dtype."""

from ..dtypes import bfloat16, float16, float32, float64

FLOAT_NAMES = ("float16", "bfloat16", "float32", "float64")
PER_FLOAT = {
    "philox.cu": ("uniform", "normal"),
    "softmax.cu": (
        "softmax_forward",
        "softmax_backward",
        "log_softmax_forward",
        "log_softmax_backward",
    ),
    "cross_entropy.cu": (
        "cross_entropy_forward",
        "cross_entropy_backward",
        "cross_entropy_mean",
        "cross_entropy_quotient",
    ),
    "ctc.cu": ("ctc_loss", "ctc_gradient"),
    "recurrent.cu": ("lstm_step", "lstm_back", "gru_step", "gru_back"),
    "scatter_add.cu": ("scatter_add",),
    "windows.cu": ("windows", "overlap_add", "collect", "largest"),
}
ATTENTION = ("attention_forward", "attention_to_query", "attention_to_key")
SUMS = (
    (float16, float16),
    (float16, float32),
    (float32, float16),
    (bfloat16, bfloat16),
    (bfloat16, float32),
    (float32, bfloat16),
    (float32, float32),
    (float64, float64),
)
# Every hand-written kernel: (file, symbol, dtype of its main input or output).
KERNELS: tuple[tuple[str, str, str], ...] = (
    *(
        (file, f"{name}_{dtype}", dtype)
        for file, names in PER_FLOAT.items()
        for name in names
        for dtype in FLOAT_NAMES
    ),
    *(("attention.cu", f"{name}_{x}", x) for name in ATTENTION for x in FLOAT_NAMES[:3]),
    ("philox.cu", "words_uint64", "uint64"),
    ("philox.cu", "integers_int64", "int64"),
    ("philox.cu", "bernoulli_bool", "bool"),
    *(
        ("gather.cu", f"gather_{size}", dtype)
        for size, dtype in ((1, "bool"), (2, "float16"), (4, "float32"), (8, "float64"))
    ),
    ("gather.cu", "gather_16", "complex128"),
    *(("gather.cu", name, "int64") for name in ("join_places", "last_of_places")),
    *(("copies.cu", name, "bool") for name in ("copy_in", "copy_out")),  # bytes
    *(("sort.cu", name, "int64") for name in ("sort_count", "sort_offsets", "sort_place")),
    *(
        ("reduce.cu", f"sum_{kind}_{x.name}_{y.name}", x.name)
        for kind in ("rows", "columns")
        for x, y in SUMS
    ),
)
