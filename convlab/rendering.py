"""Tensors to pictures: one signed scale, strips and sheets of maps."""

import io
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
import plotly.colors
import torch
from PIL import Image
from torch import Tensor

from convlab.vision import make_grid

_ZERO = 127  # the table's entry for zero; 0 is -limit, 254 is +limit


@cache
def signed_table(dark: bool = False) -> np.ndarray:
    """The colours of one signed scale: red below zero, blue above, white (or black) at zero.

    Parameters
    ----------
    dark : bool, default False
        Black at zero and brighter outwards, for a dark page; the end above zero is the lighter one.

    Returns
    -------
    ndarray
        (256, 3), uint8; entry 127 is zero, 0 and 254 are the ends.

    References
    ----------
    C. Brewer's RdBu scale, as plotly.colors ships it; it survives colour-blindness.
    """
    scale = plotly.colors.diverging.RdBu
    below, above = (["rgb(0,0,0)", *scale[:4]], ["rgb(0,0,0)", *scale[:5:-1]]) if dark else (scale[5::-1], scale[5:])
    table = np.zeros((256, 3), np.uint8)
    table[_ZERO::-1], table[_ZERO:-1] = _ramp(below), _ramp(above)
    table[_ZERO] = 0 if dark else 255
    return table


def _ramp(stops: Sequence[str]) -> np.ndarray:
    """Colours from zero to an end of the scale, (128, 3)."""
    places = np.arange(_ZERO + 1) / _ZERO
    scale = plotly.colors.make_colorscale(list(stops))
    return np.round(255 * np.array(plotly.colors.sample_colorscale(scale, places, colortype="tuple")))


@cache
def bright_table() -> np.ndarray:
    """The colours of a scale of one sign: black at zero, white at the ends, on pages of both kinds.

    Returns
    -------
    ndarray
        (256, 3), uint8; entry 127 is zero, 0 and 254 are the ends.
    """
    grey = np.round(np.abs(np.arange(256) - _ZERO) * (255 / _ZERO)).clip(0, 255).astype(np.uint8)
    return np.repeat(grey[:, None], 3, axis=1)


def limit_of(*tensors: Tensor) -> float:
    """The largest magnitude in some tensors, the end of their common scale; 1 where all is zero.

    Parameters
    ----------
    *tensors : Tensor
        Of any shape.

    Returns
    -------
    float
        Above 0.

    Examples
    --------
    >>> limit_of(torch.tensor([0.5, -2.0]), torch.zeros(1))
    2.0
    """
    return max(float(tensor.abs().max()) for tensor in tensors) or 1.0


def entries(values: Tensor, limit: float) -> Tensor:
    """Numbers as entries of the signed table, uint8; 127 is zero.

    Parameters
    ----------
    values : Tensor
        Of any shape.
    limit : float
        The number that gets the last colour; what lies beyond it gets that too.

    Returns
    -------
    Tensor
        Of the same shape, from 0 to 254.

    Examples
    --------
    >>> entries(torch.tensor([-2.0, 0.0, 1.0, 5.0]), limit=2.0)
    tensor([  0, 127, 191, 254], dtype=torch.uint8)
    """
    scaled = values.detach().numpy() * np.float32(_ZERO / limit)
    np.clip(np.rint(scaled, out=scaled), -_ZERO, _ZERO, out=scaled)
    return torch.from_numpy((scaled + np.float32(_ZERO)).astype(np.uint8))


def rgb(image: Tensor) -> Tensor:
    """A picture of 1 or 3 channels, numbers from 0 to 1, as red, green and blue from 0 to 255: (H, W, 3), uint8.

    Parameters
    ----------
    image : Tensor
        (1, H, W) or (3, H, W).

    Returns
    -------
    Tensor
        (H, W, 3), uint8.
    """
    pixels = np.rint(image.numpy() * np.float32(255)).clip(0, 255).astype(np.uint8)
    return torch.from_numpy(pixels).expand(3, -1, -1).movedim(0, -1).contiguous()


def picture_png(picture: Image.Image) -> bytes:
    """A Pillow picture as PNG, written quickly rather than small."""
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1, compress_type=zlib.Z_RLE)
    return file.getvalue()


def colours(values: Tensor, limit: float, dark: bool = False) -> list[str]:
    """Each number's colour on the signed scale, as #rrggbb, in reading order.

    Parameters
    ----------
    values : Tensor
        Of any shape.
    limit : float
        The end of the scale.
    dark : bool, default False
        As in `signed_table`.

    Returns
    -------
    list of str
        One a number.
    """
    return ["#" + signed_table(dark)[entry].tobytes().hex() for entry in entries(values, limit).flatten().tolist()]


def histogram(values: Tensor, limit: float, bins: int = 41) -> list[int]:
    """How many numbers fall into each of `bins` equal parts of the signed scale; the middle one holds zero.

    Parameters
    ----------
    values : Tensor
        Of any shape.
    limit : float
        The end of the scale.
    bins : int, default 41
        An odd number, so that zero lies in the middle of one.

    Returns
    -------
    list of int
        From -limit to +limit.

    Examples
    --------
    >>> histogram(torch.tensor([-1.0, 0.0, 0.0, 0.9]), limit=1.0, bins=3)
    [1, 2, 1]
    """
    return torch.histc(values, bins, -limit, limit).int().tolist()


def sheet_png(rows: Sequence[tuple[Tensor, float]], gap: int = 4, least: int = 128) -> bytes:
    """A sheet for slides: each row the maps of one stage, side by side on white.

    Parameters
    ----------
    rows : sequence of (Tensor, float)
        (C, H, W) maps and the end of their scale.
    gap : int, default 4
        Pixels between maps.
    least : int, default 128
        Small maps are enlarged, each number to a whole square of pixels, to at least that height.

    Returns
    -------
    bytes
        A PNG.
    """
    strips = [_row(maps, limit, gap, least) for maps, limit in rows]
    width = max(strip.shape[-1] for strip in strips)
    padded = [torch.nn.functional.pad(strip, (0, width - strip.shape[-1]), value=255) for strip in strips]
    return picture_png(Image.fromarray(torch.cat(padded, dim=1).movedim(0, -1).contiguous().numpy()))


def _row(maps: Tensor, limit: float, gap: int, least: int) -> Tensor:
    """Maps side by side in colour, (3, height, width), uint8."""
    times = max(1, -(-least // maps.shape[-2]))
    table = torch.from_numpy(signed_table())
    coloured = table[entries(maps, limit).long()].movedim(-1, 1)
    coloured = coloured.repeat_interleave(times, dim=-1).repeat_interleave(times, dim=-2)
    if len(coloured) == 1:  # make_grid leaves a single picture without its frame
        return torch.nn.functional.pad(coloured[0], (gap,) * 4, value=255)
    return make_grid(coloured, nrow=len(maps), padding=gap, pad_value=255)


def npz(arrays: dict[str, Tensor]) -> bytes:
    """Named tensors as a compressed NumPy archive.

    Parameters
    ----------
    arrays : dict of str to Tensor
        What the archive holds, by name.

    Returns
    -------
    bytes
        Read by ``numpy.load``.
    """
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **{name: tensor.numpy() for name, tensor in arrays.items()})
    return file.getvalue()
