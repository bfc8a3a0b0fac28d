"""Named kernel banks: small pictures of numbers, as weights for any number of input channels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import pi

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.learned import LEARNED, resampled
from convlab.window import Pair, by, pair, whole


@dataclass(frozen=True)
class Bank:
    """A named family of kernels.

    Attributes
    ----------
    title : str
        Its name on the screen.
    labels : tuple of str
        One short description for each kernel; empty for a bank that makes any number of kernels.
    least : int
        The smallest number of rows and of columns in which the kernels still say something.
    make : callable
        (rows, columns), number of kernels -> tensor (kernels, rows, columns), or (kernels, 3, rows, columns) for
        kernels in colour.
    about : str
        What a student sees when it slides over a picture.
    """

    title: str
    labels: tuple[str, ...]
    least: int
    make: Callable[[Pair, int], Tensor]
    about: str


def _ramp(cells: int) -> Tensor:
    """-1 to 1 in equal steps; 0 where there is a single cell."""
    return torch.arange(1 - cells, cells, 2) / max(cells - 1, 1)


def _bump(cells: int) -> Tensor:
    """A Gaussian along one axis, two standard deviations to the edge, that sums to 1."""
    bump = torch.exp(-2 * _ramp(cells) ** 2)
    return bump / bump.sum()


def _binomial(cells: int) -> Tensor:
    """1 2 1, 1 4 6 4 1 …: Sobel's smoothing, at any length."""
    row = torch.ones(1)
    for _ in range(cells - 1):
        row = torch.nn.functional.pad(row, (0, 1)) + torch.nn.functional.pad(row, (1, 0))
    return row


