"""Network, put together: the part that is chosen, what is above and beside it."""

from convlab.ui import own_pictures
from convlab.ui.controls import Controls
from convlab.ui.heading import heading as headline
from convlab.ui.network import cost, layers, real, relu, shrink, sight
from convlab.ui.network import settings as rules
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.sidebar import AT_HAND, at_hand, sidebar
from convlab.ui.page_run import Onward
from convlab.ui.session import Visit

__all__ = ["AT_HAND", "at_hand", "below", "check", "heading", "sidebar", "view", "warm"]

_VIEWS = {
    "cost": cost.view,
    "sight": sight.view,
    "relu": relu.view,
    "shrink": shrink.view,
    "real": real.view,
}
_SENTENCES = {
    "row": "Layers in a row, each reading what the one before it made. What does each cost, and how far does it see?",
    "cost": "The same maps in six ways. Which takes the least work?",
    "sight": "One number behind many layers: which pixels can it depend on, and on which does it?",
    "relu": "Two convolutions with nothing between them are one convolution.",
    "shrink": "Maximum, average or stride: the same size, not the same numbers.",
    "real": "Networks that were trained on a million photographs, stage by stage.",
}


def check(settings: NetworkSettings) -> None:
    """Refuse settings that would take too long."""
    rules.check(settings, own_pictures.current(settings.picture).size)


def warm() -> None:
    """Make what a first visitor sees."""
    layers.warm()
    sight.warm()


def heading(controls: Controls[NetworkSettings], good: NetworkSettings) -> None:
    """Title, the sentence of the part, and the parts."""
    headline(controls, "Network", _SENTENCES[good.part])
    controls.beside("part", bare=True)


def view(visit: Visit[NetworkSettings], good: NetworkSettings, onward: Onward) -> None:
    """The part that is chosen."""
    if good.part == "row":
        layers.view(visit, good, onward)
    else:
        _VIEWS[good.part](visit, good)


def below(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """Nothing more."""
