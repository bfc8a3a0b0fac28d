"""What the script of the table of layers is told: the header's declared type. tools/message_types.py prints it."""

from typing import TypedDict


class Line(TypedDict):
    """A layer, or the totals; what is empty has nothing to say."""

    number: str
    title: str
    about: str  # its settings, in small letters
    shape: str
    parameters: str
    macs: str
    share: float  # of all multiply-adds, from 0 to 1; below 0: there is no bar
    percent: str  # the same in words
    field: str
    step: str
    key: str  # sent when it is chosen; "": it cannot be
    pressed: bool
    note: str  # why the row breaks here
    mend: str  # what a button that mends it says; "": there is none
    reached: bool


class Message(TypedDict):
    """The whole header."""

    status: str
    lines: list[Line]
    total: Line | None
    editable: bool
    adds: list[tuple[str, str]]  # kinds of layer that can be added, each with its name
    seen_edit: int
