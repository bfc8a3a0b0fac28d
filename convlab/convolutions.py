"""The convolution and the transposed convolution."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from convlab.base import Shape, Taps, Weighted, Windowed, check_shape
from convlab.errors import ConvLabError
from convlab.reach import Reach
from convlab.speech import Parts, spoken
from convlab.window import Pair, Sides, Window, by, pair, plain, whole

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


@dataclass(frozen=True, init=False)
class Convolution(Weighted, Windowed):
    """What the convolution and the transposed convolution share: channels, groups, weight and bias."""

    in_channels: int
    out_channels: int
    kernel_size: Pair
    stride: Pair
    dilation: Pair
    groups: int
    bias: bool
    padding_mode: str
    window: Window = field(init=False, repr=False, compare=False)

    def _keep_channels(self, in_channels: int, out_channels: int, groups: int, bias: bool) -> None:
        """Check channels and groups, and keep them with the bias."""
        channels = {
            "in_channels": whole("in_channels", in_channels),
            "out_channels": whole("out_channels", out_channels),
        }
        groups = whole("groups", groups)
        for name, number in channels.items():
            if number % groups:
                raise ConvLabError(
                    "groups",
                    groups,
                    f"must divide {name}",
                    numbers=f"{number} channels do not split into {groups} equal groups",
                    advice="Use groups 1.",
                    fix={"groups": 1},
                )
        self.__dict__.update(channels, groups=groups, bias=bias)

    @property
    def outputs(self) -> tuple[int, str]:
        return self.out_channels, "output channel"

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        size = check_shape(input_shape, self.in_channels, self.groups)
        return (*input_shape[:-3], self.out_channels, *self.output_size(size))

    def reads_channels(self, channel: int) -> range:
        """The input channels of the output channel's group."""
        read = self.in_channels // self.groups
        first = channel // (self.out_channels // self.groups) * read
        return range(first, first + read)

    @abstractmethod
    def met_weight(self, weight: Tensor | None) -> Tensor:
        """The weight as the taps of each output channel meet it: (outputs, channels read, kernel rows, columns)."""

    def tap_weights(self, channel: int, weight: Tensor | None, taps: Taps) -> Tensor:
        return self.met_weight(weight)[channel][:, None, None]


