"""What the tiles show: numbers as steps of a unit, their colours' end, their words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from convlab import rendering
from convlab.ui.components.component import Payload, mark, packed
from convlab.ui.components.tiles import message
from convlab.ui.figures import brief

_STEPS = 255 * 128  # from zero to the largest magnitude: what a picture file holds are whole steps, which pack well


@dataclass(frozen=True, eq=False)
class Tile:
    """A picture, a map, a kernel, or counts.

    Attributes
    ----------
    values : Tensor
        (H, W), or (C, H, W): a picture in colour, or the planes of a kernel.
    title : str
        "Picture", "Map", "Error: result − picture".
    caption : str
        What else is to be said: "1×235×180 · −0.7 to 0.1".
    alt : str
        What it shows, for those who do not see it.
    kind : str
        "picture" for numbers from 0 to 1, "signed" for both signs, "bright" for counts and magnitudes.
    bound : float, optional
        The end of the colours; the largest magnitude where it is left out.
    word : str
        What the arrow before it says; "" draws none.
    key : str
        Makes it a button: what a click sends.
    pressed : bool
        Whether it is the chosen one.
    place : str
        Lets its numbers be picked: what is sent along with one.
    mark : (int, int, int, int), optional
        A ringed rectangle of its numbers: top, left, rows, columns.
    cells : bool
        Whether it is drawn as cells with written numbers.
    edits : str
        Makes its cells writable: what is sent along with one.
    undo : bool
        Whether any was written by hand.
    bar : bool
        Whether a bar says what the colours mean, where they need one.
    under : Tile, optional
        Another one that stands under it.
    """

    values: Tensor
    title: str
    caption: str = ""
    alt: str = ""
    kind: Literal["picture", "signed", "bright"] = "signed"
    bound: float | None = None
    word: str = ""
    key: str = ""
    pressed: bool = False
    place: str = ""
    mark: tuple[int, int, int, int] | None = None
    cells: bool = False
    edits: str = ""
    undo: bool = False
    bar: bool = True
    under: "Tile | None" = None


@dataclass(frozen=True, eq=False)
class Row:
    """Tiles side by side.

    Attributes
    ----------
    tiles : sequence of Tile
        From left to right.
    title : str
        Stands in front of them.
    scale : str
        "one": so many pixels a number for all; "even": one as high as the other; "each": small pictures, one as wide as
        the other.
    side : int
        Pixels that a small picture is wide.
    """

    tiles: Sequence[Tile]
    title: str = ""
    scale: Literal["one", "even", "each"] = "one"
    side: int = 44


@dataclass(frozen=True, eq=False)
class Drawn:
    """Rows of tiles, ready to be sent any number of times.

    Attributes
    ----------
    header : message.Drawn
        Words and sizes.
    payload : bytes
        The numbers.
    """

    header: message.Drawn
    payload: bytes

    @property
    def weight(self) -> int:
        """The bytes that it takes, about."""
        return 20_000 + len(self.payload)

    def message(self, *, linked: bool = True, status: str = "", below: int = 0, seen_edit: int = 0) -> bytes:
        """The message to the component; the parameters are those of `tiles`."""
        header: message.Message = {
            **self.header,
            "linked": linked,
            "status": status,
            "below": below,
            "seen_edit": seen_edit,
        }
        return packed(header, self.payload)


def drawn(rows: Sequence[Row]) -> Drawn:
    """Rows of tiles as a message shows them.

    Parameters
    ----------
    rows : sequence of Row
        From top to bottom.
    """
    payload = Payload()
    told: list[message.Row] = [
        {
            "title": row.title,
            "side": row.side if row.scale == "each" else 0,
            "even": row.scale == "even",
            "columns": [[_told(each, payload) for each in _column(tile)] for tile in row.tiles],
        }
        for row in rows
    ]
    light, dark, bright = _tables()
    header: message.Drawn = {"name": "", "rows": told, "light": light, "dark": dark, "bright": bright}
    data = payload.packed()
    header["name"] = mark(_unmarked(header), data)
    return Drawn(header, data)


@cache
def _tables() -> tuple[str, str, str]:
    """The signed table for light and for dark pages, and the bright one."""
    tables = rendering.signed_table(False), rendering.signed_table(True), rendering.bright_table()
    light, dark, bright = (table.tobytes().hex() for table in tables)
    return light, dark, bright


def _unmarked(header: message.Drawn) -> dict[str, Any]:
    """The same without what is ringed: that moves alone, and nothing is drawn anew for it."""
    rows = [
        {**row, "columns": [[{**tile, "mark": []} for tile in column] for column in row["columns"]]}
        for row in header["rows"]
    ]
    return {**header, "rows": rows}


def _column(tile: Tile) -> list[Tile]:
    """A tile and those under it."""
    return [tile, *(_column(tile.under) if tile.under else ())]


def _told(tile: Tile, payload: Payload) -> message.Tile:
    """One tile; its numbers go into the payload."""
    values = tile.values.detach().to(torch.float32)
    planes = values if values.dim() == 3 else values[None]
    largest = rendering.limit_of(planes)
    bound = tile.bound or (1.0 if tile.kind == "picture" else largest)
    unit = max(largest, bound) / _STEPS
    return {
        "title": tile.title,
        "caption": tile.caption,
        "alt": tile.alt or tile.title,
        "kind": tile.kind,
        "word": tile.word,
        "key": tile.key,
        "pressed": tile.pressed,
        "place": tile.place,
        "mark": list(tile.mark or ()),
        "cells": tile.cells,
        "edits": tile.edits,
        "undo": tile.undo,
        "bar": tile.bar and tile.kind != "picture" and not tile.key,
        "channels": planes.shape[0],
        "rows": planes.shape[1],
        "columns": planes.shape[2],
        "data": payload.add(_halves(planes, unit)),
        "unit": unit,
        "bound": bound,
        "end": brief(bound),
        "texts": [brief(value) for value in planes.flatten().tolist()] if tile.cells else [],
    }


def _halves(values: Tensor, unit: float) -> Tensor:
    """Numbers as differences of whole steps: the lower halves of all, then the upper ones, uint8."""
    steps = np.rint(values.numpy().ravel() / np.float64(unit)).astype(np.int64)
    apart = np.diff(steps, prepend=0).astype(np.uint16)
    return torch.from_numpy(np.concatenate([apart & 255, apart >> 8]).astype(np.uint8))
