"""The picture as the parts read it, and words that they share. No streamlit here."""

from torch import Tensor

from convlab import images
from convlab.ui.figures import brief
from convlab.ui.pictures import Picture, brought_down
from convlab.window import by

_MARGIN = 1e-3  # beyond 0 and 1, that nobody sees


def image_of(picture: Picture, side: int, grey: bool) -> Tensor:
    """The picture brought down, in colour or grey: (3 or 1, H, W)."""
    colours = brought_down(picture, side)
    return images.to_grey(colours) if grey else colours


def caption_of(values: Tensor) -> str:
    """Shape and range: 1×235×180 · −0.7 to 0.1."""
    return f"{by(values.shape)} · {brief(float(values.min()))} to {brief(float(values.max()))}"


def is_picture(values: Tensor) -> bool:
    """Whether numbers can be shown as a picture: none below 0 or above 1."""
    return float(values.min()) >= -_MARGIN and float(values.max()) <= 1 + _MARGIN
