"""What the grids' hatching, dashes and counts mean: one line below them, as far as they are there."""

from torch import Tensor

from convlab.layers import AvgPool2d, ConvTranspose2d, Windowed
from convlab.ui.components.grids.message import Note
from convlab.window import Pair


def legend(layer: Windowed, around: list[Pair], use: Tensor, flipped: bool) -> list[Note]:
    """The notes of a layer.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    around : list of (int, int)
        How far the input is drawn beyond its edges.
    use : Tensor
        How often each cell is used.
    flipped : bool
        Whether the kernels were turned by half a turn.
    """
    counted = "how many stamps fall on each cell" if layer.stamps else "how many output numbers read each cell"
    notes: list[Note] = [{"mark": "use", "words": f"The counts say {counted}; a stronger colour is more often."}]
    if isinstance(layer, ConvTranspose2d):
        if max(layer.padding):
            notes.append({"mark": "cut", "words": "The grey ring around the output is cropped by padding."})
        if max(layer.output_padding):
            words = (
                "Dashed rows and columns come from output padding: computed like the others, 0 where no stamp reaches."
            )
            notes.append({"mark": "extra", "words": words})
    else:
        if any(map(any, around)):
            notes.append({"mark": "pad", "words": _around(layer, around)})
        if not use.all():
            notes.append({"mark": "left", "words": "Struck through: left over, no window reaches it."})
    if flipped:
        notes.append({"mark": "", "words": "The kernel is turned by half a turn (flip)."})
    return notes


def _around(layer: Windowed, around: list[Pair]) -> str:
    """Whose padding it is, in words."""
    if layer.arithmetic == "max":
        return "The hatched cells lie around the input; a maximum never chooses them."
    if isinstance(layer, AvgPool2d):
        counted = max(layer.padding) and layer.count_include_pad
        if all(side <= p for sides, p in zip(around, layer.padding, strict=True) for side in sides):
            return f"The hatched ring is padding; {'the mean counts it as 0' if counted else 'the mean leaves it out'}."
        ring = "counts the padding as 0 and" if counted else "leaves the hatched cells out:"
        return f"The mean {ring} counts nothing that hangs over the end."
    if layer.padding_mode != "zeros":
        return f"Hatched cells are padding, as far as windows read it; it copies cells ({layer.padding_mode})."
    return "Hatched cells are padding, as far as windows read it: 0."
