"""The maps of one stage: pixels, words, and what the browser needs to compute each of their numbers by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from torch import Tensor

from convlab import rendering
from convlab.convolutions import Convolution
from convlab.layers import Windowed
from convlab.meetings import Line, meetings
from convlab.network import Stage, zeroed
from convlab.ui.components.maps import message
from convlab.ui.components.maps.blobs import Blobs
from convlab.ui.components.maps.words import captions_of, note_of, title_of, word_of
from convlab.window import Pair, by

_NOISE = 1e-5
NOWHERE = -32768  # a tap that meets nothing, not even padding


@dataclass(frozen=True)
class Share:
    """How much of the maps is sent.

    Attributes
    ----------
    step : int
        0 for all of them. Else the chosen one alone, every so manieth row and column.
    picture : int
        Every so manieth row and column of the picture.
    """

    step: int = 0
    picture: int = 1


@dataclass(frozen=True, eq=False)
class Ends:
    """The smallest and the largest number of each map."""

    lows: list[float]
    highs: list[float]

    @property
    def limit(self) -> float:
        """The largest magnitude of all; 1 where there is none but what float32 leaves of numbers that cancel out."""
        largest = max(max(self.highs), -min(self.lows), 0.0)
        return largest if largest > _NOISE else 1.0

    @property
    def signed(self) -> bool:
        """Whether there are numbers of both signs."""
        return min(self.lows) < 0 < max(self.highs)


def ends_of(maps: Tensor) -> Ends:
    """Of each map."""
    numbers = maps.flatten(1).numpy()
    return Ends(numbers.min(1).tolist(), numbers.max(1).tolist())


@dataclass(frozen=True, eq=False)
class Drawing:
    """How the rows of one layer are drawn.

    Attributes
    ----------
    limit : float
        The end of its scale.
    chosen : int
        Which of its maps is.
    share : Share
        How much of them is sent.
    empty : sequence of bool
        Whether each map's kernel is nothing but zeros.
    blobs : Blobs
        Take the arrays.
    """

    limit: float
    chosen: int
    share: Share
    empty: Sequence[bool]
    blobs: Blobs


def rows_of(first: int, stages: Sequence[Stage], image: Tensor, drawing: Drawing) -> list[message.Row]:
    """The rows of one layer: before ReLU, after ReLU, after pooling.

    Parameters
    ----------
    first : int
        The number of the first stage.
    stages : sequence of Stage
        The layer's.
    image : Tensor
        What it reads.
    drawing : Drawing
        How they are drawn.
    """
    rows: list[message.Row] = []
    for number, stage in enumerate(stages, first):
        rows.append(_row(number, stage, image, rows[-1]["histogram"] if rows else None, drawing))
        image = stage.output
    return rows


def _row(number: int, stage: Stage, before: Tensor, below: list[int] | None, drawing: Drawing) -> message.Row:
    """One of them; `below` is the histogram of the row before it."""
    maps, layer, ends = stage.output, stage.layer, ends_of(stage.output)
    channels, height, width = maps.shape
    made, blobs = layer.arithmetic in ("relu", "max"), drawing.blobs
    shares = zeroed(before) if layer.arithmetic == "relu" else []
    title, captions = title_of(stage), captions_of(ends.lows, ends.highs, shares, drawing.empty)
    return {
        "stage": number,
        "kind": layer.arithmetic,
        "title": title,
        "shape": by(stage.shape),
        "word": word_of(stage),
        "note": note_of(stage, shares, min(ends.lows), max(ends.highs)),
        "pixels": None if made else pixels_of(maps, drawing.limit, drawing.chosen, drawing.share, blobs),
        "width": width,
        "height": height,
        "captions": captions,
        "alts": [f"{title}, map {i + 1}, {height}×{width} numbers, {captions[i]}" for i in range(channels)],
        "histogram": _histogram(stage, below, drawing.limit),
        "taps": taps_of(layer, (before.shape[1], before.shape[2]), blobs) if isinstance(layer, Windowed) else None,
        "reads": [list(layer.reads_channels(i)) for i in range(channels)] if isinstance(layer, Convolution) else [],
        "weights": _weights(layer, stage.step.weight, blobs) if isinstance(layer, Convolution) else None,
        "bias": [] if stage.step.bias is None else stage.step.bias.tolist(),
    }


def _histogram(stage: Stage, below: list[int] | None, limit: float) -> list[int] | None:
    """How many numbers there are of which size, before and after ReLU: it moves all that are below zero to zero."""
    if stage.layer.arithmetic not in ("sum", "relu"):
        return None
    if stage.layer.arithmetic == "sum" or below is None:
        return rendering.histogram(stage.output, limit)
    middle = len(below) // 2
    return [0] * middle + [sum(below[: middle + 1])] + below[middle + 1 :]


def pixels_of(maps: Tensor, limit: float, chosen: int, share: Share, blobs: Blobs) -> message.Pixels:
    """Maps as entries of the table of colours; of those that are alike, or each other's mirror, one is sent."""
    first, count = (chosen, 1) if share.step else (0, len(maps))
    step = max(1, share.step)
    shown = rendering.entries(maps[first : first + count, ::step, ::step], limit).numpy()
    planes, kept = _planes(shown)
    blob = blobs.add(np.stack(kept), 1, shown.shape[2])
    return {"blob": blob, "first": first, "count": count, "planes": planes, "step": step}


def _planes(shown: np.ndarray) -> tuple[list[int], list[np.ndarray]]:
    """Where each map is found, and the maps that are sent."""
    planes: list[int] = []
    kept: list[np.ndarray] = []
    for entries in shown:
        mirror = 254 - entries
        same = [
            i if _same(entries, plane) else -1 - i
            for i, plane in enumerate(kept)
            if _same(entries, plane) or _same(mirror, plane)
        ]
        planes.append(same[0] if same else len(kept))
        kept += [] if same else [entries]
    return planes, kept


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two maps are the same; most differ in their first rows already."""
    return np.array_equal(one[:2], other[:2]) and np.array_equal(one, other)


def _weights(layer: Convolution, weight: Tensor | None, blobs: Blobs) -> message.Blob:
    """A layer's weights, as its taps meet them."""
    return blobs.add(layer.met_weight(weight).detach().contiguous().numpy().astype("<f4"))


def taps_of(layer: Windowed, input_size: Pair, blobs: Blobs) -> message.Taps:
    """Which cells every tap meets."""
    numbers, divisors = _taps(layer, input_size)
    rows, columns = layer.kernel_size
    lags = (2, 2 * columns) if rows == columns else ()
    return {"blob": blobs.add(numbers, *lags), "size": layer.kernel_size, "divisors": divisors}


@lru_cache(maxsize=64)
def _taps(layer: Windowed, input_size: Pair) -> tuple[np.ndarray, list[list[int]]]:
    """The numbers of that blob, and the divisors of an average."""
    met = meetings(layer, input_size)
    cells = [_line(line, NOWHERE) for line in met.cells]
    sources = [_line(line, -1) for line in met.sources]
    divisors: list[list[int]] = []
    if layer.counted_ring is not None:
        sides = zip(cells, input_size, layer.counted_ring, strict=True)
        divisors = [((-ring <= line) & (line < side + ring)).sum(1).tolist() for line, side, ring in sides]
    return np.concatenate([line.ravel() for line in (*cells, *sources)]), divisors


def _line(line: Line, nothing: int) -> np.ndarray:
    """The cells along one axis as numbers."""
    return np.array([[nothing if cell is None else cell for cell in taps] for taps in line], "<i2")
