"""What the step page shows: its small input and its layer as grids. No streamlit here."""

from functools import lru_cache
from typing import get_args

from convlab.script import layer_source
from convlab.ui.components.grids.message import View
from convlab.ui.components.grids.view import Shown, grids_view
from convlab.ui.steps.settings import StepSettings, check, image_of, step_of
from convlab.window import by


def facts(settings: StepSettings) -> tuple[str, str, list[str]]:
    """The layer as PyTorch writes it, the shapes, and the size formula with its numbers, once or for each axis."""
    layer, shape = step_of(settings).layer, (settings.in_channels, *settings.input_size)
    chain = f"{by(shape)} → {by(layer.output_shape(shape))}"
    return layer_source(layer), chain, list(dict.fromkeys(layer.formula(shape)))


@lru_cache(maxsize=16)
def shown(settings: StepSettings, dark: bool) -> Shown:
    """What the grids show for settings that work.

    Raises
    ------
    ConvLabError
        If they do not.
    """
    check(settings)
    return grids_view(step_of(settings), image_of(settings), flipped=settings.flip, dark=dark)


def place_of(settings: StepSettings) -> tuple[int, int, int] | None:
    """The output number that is pinned, where there is one."""
    if not settings.at:
        return None
    channel, row, column = (int(part) for part in settings.at.split(","))
    return channel, row, column


def view_of(settings: StepSettings) -> View:
    """What stands beside the products."""
    view: View = next(view for view in get_args(View) if view == settings.view)
    return view