@dataclass(frozen=True, init=False)
class Conv2d(Convolution):
    """Slide a kernel over the input: each output number is the sum of the products under the kernel.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input, and kernels, each of which makes one map.
    kernel_size, stride, padding, dilation : int or (int, int)
        As in ``torch.nn.Conv2d``; padding also takes ``"valid"`` (none) and ``"same"`` (the output keeps the
        input's size; stride 1 only; with an even dilated size the odd cell goes below and to the right).
    groups : int, default 1
        The channels are split into that many groups that do not meet; ``in_channels`` is depthwise.
    bias : bool, default True
        Whether the layer has a bias; it counts in `parameters`. A layer made without one refuses it; one made with it
        may be called without, as ``torch.nn.functional.conv2d``, and then adds none.
    padding_mode : {"zeros", "reflect", "replicate", "circular"}, default "zeros"
        What the padding cells read: ``1234`` with padding 2 becomes ``001234 00``, ``32123432``, ``11123444``,
        ``34123412``.

    Raises
    ------
    ConvLabError
        When the layer is made, or when it meets its input's size, for whatever torch would refuse.

    Notes
    -----
    The layer computes the cross-correlation; a true convolution flips the kernel first.

    References
    ----------
    torch.nn.Conv2d

    Examples
    --------
    >>> import torch
    >>> conv = Conv2d(3, 4, kernel_size=5)
    >>> conv.output_shape((3, 235, 180)), conv.macs((3, 235, 180)), conv.parameters
    ((4, 231, 176), 12196800, 304)
    >>> Conv2d(1, 1, (1, 2), bias=False)(torch.tensor([[[1.0, 4.0, 9.0]]]), torch.tensor([[[[-1.0, 1.0]]]]))
    tensor([[[3., 5.]]])
    """

    name: ClassVar[str] = "Convolution"
    short: ClassVar[str] = "conv"
    padding: Pair | str

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sides,
        stride: Sides = 1,
        padding: Sides | str = 0,
        dilation: Sides = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
    ) -> None:
        self._keep_channels(in_channels, out_channels, groups, bias)
        window = Window(kernel_size, stride, 0, dilation)
        if padding_mode not in PADDING_MODES:
            rule = f"must be one of {', '.join(PADDING_MODES)}"
            fix = {"padding_mode": "zeros"}
            raise ConvLabError("padding_mode", padding_mode, rule, advice='Use "zeros".', fix=fix)
        if isinstance(padding, str):
            window = _padded(window, padding)
        else:
            window = Window(kernel_size, stride, padding, dilation)
            padding = window.padding
        self.__dict__.update(window.sides | {"padding": padding}, padding_mode=padding_mode, window=window)

    @property
    def weight_shape(self) -> Shape:
        """(out_channels, in_channels / groups, kernel rows, kernel columns)."""
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    @property
    def padding_words(self) -> str:
        return "it reads 0" if self.padding_mode == "zeros" else f"it copies cells ({self.padding_mode})"

    def output_size(self, input_size: Pair) -> Pair:
        self._check_ring(input_size)
        return self.window.output_size(input_size, most_padding=self._ring(input_size))

    def _ring(self, size: Pair) -> Pair | None:
        """The most padding that an input of that size can fill: it reflects, or wraps around, only once."""
        spare = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        return None if spare is None else (size[0] - spare, size[1] - spare)

    def _check_ring(self, size: Pair) -> None:
        """Refuse a padding ring that reflects or wraps around more of the input than there is."""
        most, before, after = self._ring(size), self.window.padding, self.window.padding_end
        if most is None or max(before + after) == 0:
            return
        if any(end > limit for end, limit in zip(before + after, most * 2, strict=True)):
            reach = "smaller than" if self.padding_mode == "reflect" else "at most"
            rule = f"must be {reach} the input when padding_mode is {self.padding_mode}"
            numbers = f"padding {after}, the input is {by(size)}"
            advice = f"Use padding {most} at the most, or padding_mode zeros."
            fix = {"padding_mode": "zeros"}
            raise ConvLabError("padding", self.padding, rule, numbers=numbers, advice=advice, fix=fix)

    def macs(self, input_shape: Sequence[int]) -> int:
        return prod(self.output_shape(input_shape)) * prod(self.weight_shape[1:])

    def copies(self, place: int, cells: int) -> int | None:
        if 0 <= place < cells:
            return place
        if self.padding_mode == "reflect":
            return -place if place < 0 else 2 * (cells - 1) - place
        if self.padding_mode == "replicate":
            return min(max(place, 0), cells - 1)
        return place % cells if self.padding_mode == "circular" else None

    def met_weight(self, weight: Tensor | None) -> Tensor:
        return self._shaped(weight)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        weight = self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        window = self.window
        padding = window.padding
        if self.padding_mode != "zeros" or window.padding_end != padding:
            (top, left), (bottom, right) = window.padding, window.padding_end
            mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
            input, padding = F.pad(input, (left, right, top, bottom), mode=mode), (0, 0)
        return F.conv2d(input, weight, bias, self.stride, padding, self.dilation, self.groups)


