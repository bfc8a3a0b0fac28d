"""The page's controls: what the shown part needs."""

from convlab.ui import own_pictures
from convlab.ui.controls import Controls
from convlab.ui.network.layer_controls import layer_controls, preset
from convlab.ui.network.settings import NetworkSettings

AT_HAND = ("kernel_size", "stride", "dilation", "depth", "between", "factor", "cost_kernel", "through", "network")


def sidebar(controls: Controls[NetworkSettings]) -> None:
    """Draw them."""
    if "picture" not in controls.settings.idle:
        controls.draw("picture")
        own_pictures.chooser(controls.visit, controls.prefix)
    controls.problem("work", "max_side")
    if controls.settings.part == "row":
        preset(controls)
        layer_controls(controls)
    controls.draw("network", "bank", "between", "factor")
    controls.draw("cost_in", "cost_out", "cost_size", "cost_kernel", "through", "cost_stride", "cost_dilation")
    controls.draw("depth", "kernel_size", "stride", "dilation", "seed", "max_side", "grey")
