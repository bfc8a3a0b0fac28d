"""Pooling or stride: the same size reached in three ways, and what a picture moved by one pixel does to each."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import AvgPool2d, MaxPool2d
from convlab.network import Step, trace
from convlab.transposed import check_image
from convlab.window import whole


@dataclass(frozen=True, eq=False)
class Shrunk:
    """Maps made smaller in one way.

    Attributes
    ----------
    title : str
        The way, in words.
    output, shifted : Tensor
        (C, H, W): the maps of the picture, and of the picture moved to the left by one pixel.
    """

    title: str
    output: Tensor
    shifted: Tensor

    @property
    def difference(self) -> Tensor:
        """What the shift changes, number by number: (C, H, W)."""
        return self.shifted - self.output

    @property
    def change(self) -> float:
        """The mean size of the difference, as a share of the mean size of the maps; 0 where all of them are 0."""
        size = float(self.output.abs().mean())
        return float(self.difference.abs().mean()) / size if size else 0.0


def compare_shrinking(steps: Sequence[Step], image: Tensor, factor: int = 2) -> tuple[Shrunk, ...]:
    """Maps made so many times smaller by maximum pooling, by average pooling, and by stride.

    Parameters
    ----------
    steps : sequence of Step
        The layers that make the maps, with their numbers: a convolution of stride 1, and ReLU.
    image : Tensor
        (C, H, W), of which one column is lost on either side: what the shift would bring in is part of the picture.
    factor : int, default 2
        From one number that is kept to the next, and the size of the pooling windows; at least 2.

    Returns
    -------
    tuple of Shrunk
        Maximum, average, stride, all of one size.

    Raises
    ------
    ConvLabError
        If a layer does not fit, or the maps are smaller than one window.

    Notes
    -----
    A stride keeps every so many numbers of the maps, exactly, and never looks at those between, so that a shift brings
    up others; pooling looks at all of them. A shift by `factor` pixels moves all three by one number.

    References
    ----------
    R. Zhang, Making convolutional networks shift-invariant again, 2019.

    Examples
    --------
    >>> bars = torch.tensor([0.0, 1.0]).repeat(2, 5)[None]
    >>> [(way.title, way.change) for way in compare_shrinking([], bars)]
    [('Maximum pooling', 0.0), ('Average pooling', 0.0), ('Stride', 0.0)]
    """
    check_image(image)
    size = whole("factor", factor, 2)
    if image.shape[-1] < 2:
        rule, numbers = "must have two columns at least", f"it has {image.shape[-1]}"
        raise ConvLabError("image", tuple(image.shape), rule, numbers=numbers, advice="Use a wider picture.")
    views = image[..., :-1], image[..., 1:]
    before, after = (trace(steps, view)[-1].output if steps else view for view in views)
    pools = MaxPool2d(size), AvgPool2d(size)
    with torch.inference_mode():
        ways = [Shrunk(pool.name, pool(before), pool(after)) for pool in pools]
        rows, columns = ways[0].output.shape[-2:]
        kept = (..., slice(0, rows * size, size), slice(0, columns * size, size))
        return (*ways, Shrunk("Stride", before[kept], after[kept]))
