"""A board of numbers whose cells are marked: an answer that is clicked together, and then what was right of it."""

from collections.abc import Collection
from typing import Any, Literal

from torch import Tensor

from convlab.ui.components.component import Heard, declared, nothing, packed
from convlab.ui.components.marking.message import Message
from convlab.ui.figures import short

__all__ = ["marking"]

_mount = declared("marking", "<div class='marking'></div>")
_Place = tuple[int, int]


def marking(
    key: str,
    name: str,
    board: Tensor,
    *,
    about: Collection[_Place] = (),
    answer: Collection[_Place] | None = None,
    right: Collection[_Place] = (),
    on_commit: Heard | None = None,
) -> Any:
    """Put a board on the page.

    Parameters
    ----------
    key : str
        Its name on the page; what it sends is found in the session under it.
    name : str
        Of the question: what is marked stays as long as it is the same.
    board : Tensor
        (H, W): the numbers.
    about : collection of (int, int), optional
        Cells that the question speaks of; they are framed.
    answer : collection of (int, int), optional
        What was marked, once it is committed: nothing can be marked any more.
    right : collection of (int, int), optional
        What should have been; it is sent to the browser with an answer alone.
    on_commit : callable, optional
        The answer is given: `commit`, {"name", "cells"}, the cells as "0,2 1,0", or "none"; it is sent until a message
        is of an answer, or of another question.

    Returns
    -------
    object
        What was sent, by the names of the events.
    """
    rows, columns = board.shape
    places = [(row, column) for row in range(rows) for column in range(columns)]
    message: Message = {
        "name": name,
        "columns": columns,
        "cells": [
            {"text": short(value), "about": place in about, "verdict": _verdict(place, answer, right)}
            for place, value in zip(places, board.flatten().tolist(), strict=True)
        ],
        "answered": answer is not None,
    }
    return _mount(key=key, data=packed(message, b""), on_commit_change=on_commit or nothing)


def _verdict(
    place: _Place, answer: Collection[_Place] | None, right: Collection[_Place]
) -> Literal["", "right", "missed", "extra"]:
    """What is to be said of a cell; nothing before there is an answer."""
    if answer is None or (place not in answer and place not in right):
        return ""
    if place in answer:
        return "right" if place in right else "extra"
    return "missed"
