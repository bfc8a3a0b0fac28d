"""What the parts say of a tile, and how it can be shown. No streamlit here."""

from torch import Tensor

from convlab.ui.figures import ends
from convlab.window import by

_MARGIN = 1e-3  # beyond 0 and 1, that nobody sees


def caption_of(values: Tensor) -> str:
    """Shape and range: 1×235×180 · −0.7 to 0.1."""
    return f"{by(values.shape)} · {ends(values)}"


def is_picture(values: Tensor) -> bool:
    """Whether numbers can be shown as a picture: none below 0 or above 1."""
    return float(values.min()) >= -_MARGIN and float(values.max()) <= 1 + _MARGIN
