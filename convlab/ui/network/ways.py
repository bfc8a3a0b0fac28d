"""The layers of the parts Why ReLU and Pooling or stride, and what they refuse. No streamlit here."""

from convlab import kernels
from convlab.errors import ConvLabError
from convlab.layers import Conv2d
from convlab.network import Step, plan
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.pictures import fitted_enough
from convlab.window import Pair, by

RELU_SIDE = 168  # pixels of the picture's larger side
_WIDE, _HIGH = 144, 192  # pixels of the picture that is made smaller: six of it stand side by side
BETWEEN = 2  # maps between the two convolutions, where the bank has as many kernels
MOST_MAPS = 4


def shrunk_side(full_size: Pair) -> int:
    """Pixels of the larger side of the picture that is made smaller, from its full rows and columns."""
    return min(_HIGH, _WIDE * max(full_size) // full_size[1])


def pair_of(settings: LayerSettings) -> tuple[Step, Step]:
    """Two convolutions of the bank in a row: one channel, two maps, one map.

    Parameters
    ----------
    settings : LayerSettings
        Its bank, kernel_size and seed.

    Raises
    ------
    ConvLabError
        For a size that the bank does not have.
    """
    count, size = min(BETWEEN, settings.kernels_of_bank), settings.kernel_size
    first = kernels.bank(settings.bank, size, 1, count, settings.seed)
    second = kernels.bank(settings.bank, size, count, 1, settings.seed + 1)
    return Step(Conv2d(1, count, size, bias=False), first), Step(Conv2d(count, 1, size, bias=False), second)


def layer_of(settings: LayerSettings) -> Step:
    """One convolution of the bank, with as many kernels as are shown.

    Parameters
    ----------
    settings : LayerSettings
        Its bank, kernel_size and seed.

    Raises
    ------
    ConvLabError
        For a size that the bank does not have.
    """
    count, size = min(MOST_MAPS, settings.kernels_of_bank), settings.kernel_size
    return Step(Conv2d(1, count, size, bias=False), kernels.bank(settings.bank, size, 1, count, settings.seed))


def check_pair(settings: LayerSettings, full_size: Pair) -> None:
    """Refuse two convolutions that do not fit a picture of `full_size` rows and columns.

    Raises
    ------
    ConvLabError
        For a picture that is too small, a bank without that size, or kernels that are too large for the picture.
    """
    size = fitted_enough(full_size, RELU_SIDE)
    plan([step.layer for step in pair_of(settings)], (1, *size))


def check_shrunk(settings: LayerSettings, factor: int, full_size: Pair) -> None:
    """Refuse maps of a picture of `full_size` rows and columns that can not be made so many times smaller.

    Raises
    ------
    ConvLabError
        For a picture that is too small, a bank without that size, a kernel that is too large for the picture, or
        maps that are smaller than a window.
    """
    rows, columns = fitted_enough(full_size, shrunk_side(full_size))
    map_size = layer_of(settings).layer.output_size((rows, columns - 1))
    if factor > min(map_size):
        fix = {"factor": min(map_size)} if min(map_size) > 1 else {}
        rule, numbers = "must fit the map", f"the map is {by(map_size)}"
        raise ConvLabError("factor", factor, rule, numbers=numbers, advice="Use a smaller kernel.", fix=fix)
