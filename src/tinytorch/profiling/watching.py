"""Watching a model run without touching it: Python itself reports each call and return.

`sys.setprofile` tells of every function of Python's that this thread begins and ends. So nothing
is put in the place of a class's methods, which another thread might call meanwhile, or which an
error might leave there; what has slots or a `forward` called directly is seen like the rest.
"""

from __future__ import annotations

import dis
import inspect
import math
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType, MethodType
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import numpy as np

from tinytorch._typing import Array, Shape
from tinytorch.core.given.base import TensorBase
from tinytorch.core.given.container import Container
from tinytorch.core.given.graph import Storage
from tinytorch.core.given.interop import Interop
from tinytorch.profiling.naming import Unchanged, enclosed, is_layer
from tinytorch.profiling.rows import Shapes, buffer, given_shapes, shapes_in, tensors_in

T = TypeVar("T")


class ById(Generic[T]):
    """A note to each of many things, tensors or arrays, that keeps none of them alive."""

    def __init__(self) -> None:
        """Begin with no notes."""
        self.notes: dict[int, tuple[Any, T]] = {}
        self.most = 1000

    def set(self, thing: Any, note: T) -> None:
        """Note something to a thing."""
        if len(self.notes) > self.most:  # ids are used again: most of these are of the dead
            self.notes = {key: pair for key, pair in self.notes.items() if pair[0]() is not None}
            self.most = max(self.most, 2 * len(self.notes))
        self.notes[id(thing)] = (weakref.ref(thing), note)

    def get(self, thing: object) -> T | None:
        """What was noted to this very thing; None if nothing was."""
        pair = self.notes.get(id(thing))
        return pair[1] if pair and pair[0]() is thing else None


def multiply_adds(operation: str, shapes: Sequence[Shape], result: Shape, saved: Any) -> int:
    """The multiply-adds of one operation, by the shapes that went in and came out.

    A product of (..., m, k) and (..., k, n) takes k for each number of its result, so m k n for
    each matrix of a stack. An einsum takes one for each way to choose a place for every letter,
    where two operands are multiplied. All other operations count 0.
    """
    if operation == "matmul":
        return math.prod(result) * shapes[0][-1]
    if operation == "einsum":
        *_, left, right, _out = saved
        lengths = dict(zip(left, shapes[0], strict=False))
        for letter, length in zip(right, shapes[1], strict=False):
            lengths[letter] = max(length, lengths.get(letter, 1))
        return math.prod(lengths.values())
    return 0


@dataclass(eq=False)
class Use:
    """One layer, in all its calls of a run.

    `given` and `result` are the shapes of its last call. `multiply_adds`, `activation_bytes` and
    `kept_bytes` are its own, without those of layers that it called. `inside` is the layer that
    called it first, `state` how its last call ended. `sources` are the layers whose outputs
    reached it through operations, None among them for the input of the model.
    """

    layer: object
    began: int
    inside: Use | None
    calls: int = 0
    given: Shapes = None
    result: Shapes = None
    calls_layers: bool = False
    ended: int = 0
    multiply_adds: int = 0
    activation_bytes: int = 0
    kept_bytes: int = 0
    from_arrays: bool = False
    state: Literal["", "gave", "nothing", "raised"] = ""
    sources: dict[Use | None, None] = field(default_factory=dict["Use | None", None])


@dataclass(eq=False)
class Trace:
    """What one run of a model showed: every layer that was called, in the order of their calls.

    `error` is what ended the run, if anything did, and `broke` the layer in which that happened.
    `paths` has the path of each layer by its id, several for one that is shared. `kept_bytes` is
    what the graph keeps of the run; None where nothing was recorded, or the run broke off.
    `lost` tells that Python stopped reporting on the way.
    """

    model: object
    uses: list[Use]
    paths: dict[int, list[str]]
    parts: list[tuple[str, object]]
    inputs: Shapes
    input_bytes: int
    outputs: Shapes = None
    output_sources: dict[Use | None, None] = field(default_factory=dict["Use | None", None])
    error: Exception | None = None
    broke: Use | None = None
    kept_bytes: int | None = None
    lost: bool = False


# So many layers are told apart; what more there are counts for the layer that called them.
MOST_LAYERS = 10_000
# So many layers that a result was computed from are kept, the latest: in a chain of sums each would
# have all before it.
MOST_SOURCES = 100

