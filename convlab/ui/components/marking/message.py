"""What the script of the cells is told: the header's declared type. tools/message_types.py prints it for the script."""

from typing import Literal, TypedDict


class Cell(TypedDict):
    """A cell that can be marked."""

    text: str  # the number in it
    about: bool  # whether the question speaks of it
    verdict: Literal["", "right", "missed", "extra"]  # after the answer


class Message(TypedDict):
    """The whole header."""

    name: str  # of the question: in another one nothing is marked
    columns: int
    cells: list[Cell]  # row by row
    answered: bool
