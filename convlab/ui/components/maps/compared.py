"""B − A: the chosen map of every stage that has the same shape in both."""

from collections.abc import Sequence

from convlab.network import Stage
from convlab.ui.components.maps.blobs import Blobs
from convlab.ui.components.maps.message import Compared, Difference
from convlab.ui.components.maps.stages import Share, ends_of, pixels_of
from convlab.ui.components.maps.words import span
from convlab.ui.figures import brief


def compared(
    words: Sequence[str], a: Sequence[Stage], b: Sequence[Stage], chosen: Sequence[int], share: Share, blobs: Blobs
) -> Compared:
    """What differs.

    Parameters
    ----------
    words : sequence of str
        In words: "stride 1 → 2".
    a, b : sequence of Stage
        Of both.
    chosen : sequence of int
        Which map of each of B's stages.
    share, blobs
        As for the maps themselves.
    """
    pairs = enumerate(zip(a, b, chosen, strict=False))
    differences = [
        _difference(number, one, other, which, share, blobs)
        for number, (one, other, which) in pairs
        if one.shape == other.shape and one.layer.arithmetic == other.layer.arithmetic
    ]
    return {"words": list(words), "differences": differences}


def _difference(number: int, a: Stage, b: Stage, chosen: int, share: Share, blobs: Blobs) -> Difference:
    """One stage's."""
    difference = (b.output[chosen] - a.output[chosen])[None]
    ends = ends_of(difference)
    low, high = ends.lows[0], ends.highs[0]
    pixels = pixels_of(difference, ends.limit, 0, Share(max(1, share.step)), blobs)
    return {
        "stage": number,
        "pixels": {**pixels, "first": chosen},
        "limit": brief(ends.limit),
        "span": span(low, high) if low or high else "no difference",
    }