def _padded(window: Window, padding: str) -> Window:
    """A window with the padding that "same" or "valid" stands for."""
    if padding not in ("same", "valid"):
        rule = 'must be numbers, "same" or "valid"'
        raise ConvLabError("padding", padding, rule, advice="Use padding 0.", fix={"padding": 0})
    if padding == "valid":
        return window
    rows, columns = window.dilated_size
    before, after = ((rows - 1) // 2, (columns - 1) // 2), (rows // 2, columns // 2)
    if window.stride != (1, 1):
        advice = f'Use stride 1, or padding {plain(before)} instead of "same".'
        numbers = f"the output cannot keep the input's size with stride {plain(window.stride)}"
        rule = 'can be "same" only with stride 1'
        raise ConvLabError("padding", "same", rule, numbers=numbers, advice=advice, fix={"padding": before})
    return replace(window, padding=before, padding_end=after)


@dataclass(frozen=True, init=False)
class ConvTranspose2d(Convolution):
    """Stamp the kernel onto the output, once for each input number, and add the stamps up.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input and of the output.
    kernel_size, stride, padding, output_padding, dilation : int or (int, int)
        As in ``torch.nn.ConvTranspose2d``, in its order. `padding` crops the *output*; `output_padding` keeps that
        many more rows and columns at its end, and must be smaller than stride or dilation.
    groups, bias
        As in `Conv2d`.
    padding_mode : {"zeros"}
        PyTorch has no other.

    Raises
    ------
    ConvLabError
        When the layer is made, or when it meets its input's size, for whatever torch would refuse.

    Notes
    -----
    The weight is laid out (in_channels, out_channels / groups, kernel rows, kernel columns).
    Every input number meets every weight once: macs = input numbers × out_channels / groups × kernel cells.

    References
    ----------
    torch.nn.ConvTranspose2d

    Examples
    --------
    >>> import torch
    >>> up = ConvTranspose2d(1, 1, kernel_size=2, stride=2, bias=False)
    >>> up.output_shape((1, 1, 2))
    (1, 2, 4)
    >>> up(torch.tensor([[[1.0, 3.0]]]), torch.ones(1, 1, 2, 2))
    tensor([[[1., 1., 3., 3.],
             [1., 1., 3., 3.]]])
    """

    name: ClassVar[str] = "Transposed convolution"
    short: ClassVar[str] = "transposed"
    stamps: ClassVar[bool] = True
    padding: Pair
    output_padding: Pair

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sides,
        stride: Sides = 1,
        padding: Sides = 0,
        output_padding: Sides = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Sides = 1,
        padding_mode: str = "zeros",
    ) -> None:
        self._keep_channels(in_channels, out_channels, groups, bias)
        window, extra = Window(kernel_size, stride, padding, dilation), pair("output_padding", output_padding, 0)
        self.__dict__.update(window.sides, output_padding=extra, padding_mode=padding_mode, window=window)
        if padding_mode != "zeros":
            rule = "must be zeros for a transposed convolution"
            fix = {"padding_mode": "zeros"}
            raise ConvLabError("padding_mode", padding_mode, rule, advice='Use "zeros".', fix=fix)
        most = tuple(max(s, d) - 1 for s, d in zip(window.stride, window.dilation, strict=True))
        if any(more > limit for more, limit in zip(extra, most, strict=True)):
            raise ConvLabError(
                "output_padding",
                extra,
                "must be smaller than stride or dilation",
                numbers=f"output_padding {extra} with stride {self.stride} and dilation {self.dilation}",
                advice=f"Use output_padding {most} at the most.",
                fix={"output_padding": tuple(map(min, extra, most))},
            )

    @property
    def weight_shape(self) -> Shape:
        """(in_channels, out_channels / groups, kernel rows, kernel columns)."""
        return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)

    @property
    def padding_words(self) -> str:
        return "it is cut off the output"

    def output_size(self, input_size: Pair) -> Pair:
        rows, columns = self.window.stamped_size(input_size, self.output_padding)
        if min(rows, columns) < 1:
            padding = [
                max(0, p - -(-(1 - n) // 2)) if n < 1 else p for p, n in zip(self.padding, (rows, columns), strict=True)
            ]
            raise ConvLabError(
                "padding",
                self.padding,
                "must leave at least one row and column of the output",
                numbers=f"{self.padding} crops the output to {rows}×{columns}",
                advice=f"Use padding {tuple(padding)}.",
                fix={"padding": tuple(padding)},
            )
        return rows, columns

    def formula(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        extra = self.output_padding
        return tuple(self.window.stamped_formula(axis, input_shape[axis - 2], extra[axis]) for axis in (0, 1))

    def letters(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        return (self.window.stamped_letters(),) * 2

    def macs(self, input_shape: Sequence[int]) -> int:
        self.output_shape(input_shape)
        return prod(input_shape) * prod(self.weight_shape[1:])

    def reach(self, axis: int, cells: int | None = None) -> Reach:
        window = self.window
        return Reach(spread=window.stride[axis], offsets=frozenset(-tap for tap in window.taps_along(axis, 0)))

    def meets(self, axis: int, place: int, cells: int) -> tuple[int | None, ...]:
        met = {tap: cell for cell, tap in self.window.seen_along(axis, place, cells)}
        return tuple(met.get(tap) for tap in range(self.kernel_size[axis]))

    def met_weight(self, weight: Tensor | None) -> Tensor:
        return self._shaped(weight).unflatten(0, (self.groups, -1)).transpose(1, 2).flatten(0, 1)

    def told(self, parts: Parts) -> str:
        return (
            parts.summed(parts.met, "stamp", "from")
            if parts.met
            else f"no stamp reaches it, so it is {f'the bias, {spoken(parts.total)}' if parts.bias else 0}"
        )

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        weight = self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        settings = (self.stride, self.padding, self.output_padding, self.groups, self.dilation)
        return F.conv_transpose2d(input, weight, bias, *settings)
