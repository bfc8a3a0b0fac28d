"""What the playground shows: its picture and its settings as panels of maps. No streamlit here."""

import hashlib
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from torch import Tensor

from convlab import images
from convlab.errors import ConvLabError
from convlab.network import Stage, trace
from convlab.ui.components.maps.cards import cards, path_of
from convlab.ui.components.maps.kernels import Kernels
from convlab.ui.components.maps.message import Card
from convlab.ui.components.maps.view import Panel, Section, Shown, in_sections, maps_view
from convlab.ui.figures import COLOUR_NAMES
from convlab.ui.layer_settings import kernel_of
from convlab.ui.pictures import Picture
from convlab.ui.playground.settings import PlaygroundSettings, check, on_same_picture, steps_of
from convlab.ui.way_out import in_words


def image_of(picture: Picture, settings: PlaygroundSettings) -> Tensor:
    """The picture as the layers read it: brought down, in colour or grey."""
    image = images.to_tensor(images.bring_down(picture.pixels, settings.max_side))
    return images.to_grey(image) if settings.grey else image


def stages_of(picture: Picture, settings: PlaygroundSettings) -> tuple[Tensor, list[Stage]]:
    """The image that the layers read, and every layer's output."""
    check(settings, picture.size)
    image = image_of(picture, settings)
    return image, trace(steps_of(settings, len(image)), image)


def shown(picture: Picture, settings: PlaygroundSettings, dark: bool) -> tuple[Shown, str]:
    """What the maps show for some settings, and a word where the pinned ones do not fit.

    Raises
    ------
    ConvLabError
        If the settings do not fit the picture.
    """
    make = _made if picture.own else _kept
    return make(picture, replace(settings, pixel=""), dark)


class _Run(NamedTuple):
    """Some settings with the image that their layers read and every layer's output."""

    name: str
    settings: PlaygroundSettings
    image: Tensor
    stages: list[Stage]


def _made(picture: Picture, settings: PlaygroundSettings, dark: bool) -> tuple[Shown, str]:
    """The same, made anew."""
    runs, note = _runs(picture, settings)
    panels = [Panel(run.image, picture.title, picture.alt, _sections(run), run.name) for run in runs]
    return maps_view(panels, dark=dark), note


_kept = lru_cache(maxsize=32)(_made)  # of the sample pictures, for all visitors


def _runs(picture: Picture, settings: PlaygroundSettings) -> tuple[list[_Run], str]:
    """What is shown side by side: the settings alone, or A and B; and a word where A does not fit."""
    run = _Run("", settings, *stages_of(picture, settings))
    if not settings.pinned:
        return [run], ""
    try:
        pinned = on_same_picture(settings)
        return [_Run("A", pinned, *stages_of(picture, pinned)), run._replace(name="B")], ""
    except ConvLabError as error:
        return [run], f"The pinned settings A do not fit this picture. {in_words(error, PlaygroundSettings)}"


def _sections(run: _Run) -> list[Section]:
    """The layers with the chosen kernels, then the 1×1 layer."""
    sections = []
    for index, stages in enumerate(in_sections(run.stages)):
        step, channels = stages[0].step, stages[0].input_shape[0]
        names = [f"map {number + 1}" for number in range(channels)] if index else channel_names(channels)
        if index < run.settings.depth or step.weight is None:
            kernels, title = _kernels(run.settings, names), f"Layer {index + 1}"
        else:
            kernels, title = Kernels(step.weight, names, ["weighted sum of the maps"]), "1×1 convolution"
        sections.append(Section(title, stages, kernels, editable=index == 0))
    return sections


def channel_names(channels: int) -> list[str]:
    """What the picture's channels are called."""
    return list(COLOUR_NAMES) if channels == 3 else ["grey"]


def _kernels(settings: PlaygroundSettings, names: list[str]) -> Kernels:
    """The kernels as the visitor defined them."""
    weight = kernel_of(settings, len(names))
    labels = settings.labels
    turned = "turned by 180° before it slides" if settings.flip else ""
    alone = [f"reads channel {number + 1} alone" if settings.depthwise else "" for number in range(len(weight))]
    return Kernels(
        weight,
        names,
        [labels[number % len(labels)] for number in range(len(weight))] if labels else (),
        [" · ".join(filter(None, (each, turned))) for each in alone],
    )


def cards_of(picture: Picture, settings: PlaygroundSettings) -> list[Card]:
    """The number that `settings.pixel` names, taken apart down to the picture.

    Raises
    ------
    ConvLabError
        If the settings do not fit the picture.
    """
    path = path_of(settings.pixel)
    if not path:
        return []
    check(settings, picture.size)
    image = image_of(picture, settings)
    stages = trace(steps_of(settings, len(image))[: path[0][0] + 1], image)
    return cards(image, stages, path, channel_names(len(image)))


def name_of(picture: Picture, settings: PlaygroundSettings, dark: bool) -> str:
    """A short name for a state of the page."""
    return hashlib.blake2b(repr((picture.digest, settings, dark)).encode(), digest_size=8).hexdigest()
