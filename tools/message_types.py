"""Print the message of a component for its script: TypeScript from the TypedDicts in its message.py.

Run as: python tools/message_types.py grids > convlab/ui/components/grids/message.d.ts
"""

import sys
from importlib import import_module
from inspect import getdoc
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

_NAMES = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null", Any: "any"}


def printed(name: str) -> str:
    """The types of one component's messages, in the order in which they are declared."""
    module = import_module(f"convlab.ui.components.{name}.message")
    kinds = [kind for kind in vars(module).values() if is_typeddict(kind) and kind.__module__ == module.__name__]
    head = f"// Printed from message.py by tools/message_types.py: python tools/message_types.py {name}\n"
    return "\n".join([head, *map(_interface, kinds)])


def _interface(kind: type) -> str:
    """One TypedDict; what it inherits stands in it once more."""
    fields = get_type_hints(kind, include_extras=True).items()
    lines = [f"  {name}{'?' if get_origin(of) is NotRequired else ''}: {_type(of)};" for name, of in fields]
    words = " ".join((getdoc(kind) or "").split())
    return "\n".join([f"/** {words} */", f"export interface {kind.__name__} {{", *lines, "}\n"])


def _type(of: Any) -> str:
    """One type, in TypeScript's words."""
    origin, args = get_origin(of), get_args(of)
    if origin is NotRequired:
        return _type(args[0])
    if origin is Literal:
        return " | ".join(f'"{each}"' for each in args)
    if origin in (Union, UnionType):
        return " | ".join(map(_type, args))
    if origin is list or (origin is tuple and args[-1] is ...):
        return f"{_bracketed(args[0])}[]"
    if origin is tuple:
        return f"[{', '.join(map(_type, args))}]"
    if origin is dict:
        return f"Record<{_type(args[0])}, {_type(args[1])}>"
    return _NAMES.get(of) or of.__name__


def _bracketed(of: Any) -> str:
    """A type whose lists are meant: one of several stands in brackets."""
    text = _type(of)
    return f"({text})" if get_origin(of) in (Union, UnionType, Literal) else text


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    sys.stdout.write(printed(sys.argv[1]))
