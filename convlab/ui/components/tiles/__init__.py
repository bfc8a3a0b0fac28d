"""Rows of small pictures, maps, kernels and counts, with a cursor that they share."""

from collections.abc import Sequence
from typing import Any

from convlab.ui.components.component import Heard, declared, nothing
from convlab.ui.components.tiles.view import Drawn, Row, Tile, drawn

__all__ = ["Drawn", "Row", "Tile", "drawn", "picked", "tiles"]

MOST_SIDE = 1000  # rows, or columns, of numbers that can be picked

_mount = declared("tiles", "<div class='tiles'></div>")


def picked(sent: Any) -> tuple[int, int] | None:
    """Row and column of the number that was picked, of what an event `place` sent; None where it is no place."""
    place = (sent.get("row"), sent.get("column")) if isinstance(sent, dict) else (None, None)
    row, column = place
    if type(row) is int and type(column) is int and 0 <= row < MOST_SIDE and 0 <= column < MOST_SIDE:
        return row, column
    return None


def tiles(
    key: str,
    rows: Sequence[Row] | Drawn,
    *,
    linked: bool = True,
    status: str = "",
    below: int = 0,
    seen_edit: int = 0,
    on_choose: Heard | None = None,
    on_edit: Heard | None = None,
    on_place: Heard | None = None,
) -> Any:
    """Put rows of tiles on the page.

    Parameters
    ----------
    key : str
        Their name on the page; what they send is found in the session under it.
    rows : sequence of Row, or Drawn
        What they show; `drawn` makes a message of it that may be kept.
    linked : bool, default True
        Whether what is pointed at in one tile is ringed in the others, and its numbers are written.
    status : str, optional
        A word above them.
    below : int, default 0
        Pixels that what stands under them takes up on the first screen.
    seen_edit : int, default 0
        The number of the last edit that was written or refused.
    on_choose : callable, optional
        A tile with a key was clicked: `choose`, that key.
    on_edit : callable, optional
        Cells were written: `edit`, a list of {"number", "what", "channel", "row", "column", "value"}, `what` being the
        tile's `edits`, or {"number", "undo"}; each is sent until a message has seen its number.

    on_place : callable, optional
        A number was picked: `place`, {"key", "row", "column"}, `key` being the tile's `place`.

    Returns
    -------
    object
        What was sent, by the names of the events.
    """
    shown = rows if isinstance(rows, Drawn) else drawn(rows)
    return _mount(
        key=key,
        data=shown.message(linked=linked, status=status, below=below, seen_edit=seen_edit),
        on_choose_change=on_choose or nothing,
        on_edit_change=on_edit or nothing,
        on_place_change=on_place or nothing,
    )