Kind = Literal["", "layer", "function", "step", "ufunc", "operation", "made"]
Sources: TypeAlias = "dict[Use | None, None]"
_RETURNS = frozenset(c for name, c in dis.opmap.items() if name.startswith(("RETURN_", "YIELD_")))
_STOPS_AND_GOES_ON = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_STEP = next(
    code
    for code in Container.steps.__code__.co_consts
    if isinstance(code, CodeType) and code.co_name == "step"
)
_SPECIAL: dict[CodeType, Kind] = {
    _STEP: "step",
    TensorBase.recorded.__func__.__code__: "operation",
    TensorBase.__init__.__code__: "made",
    Interop.__array_ufunc__.__code__: "ufunc",
}


@dataclass
class Running:
    """A call of a layer that has not come back yet."""

    frame: FrameType | None
    use: Use
    codes: list[CodeType]
    given: list[Array] = field(default_factory=list[Array])


class Watch:
    """Notes what happens while a model runs; `uses` has the layers in the order of their calls."""

    def __init__(self, model: object, parts: list[object], unchanged: Unchanged) -> None:
        """`parts` are the model and its layers, functions among them that stand for some."""
        self.unchanged = unchanged
        self.kinds: dict[int, tuple[CodeType, Kind]] = {}
        self.functions: dict[int, list[FunctionType | MethodType]] = {}
        for part in parts:
            if isinstance(part, FunctionType | MethodType):
                self.functions.setdefault(id(part.__code__), []).append(part)
            elif is_layer(part):
                for name in ("forward", "__call__"):  # whatever the functions there are called
                    code = getattr(getattr(type(part), name, None), "__code__", None)
                    if isinstance(code, CodeType) and code.co_argcount:
                        self.kinds[id(code)] = (code, "layer")
        self.ufuncs = {id(each) for each in parts if isinstance(each, np.ufunc)}
        self.clock = 0
        self.uses: dict[int, Use] = {}
        self.nodes: dict[int, Use] = {}
        self.sources: ById[Sources] = ById()
        self.counted: ById[bool] = ById()
        self.made: ById[bool] = ById()
        self.broke: Use | None = None
        self.lost = False
        root = self.uses[id(model)] = Use(model, 0, None, calls=1)
        self.running = [Running(None, root, [])]

    def given(self, inputs: list[Storage]) -> None:
        """These tensors go into the model."""
        for tensor in inputs:
            self.sources.set(tensor, {None: None})
            self._count(tensor.data)

    def event(self, frame: FrameType, event: str, argument: object) -> None:
        """What Python calls at each call and return."""
        code = frame.f_code
        known = self.kinds.get(id(code))
        if known is None:
            known = self.kinds[id(code)] = (code, self._kind(code))
        kind = known[1]
        if not kind:
            return
        try:
            if kind == "operation":
                if event == "return" and argument is not None:
                    self._operation(frame.f_locals, argument)
            elif kind == "made":
                if event == "call":
                    self._made(frame.f_locals)
            elif event == "call":
                self._begin(frame, kind)
            elif event == "return":
                self._end(frame, argument)
        except RecursionError:  # no room to look; the model is about to get the same error
            return

    def _kind(self, code: CodeType) -> Kind:
        if code in _SPECIAL:
            return _SPECIAL[code]
        if code.co_flags & _STOPS_AND_GOES_ON:
            return ""
        if code.co_name in ("forward", "__call__") and code.co_argcount > 0:
            return "layer"
        return "function" if id(code) in self.functions else ""

    def _begin(self, frame: FrameType, kind: Kind) -> None:
        code, names = frame.f_code, frame.f_locals
        if kind == "step":
            layer, given = names["layer"], [names["x"]]
        elif kind == "ufunc":
            layer, given = names["ufunc"], list(names["inputs"])
            if id(layer) not in self.ufuncs:
                return
        elif kind == "function":
            layer, given = self._function(code, names), _arguments(code, names, 0)
        else:
            layer = names[code.co_varnames[0]]
            if not is_layer(layer) and layer is not self.running[0].use.layer:
                return
            given = _arguments(code, names, 1)
        top = self.running[-1]
        if top.use.layer is layer and code not in top.codes:
            # The same call: __call__ hands on to forward, or forward to that of a base class.
            if top.frame is None:
                top.use.given = given_shapes(given)
            top.codes.append(code)
            return
        use = self._use(layer, top.use)
        if use is None:
            return
        self.unchanged.look(layer)
        self.broke = None
        top.use.calls_layers |= top.use is not use
        use.calls += 1
        use.given, use.result = given_shapes(given), None
        tensors = list(tensors_in(given))
        for tensor in tensors:
            use.sources.update(self.sources.get(tensor) or {})
        self.running.append(
            Running(frame, use, [code], [buffer(tensor.data) for tensor in tensors])
        )

    def _function(self, code: CodeType, names: dict[str, Any]) -> object:
        """Which of the functions with this code it is: its enclosed variables tell."""
        alike = self.functions[id(code)]
        for function in alike:
            if isinstance(function, MethodType):
                if names.get(code.co_varnames[0]) is function.__self__:
                    return function
            elif all(names.get(name) is value for name, value in enclosed(function)):
                return function
        return alike[0]

    def _use(self, layer: object, inside: Use | None) -> Use | None:
        use = self.uses.get(id(layer))
        if use is None and len(self.uses) < MOST_LAYERS:
            self.clock += 1
            use = self.uses[id(layer)] = Use(layer, self.clock, inside)
        return use

    def _end(self, frame: FrameType, result: object) -> None:
        if all(each.frame is not frame for each in self.running):
            return  # the call was noted with another frame, or not at all
        while (done := self.running.pop()).frame is not frame:
            continue  # of these the end was not seen
        use = done.use
        self.clock += 1
        use.ended = self.clock
        if result is None and frame.f_code.co_code[frame.f_lasti] not in _RETURNS:
            self.broke, use.state = self.broke or use, "raised"
            return
        self.broke = None
        self.came_out(use, result, done.given)

    def came_out(self, use: Use, result: object, given: list[Array]) -> None:
        """A layer gave this result."""
        use.result, use.state = shapes_in(result), "nothing" if result is None else "gave"
        before = {id(array) for array in given}
        for tensor in tensors_in(result):
            if id(buffer(tensor.data)) not in before and self._count(tensor.data):
                use.activation_bytes += tensor.data.nbytes
            if not use.calls_layers:
                self.sources.set(tensor, {use: None})
            use.from_arrays |= self.made.get(tensor) is True

    def _operation(self, names: dict[str, Any], result: Any) -> None:
        self.broke = None
        use = self.running[-1].use
        inputs: list[Storage] = names["inputs"]
        shapes = [tensor.data.shape for tensor in inputs]
        use.multiply_adds += multiply_adds(
            names["operation"], shapes, result.data.shape, names["saved"]
        )
        if result.node is not None:
            self.nodes[result.node.number] = use
        sources: Sources = {}
        for tensor in inputs:
            sources.update(self.sources.get(tensor) or {})
        if len(sources) > MOST_SOURCES:
            latest = sorted(sources, key=lambda use: -1 if use is None else use.began)
            sources = dict.fromkeys(latest[-MOST_SOURCES:])
        self.sources.set(result, sources)

    def _made(self, names: dict[str, Any]) -> None:
        """A tensor is made from an array, or from another tensor."""
        tensor, data = names["self"], names["data"]
        if isinstance(data, np.ndarray):
            self.made.set(tensor, True)
        elif isinstance(data, Storage):
            self.sources.set(tensor, self.sources.get(data) or {})

    def _count(self, array: Array) -> bool:
        """Whether an array's memory is new here; from now on it is not."""
        array = buffer(array)
        if self.counted.get(array):
            return False
        self.counted.set(array, True)
        return True


def _arguments(code: CodeType, names: dict[str, Any], first: int) -> list[object]:
    """What a function was called with, from argument number `first` on."""
    count = code.co_argcount + code.co_kwonlyargcount
    given: list[object] = [names.get(name) for name in code.co_varnames[first:count]]
    if code.co_flags & inspect.CO_VARARGS:
        given += names.get(code.co_varnames[count], ())
        count += 1
    if code.co_flags & inspect.CO_VARKEYWORDS:
        given += names.get(code.co_varnames[count], {}).values()
    return given
