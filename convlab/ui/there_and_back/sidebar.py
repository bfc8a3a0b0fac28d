"""The page's controls: what the shown part needs, with the same words as on the playground."""

from convlab.ui import own_pictures
from convlab.ui.controls import Controls, layer_controls, more_settings
from convlab.ui.there_and_back.settings import BackSettings

AT_HAND = ("stride", "kernel_size", "padding", "dilation", "scale_factor", "up_kernel_size", "case", "seed")


def sidebar(controls: Controls[BackSettings]) -> None:
    """Draw them."""
    part = controls.settings.part
    controls.draw("picture")
    own_pictures.chooser(controls.visit, controls.prefix)
    controls.problem("work", "max_side")
    if part == "there":
        layer_controls(controls, "output_padding_kind")
        more_settings(controls, lambda: controls.draw("max_side", "grey", "out_channels", "seed"))
    elif part == "larger":
        controls.draw("scale_factor", "up_kernel_size", "grey")
    else:
        controls.draw("case", "hidden", "learning_rate", "seed")
