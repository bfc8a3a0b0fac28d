"""Layers in a row read from the text of a PyTorch program: by its syntax tree alone, nothing of it is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from convlab.base import changes, defaults, torch_signature
from convlab.errors import ConvLabError
from convlab.layers import KINDS, Layer

MAX_LENGTH = 12_000  # characters
MAX_LAYERS = 64
MAX_DEPTH = 10  # rows within rows
MAX_NUMBER = 1_000_000
MAX_WORD = 40  # characters of a name or a string
_PASSED_OVER = ("eval", "to", "cuda", "cpu", "requires_grad_")  # methods of a network that change no layer
_KINDS = {kind.__name__: kind for kind in KINDS}


@dataclass(frozen=True)
class Misread:
    """What was not understood, and where.

    Attributes
    ----------
    line : int
        Line of the text, from 1.
    reason : str
        What it is, in words.
    """

    line: int
    reason: str

    def __str__(self) -> str:
        """The line and the reason: Line 3: nn.GELU is not a layer that is known here."""
        return f"Line {self.line}: {self.reason}."


@dataclass(frozen=True)
class Reading:
    """What was read from a text.

    Attributes
    ----------
    layers : tuple of Layer
        The layers that were understood, in their order.
    misread : tuple of Misread
        What was not, in the order of the text.
    """

    layers: tuple[Layer, ...]
    misread: tuple[Misread, ...]


def read_sequential(text: str) -> Reading:
    r"""Read the layers of an ``nn.Sequential(...)`` from the text of a program, without running it.

    Parameters
    ----------
    text : str
        An ``nn.Sequential(...)``, alone or assigned to something: positional or keyword arguments, rows within rows,
        an ``OrderedDict`` of names; ``nn.``, ``torch.nn.`` or nothing in front of the names; ``.eval()``, ``.to(...)``
        and the like behind it; imports and comments. At most 12,000 characters, 64 layers, 10 rows within one another.

    Returns
    -------
    Reading
        The layers, and line by line what was not understood.

    Raises
    ------
    ConvLabError
        If the text is no Python, has no ``nn.Sequential(...)``, or is too long, too large or too deep.

    Examples
    --------
    >>> reading = read_sequential("net = nn.Sequential(nn.Conv2d(3, 4, 5),  # the post's\n nn.GELU(), nn.ReLU())")
    >>> [layer.short_name for layer in reading.layers]
    ['conv 5×5', 'ReLU']
    >>> print(*reading.misread)
    Line 2: nn.GELU is not a layer that is known here.
    """
    found: list[Layer | Misread] = []
    rows = 0
    for statement in _parsed(text).body:
        row = _row_of(statement)
        if row is not None:
            rows += 1
            found += _row(row, 1) if rows == 1 else [_misread(row, "this is a second nn.Sequential; the first is read")]
        elif not isinstance(statement, (ast.Import, ast.ImportFrom)):
            found.append(_misread(statement, "this is no nn.Sequential(...)"))
    if not rows:
        advice = "Paste one, such as nn.Sequential(nn.ReLU())."
        raise _refusal("must hold an nn.Sequential(...)", "none is there", advice)
    layers = tuple(it for it in found if isinstance(it, Layer))
    if len(layers) > MAX_LAYERS:
        raise _refusal(f"must have at most {MAX_LAYERS} layers", f"it has {len(layers)}", "Leave some of them out.")
    misread = (it for it in found if isinstance(it, Misread))
    return Reading(layers, tuple(sorted(misread, key=lambda it: it.line)))


def _parsed(text: str) -> ast.Module:
    """The syntax tree of a text that is not too long."""
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        size = f"it has {len(text):,}" if isinstance(text, str) else f"got {type(text).__name__}"
        raise _refusal(f"must be text of at most {MAX_LENGTH:,} characters", size, "Paste the nn.Sequential alone.")
    try:
        return ast.parse(dedent(text))
    except SyntaxError as error:
        numbers = f"line {error.lineno or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError):
        numbers = "it cannot be parsed"
    raise _refusal("must be a piece of Python", numbers, "Mend that line, or paste the nn.Sequential alone.")


def _refusal(rule: str, numbers: str, advice: str) -> ConvLabError:
    """A refusal of the whole text."""
    return ConvLabError("code", None, rule, numbers=numbers, advice=advice)


def _misread(node: ast.expr | ast.stmt, reason: str) -> Misread:
    """What a part of the tree is not."""
    return Misread(node.lineno, reason)


def _name(node: ast.expr) -> str:
    """A dotted name, cut where it is too long; empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < MAX_WORD:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)])[:MAX_WORD] if isinstance(node, ast.Name) else ""


def _bare(name: str) -> str:
    """The name of a module of torch.nn without what may stand in front of it; empty for other names."""
    head, _, last = name.rpartition(".")
    return last if head in ("", "nn", "torch.nn") else ""


def _row_of(statement: ast.stmt) -> ast.Call | None:
    """The nn.Sequential(...) that a statement is, or assigns to something, before what may be called of it."""
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.Expr)) else None
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _PASSED_OVER:
        value = value.func.value
    return value if isinstance(value, ast.Call) and _is_row(value) else None


