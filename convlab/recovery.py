"""Ready cases of learning the way back: one that can be learnt in full, others that cannot, and why, in numbers."""

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from convlab import kernels
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.learning import Learnable
from convlab.matrices import matrix
from convlab.meetings import overlap
from convlab.window import by

_SMALL = (8, 8)


@dataclass(frozen=True, eq=False)
class Case:
    """A convolution of one channel with its kernels, and the layers that learn the way back.

    Attributes
    ----------
    title : str
        In words.
    layer : Conv2d
        The way there.
    weight : Tensor
        Its kernels.
    back : tuple of ConvTranspose2d
        The way back, to be learnt.
    single : ConvTranspose2d
        The one layer whose least squares they are compared to: where they are a single layer, that one.
    """

    title: str
    layer: Conv2d
    weight: Tensor
    back: tuple[Learnable, ...]
    single: Learnable

    def picture(self, image: Tensor) -> Tensor:
        """A grey picture cropped at its end, so that the stride leaves nothing over.

        Parameters
        ----------
        image : Tensor
            (1, H, W).
        """
        rows, columns = (side - side % stride for side, stride in zip(image.shape[1:], self.layer.stride, strict=True))
        return image[:, :rows, :columns]

    def maps(self, picture: Tensor) -> Tensor:
        """What the convolution makes of a picture."""
        return self.layer(picture, self.weight)

    @property
    def kept(self) -> tuple[int, int]:
        """Of how many numbers of an 8×8 picture, how many the maps tell apart: the rank of the layer's matrix."""
        shape = (self.layer.in_channels, *_SMALL)
        return int(torch.linalg.matrix_rank(matrix(self.layer, shape, self.weight).double())), prod(shape)

    @property
    def why(self) -> str:
        """Why all of the picture can come back, or not, in a sentence or two."""
        kept, numbers = self.kept
        told = f"Of the {numbers} numbers of an {by(_SMALL)} picture the maps keep {kept} apart"
        if kept == numbers:
            return f"{told}, all of them: a kernel that brings every number back exists."
        unread = float((overlap(self.layer, (1, *_SMALL)) == 0).double().mean())
        missed = f" No window reads {unread:.0%} of the cells." if unread else ""
        return f"{told}: the other {numbers - kept} can only be guessed from their neighbours.{missed}"


_EXACT = ConvTranspose2d(4, 1, 2, stride=2, bias=False)
_GUESS = ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1, bias=False)
_EVERY_OTHER = Conv2d(1, 1, 1, stride=2, bias=False), torch.ones(1, 1, 1, 1)
CASES = {
    "full": Case(
        "All of it can come back",
        Conv2d(1, 4, 2, stride=2, bias=False),
        kernels.random(2, 1, 4, seed=7),
        (_EXACT,),
        _EXACT,
    ),
    "partial": Case("Three of four numbers are lost", *_EVERY_OTHER, (_GUESS,), _GUESS),
    "deeper": Case(
        "Three of four numbers are lost, and two layers guess",
        *_EVERY_OTHER,
        (ConvTranspose2d(1, 6, 4, stride=2, padding=1), ConvTranspose2d(6, 1, 3, padding=1)),
        _GUESS,
    ),
}