def _middle(rows: Sequence[Sequence[float]], size: Pair) -> Tensor:
    """A fixed small kernel in the middle of a larger one, zeros around it."""
    small, large = torch.tensor(rows, dtype=torch.float32), torch.zeros(size)
    top, left = ((side - cells) // 2 for side, cells in zip(size, small.shape, strict=True))
    large[top : top + small.shape[0], left : left + small.shape[1]] = small
    return large


def _gradients(size: Pair, _: int) -> Tensor:
    """The horizontal ramp, its negative, the vertical ramp, its negative."""
    across, down = _ramp(size[1]).repeat(size[0], 1), _ramp(size[0])[:, None].repeat(1, size[1])
    return torch.stack([across, -across, down, -down])


def _sobel(size: Pair, _: int) -> Tensor:
    """Binomial smoothing along the edge, binomial difference across it."""
    difference = [torch.nn.functional.pad(_binomial(n - 2), (2, 0)) for n in size]
    difference = [row - row.flip(0) for row in difference]
    across = _binomial(size[0])[:, None] * difference[1]
    down = difference[0][:, None] * _binomial(size[1])
    return torch.stack([across, down])


def _prewitt(size: Pair, _: int) -> Tensor:
    """A plain difference of two sides, without weights along the edge."""
    across = torch.sign(_ramp(size[1])).repeat(size[0], 1)
    down = torch.sign(_ramp(size[0]))[:, None].repeat(1, size[1])
    return torch.stack([across, down])


def _scharr(size: Pair, _: int) -> Tensor:
    """Scharr's 3×3 kernels, the rounder relatives of Sobel's."""
    rows = [[-3, 0, 3], [-10, 0, 10], [-3, 0, 3]]
    return torch.stack([_middle(rows, size), _middle(torch.tensor(rows).T.tolist(), size)])


def _laplacian(size: Pair, _: int) -> Tensor:
    """The difference between a pixel and its four, or its eight, neighbours."""
    four, eight = [[0, 1, 0], [1, -4, 1], [0, 1, 0]], [[1, 1, 1], [1, -8, 1], [1, 1, 1]]
    return torch.stack([_middle(four, size), _middle(eight, size)])


def _gabor(size: Pair, count: int) -> Tensor:
    """Waves under a bump, at `count` evenly spread angles, each summing to zero."""
    down, across = torch.meshgrid(_ramp(size[0]), _ramp(size[1]), indexing="ij")
    angles = torch.arange(count) * pi / count
    along = across * angles.cos()[:, None, None] + down * angles.sin()[:, None, None]
    waves = torch.cos(1.5 * pi * along) * torch.exp(-2 * (across**2 + down**2))
    return waves - waves.mean((1, 2), keepdim=True)


_BOTH = ("dark to bright, left to right", "dark to bright, top to bottom")
_FOUR = (_BOTH[0], "bright to dark, left to right", _BOTH[1], "bright to dark, top to bottom")

BANKS = {
    "gradients": Bank("Gradients", _FOUR, 1, _gradients, "Four ramps: each answers where brightness rises its way."),
    "sobel": Bank("Sobel", _BOTH, 3, _sobel, "Edges, smoothed along their length."),
    "scharr": Bank("Scharr", _BOTH, 3, _scharr, "Edges, nearly equally strong at every angle."),
    "prewitt": Bank("Prewitt", _BOTH, 3, _prewitt, "Edges as a plain difference of two sides."),
    "laplacian": Bank(
        "Laplacian", ("four neighbours", "eight neighbours"), 3, _laplacian, "Spots and lines in any direction."
    ),
    "gaussian": Bank(
        "Gaussian blur", ("blur",), 1, lambda size, _: torch.outer(_bump(size[0]), _bump(size[1]))[None],
        "A soft blur: near pixels count more.",
    ),
    "box": Bank(
        "Box blur", ("mean",), 1, lambda size, _: torch.full((1, *size), 1 / (size[0] * size[1])),
        "The plain mean of the window.",
    ),
    "sharpen": Bank(
        "Sharpen", ("sharpen",), 3, lambda size, _: _middle([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], size)[None],
        "The pixel plus its difference from its neighbours.",
    ),
    "emboss": Bank(
        "Emboss", ("emboss",), 3, lambda size, _: _middle([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], size)[None],
        "Light from one corner, like a relief.",
    ),
    "identity": Bank(
        "Identity", ("identity",), 1, lambda size, _: _middle([[1]], size)[None], "Nothing changes: one weight of 1."
    ),
    "negative": Bank(
        "Negative", ("minus the pixel",), 1, lambda size, _: _middle([[-1]], size)[None],
        "Light becomes dark: one weight of −1.",
    ),
    "gabor": Bank("Gabor", (), 3, _gabor, "Stripes of one width at several angles."),
    "learned": Bank(
        "Learned from photographs", tuple(one.label for one in LEARNED), 3, lambda size, _: resampled(size),
        "Edges and spots of colour, learnt from four photographs at 7×7; other sizes are interpolated. "
        "Grey is read by their sum over the colours.",
    ),
}  # fmt: skip


def bank(
    name: str, kernel_size: int | Sequence[int], in_channels: int = 1, out_channels: int | None = None, seed: int = 0
) -> Tensor:
    """The kernels of a named bank as the weight of a convolution layer.

    Parameters
    ----------
    name : str
        A key of `BANKS`, or ``"random"``.
    kernel_size : int or (int, int)
        Rows and columns of each kernel. A kernel that is 3×3 by definition stands in the middle of a larger
        one, with zeros around it.
    in_channels : int, default 1
        Input channels of each kernel; a named kernel is repeated over them. A kernel in colour stands as it is for
        3 channels; for any other number it is summed over its colours first, which is what grey would meet.
    out_channels : int, optional
        Kernels; all that the bank has where it is left out (4 for a bank that makes any number).
    seed : int, default 0
        For ``"random"``.

    Returns
    -------
    Tensor
        (out_channels, in_channels, rows, columns), float32.

    Raises
    ------
    ConvLabError
        For an unknown name, a size too small for the bank, or more kernels than it has.

    Examples
    --------
    >>> bank("gradients", 5)[0, 0, 0]
    tensor([-1.0000, -0.5000,  0.0000,  0.5000,  1.0000])
    """
    size = pair("kernel_size", kernel_size, 1)
    in_channels = whole("in_channels", in_channels)
    if out_channels is not None:
        out_channels = whole("out_channels", out_channels)
    if name == "random":
        return random(size, in_channels, out_channels or 4, seed)
    family = _family(name, size, out_channels)
    count = out_channels or len(family.labels) or 4
    kernels = family.make(size, count)[:count] + 0.0  # no negative zeros
    if kernels.dim() == 4:
        if in_channels == kernels.shape[1]:
            return kernels
        kernels = kernels.sum(1)
    return kernels[:, None].repeat(1, in_channels, 1, 1)


def _family(name: str, size: Pair, out_channels: int | None) -> Bank:
    """A bank by its name, if it has kernels of that size, and as many."""
    if name not in BANKS:
        advice = f"Use one of {', '.join([*BANKS, 'random'])}."
        raise ConvLabError("bank", name, "must be a known kernel bank", advice=advice, fix={"bank": "gradients"})
    family = BANKS[name]
    if min(size) < family.least:
        fixed = (max(size[0], family.least), max(size[1], family.least))
        rule = f"must be at least {family.least}×{family.least} for {family.title} kernels"
        advice = f"Use kernel_size {fixed} or another bank."
        numbers = f"got {by(size)}"
        raise ConvLabError("kernel_size", size, rule, numbers=numbers, advice=advice, fix={"kernel_size": fixed})
    most = len(family.labels)
    if most and out_channels and out_channels > most:
        rule, advice = f"must be at most the bank's {most}", f"Use out_channels {most}."
        raise ConvLabError("out_channels", out_channels, rule, advice=advice, fix={"out_channels": most})
    return family


def random(kernel_size: int | Sequence[int], in_channels: int = 1, out_channels: int = 4, seed: int = 0) -> Tensor:
    """Kernels as a new, untrained layer has them, different for every input channel.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Rows and columns.
    in_channels, out_channels : int
        Channels that each kernel reads, and kernels.
    seed : int, default 0
        The same seed gives the same numbers.

    Returns
    -------
    Tensor
        (out_channels, in_channels, rows, columns), uniform in ±1/√(in_channels · rows · columns), the range of
        PyTorch's own initialisation.

    Examples
    --------
    >>> random(3, seed=7).shape
    torch.Size([4, 1, 3, 3])
    """
    size = pair("kernel_size", kernel_size, 1)
    channels = whole("out_channels", out_channels), whole("in_channels", in_channels)
    numbers = torch.rand(*channels, *size, generator=torch.Generator().manual_seed(seed))
    return (2 * numbers - 1) / (in_channels * size[0] * size[1]) ** 0.5


def gradients(kernel_size: int | Sequence[int] = 5, in_channels: int = 1) -> Tensor:
    """Four ramps: the horizontal one, its negative, the vertical one, its negative.

    Parameters
    ----------
    kernel_size : int or (int, int), default 5
        Rows and columns.
    in_channels : int, default 1
        The kernels are repeated over that many input channels.

    Returns
    -------
    Tensor
        (4, in_channels, rows, columns), from -1 to 1.

    Examples
    --------
    >>> gradients(5, in_channels=3).shape
    torch.Size([4, 3, 5, 5])
    >>> gradients(3)[2, 0]
    tensor([[-1., -1., -1.],
            [ 0.,  0.,  0.],
            [ 1.,  1.,  1.]])
    """
    return bank("gradients", kernel_size, in_channels)
