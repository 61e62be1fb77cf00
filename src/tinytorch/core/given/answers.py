"""Answers: names that PyTorch has and TinyTorch has not, each with what to write here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, Self, overload

DEVICE = "Everything runs on the processor, in one memory: leave .{name} out."
IN_PLACE = (
    "Tensors are not changed in place: write x = x + 1, say, or, for a weight, "
    "w -= lr * w.grad within no_grad()."
)
DERIVED = "Its derivative is not known here: build it from exp, log, sqrt, abs and arithmetic."
NUMPY = "No gradient goes through it: write np.{name}(x.numpy()), and wrap that in Tensor(...)."


def table(rows: Mapping[str, str]) -> dict[str, str]:
    """The answer to each name; a row may have several names."""
    return {name: fix.format(name=name) for names, fix in rows.items() for name in names.split()}


# What a tensor is asked for.
TENSOR = table(
    {
        "cuda cpu device is_cuda get_device pin_memory share_memory_": DEVICE,
        "long": "Write x.to(np.int64).",
        "int": "Write x.to(np.int32).",
        "short char byte bfloat16 type": "Write x.to(np.int64), or another dtype of NumPy's.",
        "half": "Write x.to(np.float16).",
        "bool": "Write x != 0.",
        "type_as": "Write x.to(y.dtype).",
        "is_floating_point is_complex": "Write x.dtype.kind == 'f'.",
        "add_ sub_ mul_ div_ pow_ neg_ abs_ exp_ sqrt_ log_ sigmoid_ tanh_ relu_ clamp_ round_ "
        "addmm_ add_relu_ clip_ copy_ set_ masked_fill_ index_fill_ index_add_ scatter_ "
        "scatter_add_ squeeze_ unsqueeze_ transpose_ t_ resize_ detach_ floor_ ceil_": IN_PLACE,
        "zero_": "Write w.grad = None, or optimizer.zero_grad(); zeros are x * 0.",
        "fill_ normal_ uniform_ random_ bernoulli_ exponential_": (
            "Tensors are not changed in place: give w.data a new array, w.data = np.full(w.shape, "
            "0.5, np.float32), say."
        ),
        "grad_fn": "Write x.node, which is None for a leaf.",
        "retain_grad": "Only leaves keep a gradient: make it with Tensor(x, requires_grad=True).",
        "register_hook": "There are no hooks: look at .grad after backward().",
        "nelement": "Write x.numel(), or x.size.",
        "element_size itemsize": "Write x.dtype.itemsize.",
        "nbytes": "Write x.data.nbytes.",
        "ndimension": "Write x.ndim.",
        "t mT H mH adjoint": "Write x.T, which swaps the last two axes.",
        "mm bmm dot mv inner vdot": "Write a @ b.",
        "addmm baddbmm": "Write a @ b + c.",
        "outer ger": "Write x.unsqueeze(1) * y.",
        "add": "Write x + y.",
        "sub subtract": "Write x - y.",
        "mul multiply": "Write x * y.",
        "div divide true_divide": "Write x / y.",
        "pow float_power": "Write x ** y.",
        "neg negative": "Write -x.",
        "square": "Write x ** 2.",
        "rsqrt": "Write x ** -0.5.",
        "reciprocal": "Write 1 / x.",
        "absolute": "Write x.abs().",
        "eq equal": "Write x == y, and (x == y).all() for one truth value.",
        "ne not_equal": "Write x != y.",
        "lt less": "Write x < y.",
        "le less_equal": "Write x <= y.",
        "gt greater": "Write x > y.",
        "ge greater_equal": "Write x >= y.",
        "logical_and": "Write a & b.",
        "logical_or": "Write a | b.",
        "logical_xor": "Write a ^ b.",
        "logical_not": "Write ~a.",
        "clip clamp_min clamp_max": "Write x.clamp(min, max).",
        "log2": "Write x.log() / np.log(2).",
        "log10": "Write x.log() / np.log(10).",
        "log1p": "Write (1 + x).log().",
        "expm1": "Write x.exp() - 1.",
        "exp2": "Write 2 ** x.",
        "sin cos tan asin acos atan atan2 sinh cosh erfc erfinv lgamma digamma": DERIVED,
        "erf": "Write erf(x), from tinytorch.core.given.special.",
        "norm": "Write (x * x).sum().sqrt().",
        "logsumexp": "Write x.exp().sum(dim).log(), with x less its largest number first.",
        "prod": "Write x.log().sum().exp() for positive numbers, or np.prod(x.numpy()).",
        "allclose isclose": "Write np.{name}(x.numpy(), y.numpy()).",
        "isnan isinf isfinite sign floor ceil round trunc": (
            "Write np.{name}(x.detach()), which gives a tensor."
        ),
        "cumsum cumprod median unique sort argsort diff quantile": NUMPY,
        "nonzero argwhere count_nonzero": "Write np.{name}(x.numpy()).",
        "topk kthvalue msort": "Write places = np.argsort(-x.numpy())[..., :k], and then x[...].",
        "mode histc bincount": "Count with np.bincount, np.unique or np.histogram of x.numpy().",
        "var_mean std_mean aminmax": "Call the two methods one after the other.",
        "gather take take_along_dim index_select": (
            "Write x[np.arange(len(x)), places]: an index may be made of arrays."
        ),
        "scatter scatter_add index_add index_copy index_fill put masked_scatter": (
            "Write where(mask, new, x)."
        ),
        "masked_select": "Write x[mask].",
        "expand expand_as broadcast_to": (
            "Shapes broadcast by themselves; to see it, write x + np.zeros(shape)."
        ),
        "repeat tile repeat_interleave": "Write cat([x, x]), or x[[0, 0, 1, 1]] for rows.",
        "chunk split tensor_split unbind": "Write slices, such as x[:2] and x[2:].",
        "view_as reshape_as": "Write x.reshape(y.shape).",
        "swapaxes swapdims": "Write x.transpose(0, 1).",
        "movedim moveaxis": "Write x.permute(...).",
        "ravel": "Write x.flatten().",
        "unflatten": "Write x.reshape(...).",
        "flip fliplr flipud": "Write x[::-1].",
        "roll": "Write cat([x[-1:], x[:-1]]).",
        "tril triu diag diagonal trace": "Write (x * np.{name}(np.ones(x.shape))), say.",
        "narrow select": "Write a slice, such as x[:, 1:3].",
        "contiguous is_contiguous stride storage data_ptr untyped_storage": (
            "How numbers lie in memory makes no difference here: leave it out."
        ),
        "new_zeros new_ones new_tensor new_full new_empty": (
            "Write tinytorch.zeros(...), ones or tensor, with dtype=x.dtype."
        ),
        "softplus": "Write (1 + x.exp()).log().",
        "logit": "Write (x / (1 - x)).log().",
        "apply_ map_": "Write operations on the whole tensor, without a loop.",
        "is_sparse to_sparse layout is_quantized": "All tensors are dense: leave it out.",
    }
)

# What a layer is asked for.
MODULE = table(
    {
        "cuda cpu ipu xpu to_empty share_memory": DEVICE,
        "half bfloat16 type": "Write model.to(np.float16), or np.float64.",
        "register_parameter": "Set an attribute: self.w = Tensor(..., requires_grad=True).",
        "add_module register_module": "Set an attribute: self.layer = Linear(3, 2).",
        "register_forward_hook register_forward_pre_hook register_full_backward_hook "
        "register_backward_hook": (
            "There are no hooks: call the layers one after the other, and look between them; "
            "tinytorch.profiling.summary shows shapes and costs."
        ),
        "get_submodule get_parameter": "Write the attribute, or dict(model.named_modules())[name].",
        "compile": "There is nothing to compile: leave it out.",
        "extra_repr": "Write a __repr__ of your own.",
        "weight_norm": "There is no such layer here.",
    }
)

# What an optimizer is asked for.
OPTIMIZER = table(
    {
        "add_param_group": 'Give all at once: SGD([{{"params": a}}, {{"params": b, "lr": 0.1}}]).',
        "defaults": "The settings are attributes, such as optimizer.lr.",
        "state": "Write optimizer.state_dict().",
        "register_step_post_hook register_step_pre_hook": "There are no hooks: wrap step().",
    }
)


class Answer:
    """A name that is not there: asking an object for it is an AttributeError with a fix."""

    def __init__(self, name: str, fix: str) -> None:
        """Keep the name, and what to write in its place."""
        self.name, self.fix = name, fix

    @overload
    def __get__(self, owner: None, cls: type) -> Self: ...
    @overload
    def __get__(self, owner: object, cls: type) -> NoReturn: ...
    def __get__(self, owner: object | None, cls: type) -> Self:
        if owner is None:
            return self
        raise AttributeError(missing(f"{cls.__name__!r} object", self.name, self.fix))


class Answering:
    """A class that answers for what it has not; a subclass says ``answers=`` which names."""

    __slots__ = ()

    def __init_subclass__(cls, answers: Mapping[str, str] | None = None, **options: Any) -> None:
        """Put the answers where attributes are looked for: one that is there comes first."""
        super().__init_subclass__(**options)
        for name, fix in (answers or {}).items():
            setattr(cls, name, Answer(name, fix))

    def __dir__(self) -> Iterable[str]:
        cls = type(self)
        return [n for n in object.__dir__(self) if not isinstance(getattr(cls, n, None), Answer)]


def missing(owner: str, name: str, fix: str) -> str:
    """The text of the error: Python's own words, and what to write."""
    return f"{owner} has no attribute {name!r}. {fix}"