def _is_row(node: ast.expr) -> bool:
    """Whether a part of the tree is an nn.Sequential(...)."""
    return isinstance(node, ast.Call) and _bare(_name(node.func)) == "Sequential"


def _row(call: ast.Call, depth: int) -> Iterator[Layer | Misread]:
    """The layers of an nn.Sequential(...), those of rows within it in their place."""
    if depth > MAX_DEPTH:
        numbers = f"line {call.lineno} lies deeper"
        raise _refusal(
            f"must have at most {MAX_DEPTH} rows within one another", numbers, "Write its layers in one row."
        )
    for keyword in call.keywords:
        yield _misread(keyword.value, "nn.Sequential takes no names; use an OrderedDict")
    if len(call.args) == 1 and _is_ordered(call.args[0]):
        entries, faults = _entries(call.args[0])
        yield from faults
    else:
        entries = call.args
    for node in entries:
        if isinstance(node, ast.Call) and _is_row(node):
            yield from _row(node, depth + 1)
        else:
            yield _layer(node)


def _is_ordered(node: ast.expr) -> bool:
    """Whether a part of the tree is an OrderedDict(...)."""
    return isinstance(node, ast.Call) and _name(node.func) in ("OrderedDict", "collections.OrderedDict")


def _entries(node: ast.expr) -> tuple[list[ast.expr], list[Misread]]:
    """The values of an OrderedDict(...), one for each name, and what is no pair of a name and a value."""
    assert isinstance(node, ast.Call)
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    for given in node.args:
        if isinstance(given, ast.Dict):
            pairs += zip(given.keys, given.values, strict=True)
        else:
            pairs += map(_pair, given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given])
    pairs += [(ast.Constant(keyword.arg), keyword.value) for keyword in node.keywords]
    named: dict[str, ast.expr] = {}
    faults = []
    for key, value in pairs:
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            named[key.value] = value
        else:
            faults.append(_misread(value, "an OrderedDict takes pairs of a name and a layer"))
    return list(named.values()), faults


def _pair(node: ast.expr) -> tuple[ast.expr | None, ast.expr]:
    """A name and a value; None for the name where it is no pair."""
    pair = node.elts if isinstance(node, (ast.List, ast.Tuple)) else []
    return (pair[0], pair[1]) if len(pair) == 2 else (None, node)


def _layer(node: ast.expr) -> Layer | Misread:
    """The layer that a call makes."""
    if not isinstance(node, ast.Call):
        return _misread(node, "this is no layer, such as nn.Conv2d(3, 4, 5)")
    name = _name(node.func)
    kind = _KINDS.get(_bare(name))
    if kind is None:
        return _misread(node, f"{name or 'what is called here'} is not a layer that is known here")
    try:
        return kind(**_settings(kind, node))
    except ConvLabError as error:
        return _misread(node, f"{name}: {str(error).rstrip('.')}")
    except _NotReadError as error:
        return _misread(node, f"{name}: {error}")


class _NotReadError(Exception):
    """An argument that is not understood."""


def _settings(kind: type[Layer], call: ast.Call) -> dict[str, Any]:
    """The settings of a layer of a kind, bound to their names as torch's module binds them."""
    named = {it.arg: it.value for it in call.keywords if it.arg}
    if len(named) < len(call.keywords):
        raise _NotReadError("each argument is given once, by its name or in its place")
    try:
        bound = torch_signature(kind).bind(*call.args, **named)
    except TypeError as error:
        raise _NotReadError(str(error)[:100]) from None
    settings = {}
    for name, node in bound.arguments.items():
        value = _value(node, name)
        if name in kind.idle:
            continue
        if isinstance(torch_signature(kind).parameters[name].default, bool) and not isinstance(value, bool):
            raise _NotReadError(f"`{name}` must be True or False")
        if name in defaults(kind):
            settings[name] = value
        elif changes(kind, name, value):
            raise _NotReadError(f"`{name}` is not known here")
    return settings


def _value(node: ast.expr, name: str) -> Any:
    """A number, a word, True, False, None, or a pair of numbers, as it is written."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return tuple(_constant(it, name) for it in node.elts[:MAX_DEPTH])
    return _constant(node, name)


def _constant(node: ast.expr, name: str) -> Any:
    """One constant, perhaps with a minus in front."""
    minus = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    held = node.operand if isinstance(node, ast.UnaryOp) and minus else node
    value: Any = held.value if isinstance(held, ast.Constant) else ...
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and abs(value) > MAX_NUMBER:
        raise _NotReadError(f"`{name}` must be at most {MAX_NUMBER:,}")
    if isinstance(value, str) and len(value) > MAX_WORD:
        raise _NotReadError(f"`{name}` is too long a word")
    if number:
        return -value if minus else value
    if minus or not (value is None or isinstance(value, (bool, str))):
        raise _NotReadError(f"`{name}` must be a plain number, word or pair")
    return value
