"""Titles, notes and captions of maps: they say what is so, and no more."""

from collections.abc import Sequence
from math import floor

from convlab.layers import Windowed
from convlab.network import Stage
from convlab.ui.figures import brief
from convlab.window import by


def title_of(stage: Stage) -> str:
    """What a row of maps is called."""
    if stage.layer.arithmetic == "relu":
        return "After ReLU"
    return "Before ReLU" if stage.layer.arithmetic == "sum" else "After pooling"


def word_of(stage: Stage) -> str:
    """What the arrow to it says."""
    return stage.layer.short_name


def note_of(stage: Stage, shares: Sequence[float], low: float, high: float) -> str:
    """One sentence about a row.

    Parameters
    ----------
    stage : Stage
        Whose maps they are.
    shares : sequence of float
        After ReLU, the share of each map that it made zero.
    low, high : float
        The smallest and the largest of its numbers.
    """
    layer = stage.layer
    if layer.arithmetic == "relu":
        return _relu_note(shares)
    if isinstance(layer, Windowed) and layer.arithmetic != "sum":
        return f"The {'maximum' if layer.arithmetic == 'max' else 'average'} of each {by(layer.kernel_size)} block."
    if low < 0 < high:
        return "Numbers of both signs."
    if low == high == 0:
        return "All numbers are 0."
    return "No number is below 0." if low >= 0 else "No number is above 0."


def _relu_note(shares: Sequence[float]) -> str:
    """What ReLU did to all maps together; they have one size."""
    share = sum(shares) / len(shares)
    if share == 0:
        return "No number was negative: nothing changed."
    return f"{percent(share)} of all numbers were negative and became 0."


def captions_of(
    lows: Sequence[float], highs: Sequence[float], shares: Sequence[float], empty: Sequence[bool]
) -> list[str]:
    """One caption a map: its range; after ReLU the share that became 0.

    Parameters
    ----------
    lows, highs : sequence of float
        The ends of each map.
    shares : sequence of float
        After ReLU, the share of each map that it made zero; else empty.
    empty : sequence of bool
        Whether each map's kernel is nothing but zeros.
    """
    if not shares:
        return [span(low, high) for low, high in zip(lows, highs, strict=True)]
    return [
        f"{percent(share)} became 0" if high else "all 0: so is its kernel" if nothing else "all 0: a dead map"
        for share, high, nothing in zip(shares, highs, empty, strict=True)
    ]


def span(low: float, high: float) -> str:
    """A range: −19.6 to 19.4."""
    return f"{brief(low)} to {brief(high)}"


def percent(share: float) -> str:
    """A share in whole percents, with a decimal near the ends: 100 % only where it is all, 0 % only where it is none.

    Examples
    --------
    >>> [percent(share) for share in (0, 0.0001, 0.004, 0.544, 0.996, 0.99999, 1)]
    ['0 %', 'under 0.1 %', '0.4 %', '54 %', '99.6 %', '99.9 %', '100 %']
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    if 0.01 <= share < 0.99 or share in (0, 1):
        return f"{100 * share:.0f} %"
    return f"{floor(1000 * share + 1e-9) / 10:g} %"
