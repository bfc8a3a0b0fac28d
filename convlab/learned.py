"""Sixteen kernels that were learnt from photographs, each beside the Gabor kernel that fits it best."""

import json
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from convlab.window import Pair

_FILE = Path(__file__).parent / "learned.json"
SIDE = 7


@dataclass(frozen=True)
class Gabor:
    """A wave under a bump, in one colour: what first layers of networks, and nerve cells behind the eye, resemble.

    Attributes
    ----------
    row, column : float
        Its middle, in cells.
    along, across : float
        Standard deviations of the bump, in cells, along the wave's direction and across it.
    angle : float
        Direction of the wave in radians, from the columns' axis towards the rows'.
    frequency : float
        Waves a cell; 0 for a plain bump.
    phase : float
        0 for a crest in the middle, ±π/2 for an edge there.
    colour : (float, float, float)
        What it is multiplied by in red, green and blue.
    """

    row: float
    column: float
    along: float
    across: float
    angle: float
    frequency: float
    phase: float
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def kernel(self, size: Pair = (SIDE, SIDE)) -> Tensor:
        """Its numbers, (3, rows, columns).

        Parameters
        ----------
        size : (int, int), default (7, 7)
            Rows and columns.

        Examples
        --------
        >>> Gabor(0, 1, 1, 1, 0, 0.5, 0).kernel((1, 3))[0]
        tensor([[-0.6065,  1.0000, -0.6065]])
        """
        down, across = torch.arange(size[0])[:, None] - self.row, torch.arange(size[1]) - self.column
        along = cos(self.angle) * across + sin(self.angle) * down
        aside = cos(self.angle) * down - sin(self.angle) * across
        bump = torch.exp(-((along / self.along) ** 2 + (aside / self.across) ** 2) / 2)
        return torch.tensor(self.colour)[:, None, None] * bump * torch.cos(2 * pi * self.frequency * along + self.phase)


@dataclass(frozen=True, eq=False)
class Learned:
    """A kernel that was learnt, and its Gabor kernel.

    Attributes
    ----------
    label : str
        What it answers to, in a few words.
    weight : Tensor
        (3, 7, 7): red, green and blue; its largest number is 1 or -1, its numbers sum to zero.
    gabor : Gabor
        The one that fits it best.
    """

    label: str
    weight: Tensor
    gabor: Gabor

    @property
    def explained(self) -> float:
        """The share of the kernel's variance that the Gabor kernel explains, from 0 to 1."""
        return 1 - float((self.weight - self.gabor.kernel()).square().sum() / self.weight.square().sum())

    @property
    def line(self) -> float:
        """The angle of its edge or line in degrees, from 0 to below 180: 0 lies flat, 90 stands upright."""
        return (90 - self.gabor.angle * 180 / pi) % 180


def resampled(size: Pair) -> Tensor:
    """The learnt kernels at any size: 7×7 as they were learnt, others by interpolation.

    Parameters
    ----------
    size : (int, int)
        Rows and columns.

    Returns
    -------
    Tensor
        (16, 3, rows, columns): the largest number of each is 1 or -1, its numbers sum to zero.

    Examples
    --------
    >>> resampled((3, 5)).shape
    torch.Size([16, 3, 3, 5])
    """
    weights = torch.stack([one.weight for one in LEARNED])
    if size != (SIDE, SIDE):
        weights = F.interpolate(weights, size, mode="bicubic", antialias=True)
    weights = weights - weights.mean((1, 2, 3), keepdim=True)
    return weights / weights.abs().amax((1, 2, 3), keepdim=True)


def _read() -> tuple[Learned, ...]:
    """The kernels as `tools/learn_kernels.py` left them."""
    entries: list[dict[str, Any]] = json.loads(_FILE.read_text("utf-8"))["kernels"]
    return tuple(
        Learned(entry["label"], torch.tensor(entry["weight"]), Gabor(**_with_tuple(entry["gabor"])))
        for entry in entries
    )


def _with_tuple(gabor: dict[str, Any]) -> dict[str, Any]:
    """The entries of a file as the class takes them."""
    return gabor | {"colour": tuple(gabor["colour"])}


LEARNED = _read()
