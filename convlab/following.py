"""A torch module followed into a row of layers: what its forward calls, and which outputs that reads."""

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import torch
import torch.nn.functional as F
from torch import fx, nn

from convlab.base import changes, defaults, torch_signature
from convlab.errors import ConvLabError
from convlab.layers import (
    KINDS,
    AdaptiveAvgPool2d,
    Addition,
    AvgPool2d,
    Branch,
    Concatenation,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    MaxPool2d,
    ReLU,
)

Part = nn.Module | Layer
_TRACING = Lock()  # while torch follows one module, it catches the calls of all of them
_ADDITIONS = {operator.add, operator.iadd, torch.add, "add", "add_"}
_JOINS = {torch.cat, torch.concat, torch.concatenate}
_POOL = ("kernel_size", "stride", "padding")
# What a function or method is, and the names of its arguments behind the input.
_FUNCTIONS: dict[Callable | str, tuple[type[Layer], tuple[str, ...]]] = {
    **dict.fromkeys((F.relu, torch.relu, torch.relu_, "relu", "relu_"), (ReLU, ("inplace",))),
    F.leaky_relu: (LeakyReLU, ("negative_slope", "inplace")),
    F.dropout: (Dropout, ("p", "training", "inplace")),
    **dict.fromkeys((F.max_pool2d, torch.max_pool2d), (MaxPool2d, (*_POOL, "dilation", "ceil_mode"))),
    F.avg_pool2d: (AvgPool2d, (*_POOL, "ceil_mode", "count_include_pad", "divisor_override")),
    F.adaptive_avg_pool2d: (AdaptiveAvgPool2d, ("output_size",)),
    **dict.fromkeys((torch.flatten, "flatten"), (Flatten, ("start_dim", "end_dim"))),
}
_VIEWS = {"view", "reshape", torch.reshape}
_SIZES = {"size", getattr, operator.getitem}  # they only say how large something is


def followed(model: nn.Module) -> list[tuple[str, Part]]:
    """What a module's forward calls, as a row.

    Parameters
    ----------
    model : torch.nn.Module
        Made of modules of the kinds that the library has, nested in any way, of additions and concatenations.

    Returns
    -------
    list of (str, torch.nn.Module or Layer)
        The module, or for what is no module the layer, and its name in the model; a branch has none.

    Raises
    ------
    ConvLabError
        If it calls something else, takes not one picture, or does not call the same for every picture.

    Examples
    --------
    >>> followed(nn.Sequential(nn.Sequential(nn.ReLU())))
    [('0.0', ReLU())]
    """
    if _is_known(model):
        return [("", model)]
    row = _Row(model)
    for node in _graph(model).nodes:
        row.take(node)
    return row.parts


def unknown(what: str, kinds: Sequence[type[Layer]] = KINDS, where: str = "") -> ConvLabError:
    """The refusal of what is none of these kinds of layer."""
    *names, last = [kind.__name__ for kind in kinds]
    rule, numbers = f"must be a row of {', '.join(names)} and {last}", f"got {what!r}{where and f' at {where}'}"
    return ConvLabError("model", what, rule, numbers=numbers, advice="Leave other layers out.")


class _Value(fx.Proxy):
    """A value that notes when something is added to it in place, which fx takes for a plain sum."""

    def __iadd__(self, other: Any) -> fx.Proxy:
        return self.tracer.create_proxy("call_function", operator.iadd, (self, other), {})


