"""Elsewhere: names of PyTorch's modules that TinyTorch has under others, or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from tinytorch.core.given.answers import missing, table
from tinytorch.core.given.checks import came
from tinytorch.core.tensor import Tensor

NOT_HERE = (
    "There is no such layer here; there are Linear, Dropout, activations and Sequential. Or "
    "build it from tensors in a subclass of Layer."
)

# Names of `torch`; those that a tensor is asked for, too, are answered as it answers.
FUNCTIONS = table(
    {
        "device cuda cpu mps backends xpu get_default_device set_default_device Generator": (
            "Everything runs on the processor, in one memory: leave the device out."
        ),
        "enable_grad set_grad_enabled inference_mode is_grad_enabled autocast amp": (
            "Write with no_grad(): for what needs no gradient; elsewhere all is recorded."
        ),
        "autograd": (
            "Write loss.backward(), and read the .grad of the leaves; within detect_anomaly() "
            "what becomes NaN is named."
        ),
        "from_numpy as_tensor asarray FloatTensor DoubleTensor": (
            "Write Tensor(array), which copies it."
        ),
        "LongTensor IntTensor BoolTensor ByteTensor": "Write tensor([1, 2]), which is int64.",
        "max min": (
            "Write x.{name}() for the number, x.a{name}(dim=1) and x.arg{name}(dim=1) for numbers "
            "and places along an axis, and x.{name}imum(y) for two tensors."
        ),
        "maximum minimum": "Write x.{name}(y).",
        "var": "Write x.var(correction=1), which divides by n - 1 as PyTorch does.",
        "cumprod cummax cummin": "No gradient goes through it: write NumPy's on x.numpy().",
        "is_tensor": "Write isinstance(x, Tensor).",
        "empty empty_like": "Write zeros(2, 3): its numbers are defined.",
        "eye": "Write Tensor(np.eye(n)).",
        "linspace logspace": "Write Tensor(np.{name}(start, end, count)).",
        "randint": "Write tensor(np.random.randint(low, high, shape)).",
        "randperm": "Write tensor(np.random.permutation(n)).",
        "normal": "Write mean + std * randn(2, 3).",
        "bernoulli": "Write tinytorch.rng.bernoulli(p, shape).",
        "multinomial": "Write np.random.choice(len(p), size, p=p).",
        "seed initial_seed get_rng_state set_rng_state": "Write manual_seed(0).",
        "concat concatenate hstack vstack dstack column_stack row_stack": (
            "Write cat([a, b], dim=0), or stack."
        ),
        "meshgrid cartesian_prod tril_indices triu_indices": "Write np.meshgrid, and Tensor(...).",
        "einsum": "Write np.einsum('ij,jk->ik', a, b), which is recorded.",
        "tensordot kron cross cdist": "Write np.einsum, which is recorded for two tensors.",
        "linalg fft special": "Write NumPy's on x.numpy(): no gradient goes through it.",
        "jit compile fx export onnx": "There is nothing to compile: leave it out.",
        "distributed multiprocessing": "Training runs in one process: leave it out.",
        "set_default_dtype get_default_dtype set_default_tensor_type": (
            "Numbers are float32 unless dtype= or .to(np.float64) says otherwise."
        ),
        "set_printoptions": "Write np.set_printoptions(...).",
        "set_num_threads get_num_threads": "Set OMP_NUM_THREADS before Python starts.",
        "use_deterministic_algorithms": "All repeats with manual_seed: leave it out.",
        "Size": "Shapes are tuples.",
        "dtype": "Types are NumPy's: write np.float32.",
        "Module Parameter Flatten Identity": "Write tinytorch.nn.{name}.",
        "DataLoader TensorDataset Dataset": "Write tinytorch.utils.data.{name}.",
        "version": "Write importlib.metadata.version('tinytorch-lessons').",
        "hub": "There are no models to fetch: tinytorch.load reads a file, interop.from_torch a "
        "model of PyTorch's.",
    }
)

# Names of `torch.nn`.
LAYERS = table(
    {
        "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Unfold Fold "
        "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d "
        "AdaptiveAvgPool2d AdaptiveMaxPool2d Upsample PixelShuffle ZeroPad2d "
        "RNN LSTM GRU RNNCell LSTMCell GRUCell BatchNorm1d BatchNorm2d BatchNorm3d LayerNorm "
        "GroupNorm InstanceNorm1d InstanceNorm2d RMSNorm LocalResponseNorm SyncBatchNorm "
        "Embedding EmbeddingBag MultiheadAttention Transformer TransformerEncoder "
        "TransformerEncoderLayer TransformerDecoder TransformerDecoderLayer Bilinear "
        "CosineSimilarity PairwiseDistance": NOT_HERE,
        "LazyLinear LazyConv2d": "Write Linear(in_features, out_features), with both sizes.",
        "Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout": (
            "Write Dropout(p), which drops each number by itself."
        ),
        "LeakyReLU PReLU ELU SELU CELU SiLU Mish Softplus Softsign Softmin LogSigmoid Hardtanh "
        "Hardswish Hardsigmoid ReLU6 Threshold GLU Tanhshrink RReLU Softmax2d": (
            "There are ReLU, Sigmoid, Tanh, GELU and Softmax; write it as a Layer, from where, "
            "exp and log."
        ),
        "L1Loss": "Write (prediction - target).abs().mean().",
        "SmoothL1Loss HuberLoss KLDivLoss PoissonNLLLoss GaussianNLLLoss HingeEmbeddingLoss "
        "MarginRankingLoss TripletMarginLoss CTCLoss MultiMarginLoss SoftMarginLoss "
        "CosineEmbeddingLoss MultiLabelMarginLoss": (
            "Write it from operations of tensors; a loss is any function that gives one number."
        ),
        "NLLLoss": "Write CrossEntropyLoss on the logits, without log_softmax.",
        "ModuleList ParameterList": "Write a list: layers and tensors in it are found.",
        "ModuleDict ParameterDict": "Write a dict: layers and tensors in it are found.",
        "Buffer": "Write self.register_buffer(name, tensor).",
        "Unflatten": "Write x.reshape(...) in forward.",
        "init": "Write w.data = np.random.normal(0, 0.1, w.shape).astype(np.float32), say; Linear "
        "and Dense start well by themselves.",
        "DataParallel parallel": "Everything runs on one processor: leave it out.",
        "quantized quantization": "Numbers are floating-point here: leave it out.",
    }
)

# Names of `torch.nn.functional`.
FUNCTIONAL = table(
    {
        "linear": "Write x @ weight + bias: weights are (in, out) here, (out, in) in PyTorch.",
        "one_hot": "Write Tensor(np.eye(classes)[labels]).",
        "nll_loss": "Write cross_entropy on the logits, without log_softmax.",
        "l1_loss": "Write (prediction - target).abs().mean().",
        "smooth_l1_loss huber_loss kl_div cosine_similarity hinge_embedding_loss": (
            "Write it from operations of tensors; a loss is any function that gives one number."
        ),
        "normalize": "Write x / (x * x).sum(dim=-1, keepdim=True).sqrt().",
        "leaky_relu elu selu silu mish softplus logsigmoid hardtanh relu6 softsign softmin glu": (
            "Write it from where, exp and log; there are relu, sigmoid, tanh, gelu, softmax."
        ),
        "conv1d conv2d conv3d max_pool1d max_pool2d avg_pool2d adaptive_avg_pool2d batch_norm "
        "layer_norm embedding scaled_dot_product_attention interpolate unfold fold": NOT_HERE,
        "pad": "Write np.pad(x.numpy(), ...), or cat with zeros.",
        "relu_ dropout2d": "Write relu, or dropout: tensors are not changed in place.",
    }
)

# Names of `torch.nn.utils`.
UTILS = table(
    {
        "clip_grad_value_": "Write p.grad = p.grad.clamp(-1, 1) for each parameter p.",
        "parameters_to_vector vector_to_parameters": (
            "Write cat([p.flatten() for p in model.parameters()])."
        ),
        "get_total_norm": "Write clip_grad_norm_(parameters, 1e38), which gives the norm.",
        "parametrizations parametrize prune rnn weight_norm spectral_norm": (
            "There is none here: change w.data between steps."
        ),
    }
)

# Names of `torch.optim`.
OPTIMIZERS = table(
    {
        "RMSprop Adagrad Adadelta Adamax NAdam RAdam Rprop ASGD LBFGS SparseAdam Adafactor Muon": (
            "There are SGD, Adam and AdamW."
        ),
        "swa_utils": "Average the arrays of state_dict() yourself.",
    }
)

# Names of `torch.optim.lr_scheduler`.
SCHEDULERS = table(
    {
        "MultiplicativeLR PolynomialLR CosineAnnealingWarmRestarts CyclicLR OneCycleLR "
        "SequentialLR ChainedScheduler": "Write LambdaLR(optimizer, lambda epoch: ...).",
    }
)

# Names of `torch.utils` and `torch.utils.data`.
DATA = table(
    {
        "random_split Subset": (
            "Write order = np.random.permutation(len(x)), and slice: x[order[:100]]."
        ),
        "ConcatDataset ChainDataset StackDataset": "Write cat([a, b]) before the dataset.",
        "IterableDataset": "Write a loop over your own generator.",
        "Sampler RandomSampler SequentialSampler BatchSampler WeightedRandomSampler "
        "SubsetRandomSampler": "Write shuffle=True, or choose the examples before: x[places].",
        "default_collate get_worker_info": "DataLoader stacks examples by itself: leave it out.",
        "tensorboard": "Write history.to_dict() of tinytorch.training.fit to a file.",
        "checkpoint": "Nothing is calculated twice to save memory: leave it out.",
    }
)


def as_function(name: str) -> Callable[..., Any]:
    """A method of tensors as a function of one: `exp(x)` is `x.exp()`; TypeError for no tensor."""
    method: Callable[..., Any] = getattr(Tensor, name)

    @wraps(method)
    def function(x: Tensor, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(x, Tensor):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError(
                f"{name} expects a Tensor first, got {came(x)}. Wrap numbers in Tensor(...)."
            )
        return method(x, *args, **kwargs)

    return function


def unknown(module: str, name: str, answers: Mapping[str, str]) -> AttributeError:
    """The error for a name that a module has not, with what to write where that is known."""
    if name in answers:
        return AttributeError(missing(f"module {module!r}", name, answers[name]))
    return AttributeError(
        f"module {module!r} has no attribute {name!r}", name=name, obj=sys.modules[module]
    )
