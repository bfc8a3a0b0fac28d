"""The playground's controls, in the order in which a beginner meets them."""

from convlab.ui import own_pictures
from convlab.ui.controls import Controls, kernel_controls, layer_controls, more_settings
from convlab.ui.playground.settings import PlaygroundSettings

AT_HAND = ("stride", "kernel_size", "padding", "dilation", "pool", "operation")


def sidebar(controls: Controls[PlaygroundSettings]) -> None:
    """Draw them."""
    controls.draw("picture")
    own_pictures.chooser(controls.visit, controls.prefix)
    controls.problem("work", "max_side")
    controls.draw("operation")
    layer_controls(controls)
    controls.draw("pool")
    controls.problem("pool_size")
    controls.draw("layers")
    more_settings(controls, lambda: _more(controls))


def _more(controls: Controls[PlaygroundSettings]) -> None:
    """The rest."""
    controls.draw("max_side", "grey")
    kernel_controls(controls)
    controls.draw("pool_size", "pool_stride", "ceil_mode", "hatched")
