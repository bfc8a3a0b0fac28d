"""What the layers of a row made of a picture; of the sample pictures it is kept for all visitors. No streamlit here."""

from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from convlab.network import Stage, Step
from convlab.ui.kept import Kept
from convlab.ui.network.row import Laid, laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.pictures import Picture, image_of, once


class Traced(NamedTuple):
    """A picture and what each layer made of it, as far as the row holds.

    Attributes
    ----------
    image : Tensor
        (C, H, W).
    row : Laid
        The row on it.
    stages : list of Stage
        One for each layer that was reached.
    """

    image: Tensor
    row: Laid
    stages: list[Stage]

    def output(self, number: int) -> Tensor:
        """What layer `number`, from 1, put out; of 0 the picture."""
        return self.stages[number - 1].output if number else self.image

    def read_by(self, number: int) -> list[Tensor]:
        """What layer `number` reads."""
        return [self.output(source) for source in self.stages[number - 1].layer.sources(number)]


def traced(picture: Picture, settings: NetworkSettings) -> Traced:
    """Run a picture through the row; layers before the one that was changed are not run again.

    Parameters
    ----------
    picture : Picture
        A sample, or a visitor's own, of which nothing is kept.
    settings : NetworkSettings
        That work.
    """
    image = image_of(picture, settings.max_side, settings.grey)
    row = laid(settings.layers, image.shape)
    layers, size = tuple(step.layer for step in row.steps), (image.shape[1], image.shape[2])
    made = Traced(image, row, [])
    for number, step in enumerate(row.steps, 1):
        read = [made.output(source) for source in step.layer.sources(number)]
        what = (settings.max_side, settings.grey, settings.layers[:number])
        output = once(_OUTPUTS, picture, what, partial(_put_out, step, read))
        made.stages.append(Stage(step, output, tuple(read[0].shape), number, layers, size))
    return made


def _put_out(step: Step, read: list[Tensor]) -> Tensor:
    """What a layer makes of what it reads."""
    with torch.inference_mode():
        return step(*read)


_OUTPUTS: Kept[Tensor] = Kept(64_000_000, lambda output: 4 * output.numel())