class _Tracer(fx.Tracer):
    """Follows a module down to the layers that are known, and to what torch has besides."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.known = {module for module in model.modules() if _is_known(module)}

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return m in self.known or super().is_leaf_module(m, module_qualified_name)

    def proxy(self, node: fx.Node) -> fx.Proxy:
        return _Value(node, self)


class _Row:
    """The row so far, and which of its outputs each value of the graph is."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.parts: list[tuple[str, Part]] = []
        self.outputs: dict[fx.Node, int] = {}

    def take(self, node: fx.Node) -> None:
        """Put what a node of the graph calls into the row."""
        if node.op == "placeholder":
            if self.outputs:
                raise _refusal(self.model, "it takes more")
            self.outputs[node] = 0
        elif node.op == "output":
            self._from(self._number(node, node.args[0]))
        elif node.op == "call_module":
            self._take_module(node)
        elif node.target in _ADDITIONS and len(node.args) == 2 and not node.kwargs:
            self._add(node)
        elif node.target in _JOINS:
            self._join(node)
        elif node.target not in _SIZES and node.op != "get_attr":
            self._apply(node)

    def _take_module(self, node: fx.Node) -> None:
        """A module of a known kind."""
        module, name = self.model.get_submodule(str(node.target)), str(node.target)
        if not _is_known(module):
            raise unknown(type(module).__name__, where=name)
        self._put(node, name, module, self._number(node, *node.args, *node.kwargs.values()))
        if getattr(module, "inplace", False):
            self._overwrite(node)

    def _add(self, node: fx.Node) -> None:
        """A sum of two outputs; the later one is what came just before, or the row goes back to it."""
        one, other = (self._number(node, value) for value in node.args)
        self._put(node, _name(node, "add"), Addition(min(one, other)), max(one, other))
        if node.target in (operator.iadd, "add_"):
            self._overwrite(node)

    def _join(self, node: fx.Node) -> None:
        """Outputs side by side, the last two first."""
        values, axis = _settings(node, ("tensors", "dim"), skip=0).values()
        if axis not in (1, -3) or not isinstance(values, (list, tuple)):
            raise unknown("cat", where=_name(node, "cat"))
        *others, last = (self._number(node, value) for value in values)
        self.outputs[node] = last
        for number in reversed(others):
            self._put(node, _name(node, "cat"), Concatenation(number), self.outputs[node])

    def _apply(self, node: fx.Node) -> None:
        """A function or a method that is a layer of a known kind."""
        called = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", str(node.target))
        kind, names = _FUNCTIONS.get(node.target, (None, ()))
        if kind:
            layer = _layer(kind, _settings(node, names, skip=1), called)
        elif node.target in _VIEWS and _keeps_pictures(node):
            layer = Flatten()
        else:
            raise unknown(called, where=_name(node, ""))
        self._put(node, _name(node, called.rstrip("_")), layer, self._number(node, node.args[0]))
        if node.kwargs.get("inplace") or called.endswith("_"):
            self._overwrite(node)

    def _number(self, node: fx.Node, *values: Any) -> int:
        """Which output a value is; what is none, such as a number or a list, is refused."""
        if len(values) != 1 or not isinstance(values[0], fx.Node) or values[0] not in self.outputs:
            raise _refusal(self.model, f"{node.name} reads something else")
        return self.outputs[values[0]]

    def _put(self, node: fx.Node, name: str, part: Part, source: int) -> None:
        """One more layer, which reads that output."""
        self._from(source)
        self.parts.append((name, part))
        self.outputs[node] = len(self.parts)

    def _from(self, source: int) -> None:
        """Go back to an output, if it is not the last."""
        if source != len(self.parts):
            self.parts.append(("", Branch(source)))

    def _overwrite(self, node: fx.Node) -> None:
        """What works in place changes the output that it has read, too, for whoever reads that later."""
        read = self._number(node, node.args[0])
        self.outputs |= {other: self.outputs[node] for other, number in self.outputs.items() if number == read}


def _graph(model: nn.Module) -> fx.Graph:
    """What the module's forward calls, in evaluation, as torch follows it."""
    try:
        with _TRACING, _in_evaluation(model):
            return _Tracer(model).trace(model)
    except ConvLabError:
        raise
    except Exception as error:
        raise _refusal(model, str(error).partition("\n")[0][:200]) from error


@contextmanager
def _in_evaluation(model: nn.Module) -> Iterator[None]:
    """The module in evaluation, and afterwards as it was."""
    trained = [module for module in model.modules() if module.training]
    model.eval()
    try:
        yield
    finally:
        for module in trained:
            module.training = True


def _refusal(model: nn.Module, numbers: str) -> ConvLabError:
    """The refusal of a module whose forward cannot be followed."""
    rule = "must make one output of one picture, by the same layers for every picture"
    return ConvLabError("model", type(model).__name__, rule, numbers=numbers, advice="Use another module.")


def _is_known(module: nn.Module) -> bool:
    """Whether a module is of a known kind, with torch's own forward."""
    kinds = [kind for kind in KINDS if kind.of_module(module)]
    return any(type(module).forward is getattr(nn, kind.__name__).forward for kind in kinds)


def _name(node: fx.Node, what: str) -> str:
    """Where in the model something is called: the module that calls it, and what it is."""
    around = [name for name, _ in node.meta.get("nn_module_stack", {}).values()]
    return ".".join([it for it in (*around[-1:], what) if it])


def _settings(node: fx.Node, names: Sequence[str], skip: int) -> dict[str, Any]:
    """The arguments of a call by their names, without the first `skip`."""
    if len(node.args) > len(names) + skip:
        raise unknown(node.name)
    return dict(zip(names, node.args[skip:], strict=False)) | dict(node.kwargs)


def _layer(kind: type[Layer], settings: dict[str, Any], called: str) -> Layer:
    """The layer that a function with these settings is."""
    if called == "flatten":
        settings = {"start_dim": 0, **settings}  # the function's default, unlike the module's
    settings.pop("training", None)
    kept = {name: value for name, value in settings.items() if name in defaults(kind)}
    for name, value in settings.items():
        known = name in torch_signature(kind).parameters
        if name not in {*kept, *kind.idle} and (not known or changes(kind, name, value)):
            raise unknown(f"{called} with {name} {value}")
    return kind(**kept)


def _keeps_pictures(node: fx.Node) -> bool:
    """Whether a view is a row of numbers for each picture: x.view(x.size(0), -1)."""
    count = node.args[1] if len(node.args) == 3 and node.args[2] == -1 else None
    return isinstance(count, fx.Node) and count.target in _SIZES and count.args[1:] == (0,)
