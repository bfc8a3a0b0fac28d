"""Cells that a component's script sends, written into a page's settings in their order."""

from collections.abc import Callable
from typing import Any, TypeGuard

from convlab.errors import ConvLabError
from convlab.ui.address import S
from convlab.ui.session import Visit
from convlab.ui.way_out import in_words

MOST_NUMBER = 2**53  # a larger whole number is none in a script


def is_new(number: Any, last: int) -> TypeGuard[int]:
    """Whether a number with which a script sends something is above the last one that was seen."""
    return type(number) is int and last < number < MOST_NUMBER


def take_edits(visit: Visit[S], sent: Any, write: Callable[[S, dict[str, Any]], S]) -> None:
    """Write the cells that a script sends; it sends each one until an answer has its number.

    Parameters
    ----------
    visit : Visit
        Of the page that the component stands on.
    sent : list of dict
        Each with a `number`, and whatever `write` reads.
    write : callable
        Makes one of them a setting; a ConvLabError becomes the page's note, and so does what is no cell.
    """
    for one in sent if isinstance(sent, list) else []:
        try:
            if is_new(one["number"], visit.seen_edit):
                visit.seen_edit = one["number"]
                visit.show(write(visit.asked, one))
        except ConvLabError as error:
            visit.note = in_words(error, type(visit.asked))
        except (AttributeError, TypeError, KeyError, ValueError):
            visit.note = "That is no cell that can be written. Choose one of those that are shown."
