"""The page's controls: what the shown part needs."""

from convlab.ui import own_pictures
from convlab.ui.controls import Controls
from convlab.ui.network.chosen import chosen_layer, prefix_of
from convlab.ui.network.layer_controls import layer_controls, preset
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.page_run import AtHand
from convlab.ui.session import Visit

AT_HAND = (
    "sees",
    "between",
    "factor",
    "kernel_size",
    "depth",
    "grow_kernel",
    "grow_stride",
    "grow_dilation",
    "cost_kernel",
    "through",
    "network",
)

LAYER_AT_HAND = ("kernel_size", "stride", "padding", "dilation", "output_padding", "scale_factor", "target")


def sidebar(controls: Controls[NetworkSettings]) -> None:
    """Draw them."""
    controls.draw("sees")
    if "picture" not in controls.settings.left_out:
        controls.draw("picture")
        own_pictures.chooser(controls.visit, controls.prefix)
    controls.problem("work", "max_side")
    if "layers" not in controls.settings.left_out:
        preset(controls)
    if controls.settings.part == "row":
        layer_controls(controls)
        return
    controls.draw("network", "bank", "between", "factor")
    controls.draw("cost_in", "cost_out", "cost_size", "cost_kernel", "through", "cost_stride", "cost_dilation")
    controls.draw("depth", "grow_kernel", "grow_stride", "grow_dilation", "kernel_size", "seed", "max_side", "grey")


def at_hand(visit: Visit[NetworkSettings], prefix: str) -> AtHand | None:
    """What a phone has at hand of the row: the chosen layer's settings."""
    shown = visit.asked.part == "row" and "layers" not in visit.asked.left_out
    layer = chosen_layer(visit) if shown else None
    return (layer, prefix_of(prefix, layer.number), LAYER_AT_HAND) if layer else None
