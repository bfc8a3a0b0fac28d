"""Layer specs with PyTorch's names, order and defaults; the one place that calls torch for its operation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.window import Pair, Window, by, pair, whole

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
Shape = tuple[int, ...]


class Layer:
    """What every layer knows: its output shape, its parameters and its work, before anything is computed."""

    @property
    def weight_shape(self) -> Shape | None:
        """Shape of the weight, or None for a layer without one."""
        return None

    @property
    def parameters(self) -> int:
        """Numbers that the layer learns: its weight and its bias."""
        return 0

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        """Shape of the output for an input of shape (C, H, W) or (N, C, H, W).

        Parameters
        ----------
        input_shape : sequence of int
            (C, H, W) or (N, C, H, W).

        Returns
        -------
        tuple of int
            With as many sides.
        """
        raise NotImplementedError

    def formula(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        """The size formula with its numbers put in, for rows and for columns; empty where the size stays.

        Parameters
        ----------
        input_shape : sequence of int
            (C, H, W) or (N, C, H, W).

        Returns
        -------
        tuple of str
            Two sentences of arithmetic, or none.
        """
        return ()

    def macs(self, input_shape: Sequence[int]) -> int:
        """Multiply-adds for an input of that shape: one for each weight that meets an input cell or padding.

        Parameters
        ----------
        input_shape : sequence of int
            (C, H, W) or (N, C, H, W).

        Returns
        -------
        int
            Of the whole batch.
        """
        return 0

    def reads(self, axis: int, cells: set[int]) -> set[int]:
        """The input rows (axis 0) or columns (axis 1) that some output rows or columns depend on, padding included.

        Parameters
        ----------
        axis : int
            0 for rows, 1 for columns.
        cells : set of int
            Output rows or columns, from 0.

        Returns
        -------
        set of int
            Input rows or columns; padding lies below 0 or beyond the input.
        """
        return cells

    def _check_input(self, shape: Sequence[int]) -> None:
        """Refuse an input that does not fit; a shape that fitted last time need not be checked again."""
        if self.__dict__.get("_fitted") != shape:
            self.output_shape(shape)
            self.__dict__["_fitted"] = shape

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        """Apply the layer to an input of shape (C, H, W) or (N, C, H, W)."""
        raise NotImplementedError


@dataclass(frozen=True)
class _Convolution(Layer):
    """What the convolution and the transposed convolution share: channels, groups, weight and bias."""

    in_channels: int
    out_channels: int

    @property
    def parameters(self) -> int:
        return prod(self.weight_shape or ()) + (self.out_channels if self.bias else 0)  # type: ignore[attr-defined]

    def _check_channels(self) -> None:
        """Check channels, groups and bias once, at construction."""
        for name in ("in_channels", "out_channels", "groups"):
            object.__setattr__(self, name, whole(name, getattr(self, name)))
        groups: int = self.groups  # type: ignore[attr-defined]  # the subclasses declare it, in PyTorch's order
        for name in ("in_channels", "out_channels"):
            channels = getattr(self, name)
            if channels % groups:
                raise ConvLabError(
                    "groups",
                    groups,
                    f"must divide {name}",
                    numbers=f"{channels} channels do not split into {groups} equal groups",
                    advice="Use groups 1.",
                    fix={"groups": 1},
                )

    def _check_operands(self, input: Tensor, weight: Tensor | None, bias: Tensor | None) -> None:
        """Check weight and bias against the spec."""
        if weight is None or tuple(weight.shape) != self.weight_shape:
            given = "none" if weight is None else by(weight.shape)
            numbers = f"this layer takes {by(self.weight_shape or ())}, got {given}"
            rule, advice = "must have the layer's shape", f"Use a weight of {by(self.weight_shape or ())}."
            raise ConvLabError("weight", given, rule, numbers=numbers, advice=advice)
        if bias is not None and tuple(bias.shape) != (self.out_channels,):
            numbers = f"this layer takes {self.out_channels}, got {by(bias.shape)}"
            rule, advice = "must hold one number per output channel", f"Use {self.out_channels} numbers, or no bias."
            raise ConvLabError("bias", tuple(bias.shape), rule, numbers=numbers, advice=advice)
        for name, operand in (("weight", weight), ("bias", bias)):
            if operand is not None and operand.dtype != input.dtype:
                numbers = f"the {name} is {operand.dtype}, the input {input.dtype}"
                rule, advice = "must have the input's type of number", "Convert one of them with .to(dtype)."
                raise ConvLabError(name, operand.dtype, rule, numbers=numbers, advice=advice)


@dataclass(frozen=True)
class Conv2d(_Convolution):
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
        Whether the layer has a bias; it counts in `parameters`.
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

    kernel_size: Any
    stride: Any = 1
    padding: Any = 0
    dilation: Any = 1
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"
    window: Window = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_channels()
        for name in ("kernel_size", "stride", "dilation"):
            object.__setattr__(self, name, pair(name, getattr(self, name), 1))
        if self.padding_mode not in PADDING_MODES:
            rule = f"must be one of {', '.join(PADDING_MODES)}"
            fix = {"padding_mode": "zeros"}
            raise ConvLabError("padding_mode", self.padding_mode, rule, advice='Use "zeros".', fix=fix)
        object.__setattr__(self, "window", self._window())

    def _window(self) -> Window:
        """The window, with padding as numbers."""
        if not isinstance(self.padding, str):
            object.__setattr__(self, "padding", pair("padding", self.padding, 0))
            return Window(self.kernel_size, self.stride, self.padding, self.dilation)
        if self.padding not in ("same", "valid"):
            rule = 'must be numbers, "same" or "valid"'
            raise ConvLabError("padding", self.padding, rule, advice="Use padding 0.", fix={"padding": 0})
        window = Window(self.kernel_size, self.stride, (0, 0), self.dilation)
        if self.padding == "valid":
            return window
        before = tuple((cells - 1) // 2 for cells in window.dilated_size)
        after = tuple(cells // 2 for cells in window.dilated_size)
        if self.stride != (1, 1):
            advice = f'Use stride 1, or padding {before} instead of "same".'
            numbers = f"the output cannot keep the input's size with stride {self.stride}"
            rule = 'can be "same" only with stride 1'
            raise ConvLabError("padding", "same", rule, numbers=numbers, advice=advice, fix={"padding": before})
        return Window(self.kernel_size, self.stride, before, self.dilation, after)  # type: ignore[arg-type]

    @property
    def weight_shape(self) -> Shape:
        """(out_channels, in_channels / groups, kernel rows, kernel columns)."""
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        size = _check_shape(input_shape, self.in_channels, self.groups)
        self._check_ring(size)
        return (*input_shape[:-3], self.out_channels, *self.window.output_size(size, most_padding=self._ring(size)))

    def formula(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.window.formula(axis, input_shape[axis - 2]) for axis in (0, 1))

    def _ring(self, size: Pair) -> Pair | None:
        """The most padding that an input of that size can fill: it reflects, or wraps around, only once."""
        spare = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        return None if spare is None else (size[0] - spare, size[1] - spare)

    def _check_ring(self, size: Pair) -> None:
        """Refuse a padding ring that reflects or wraps around more of the input than there is."""
        most, (before, after) = self._ring(size), (self.window.padding, self.window.padding_end or self.window.padding)
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

    def reads(self, axis: int, cells: set[int]) -> set[int]:
        return self.window.reads(axis, cells)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self._check_operands(input, weight, bias)
        self._check_input(input.shape)
        window = self.window
        padding = window.padding
        if self.padding_mode != "zeros" or window.padding_end != padding:
            (top, left), (bottom, right) = window.padding, window.padding_end or padding
            mode = "constant" if self.padding_mode == "zeros" else self.padding_mode
            input, padding = F.pad(input, (left, right, top, bottom), mode=mode), (0, 0)
        return F.conv2d(input, weight, bias, self.stride, padding, self.dilation, self.groups)  # type: ignore[arg-type]


@dataclass(frozen=True)
class ConvTranspose2d(_Convolution):
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

    kernel_size: Any
    stride: Any = 1
    padding: Any = 0
    output_padding: Any = 0
    groups: int = 1
    bias: bool = True
    dilation: Any = 1
    padding_mode: str = "zeros"
    window: Window = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_channels()
        for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0), ("output_padding", 0), ("dilation", 1)):
            object.__setattr__(self, name, pair(name, getattr(self, name), least))
        if self.padding_mode != "zeros":
            rule = "must be zeros for a transposed convolution"
            fix = {"padding_mode": "zeros"}
            raise ConvLabError("padding_mode", self.padding_mode, rule, advice='Use "zeros".', fix=fix)
        window = Window(self.kernel_size, self.stride, self.padding, self.dilation)
        object.__setattr__(self, "window", window)
        most = tuple(max(s, d) - 1 for s, d in zip(self.stride, self.dilation, strict=True))
        if any(extra > limit for extra, limit in zip(self.output_padding, most, strict=True)):
            raise ConvLabError(
                "output_padding",
                self.output_padding,
                "must be smaller than stride or dilation",
                numbers=f"{self.output_padding} with stride {self.stride} and dilation {self.dilation}",
                advice=f"Use output_padding {most} at the most.",
                fix={"output_padding": tuple(map(min, self.output_padding, most))},
            )

    @property
    def weight_shape(self) -> Shape:
        """(in_channels, out_channels / groups, kernel rows, kernel columns)."""
        return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        size = _check_shape(input_shape, self.in_channels, self.groups)
        rows, columns = self.window.stamped_size(size, self.output_padding)
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
        return (*input_shape[:-3], self.out_channels, rows, columns)

    def formula(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        extra = self.output_padding
        return tuple(self.window.stamped_formula(axis, input_shape[axis - 2], extra[axis]) for axis in (0, 1))

    def macs(self, input_shape: Sequence[int]) -> int:
        self.output_shape(input_shape)
        return prod(input_shape) * prod(self.weight_shape[1:])

    def reads(self, axis: int, cells: set[int]) -> set[int]:
        return self.window.stamped_by(axis, cells)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self._check_operands(input, weight, bias)
        self._check_input(input.shape)
        settings = (self.stride, self.padding, self.output_padding, self.groups, self.dilation)
        return F.conv_transpose2d(input, weight, bias, *settings)  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Pool(Layer):
    """What the two pooling layers share."""

    kernel_size: Any
    stride: Any = None
    padding: Any = 0
    dilation: Any = field(default=1, kw_only=True)
    ceil_mode: bool = field(default=False, kw_only=True)
    window: Window = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.stride is None:
            object.__setattr__(self, "stride", self.kernel_size)
        for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1)):
            object.__setattr__(self, name, pair(name, getattr(self, name), least))
        window = Window(self.kernel_size, self.stride, self.padding, self.dilation)
        object.__setattr__(self, "window", window)
        most = self._most_padding
        if any(ring > limit for ring, limit in zip(self.padding, most, strict=True)):
            rule = "must be at most half the kernel of a pooling layer"
            numbers = f"{self.padding} with a kernel_size of {self.kernel_size}"
            fix = {"padding": tuple(map(min, self.padding, most))}
            advice = f"Use padding {most} at the most."
            raise ConvLabError("padding", self.padding, rule, numbers=numbers, advice=advice, fix=fix)

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        size = _check_shape(input_shape, None)
        return (*input_shape[:-2], *self.window.output_size(size, self.ceil_mode, self._most_padding))

    @property
    def _most_padding(self) -> Pair:
        """Half the kernel."""
        rows, columns = self.kernel_size
        return rows // 2, columns // 2

    def formula(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.window.formula(axis, input_shape[axis - 2], self.ceil_mode) for axis in (0, 1))

    def reads(self, axis: int, cells: set[int]) -> set[int]:
        return self.window.reads(axis, cells)


@dataclass(frozen=True)
class MaxPool2d(_Pool):
    """Keep the largest number of each window.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Rows and columns of the window.
    stride : int or (int, int), optional
        Steps between windows; the kernel_size where it is left out.
    padding : int or (int, int), default 0
        Cells of minus infinity around the input, at most half the kernel_size.
    dilation : int or (int, int), default 1, by name
        Cells from one window cell to the next.
    ceil_mode : bool, default False, by name
        Let a last window hang over the end instead of leaving pixels over.

    Raises
    ------
    ConvLabError
        For whatever torch would refuse.

    References
    ----------
    torch.nn.MaxPool2d

    Examples
    --------
    >>> import torch
    >>> MaxPool2d(2).output_shape((4, 231, 176))
    (4, 115, 88)
    >>> MaxPool2d(2)(torch.tensor([[[1.0, 4.0], [-3.0, 2.0]]]))
    tensor([[[4.]]])
    """

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self._check_input(input.shape)
        return F.max_pool2d(input, self.kernel_size, self.stride, self.padding, self.dilation, ceil_mode=self.ceil_mode)


@dataclass(frozen=True)
class AvgPool2d(_Pool):
    """Keep the mean of each window.

    Parameters
    ----------
    kernel_size, stride, padding
        As in `MaxPool2d`; the padding cells are zeros.
    ceil_mode : bool, default False, by name
        Let a last window hang over the end; it is divided by the cells it really covers.
    count_include_pad : bool, default True, by name
        Count the padding cells in the mean.

    Raises
    ------
    ConvLabError
        For whatever torch would refuse.

    References
    ----------
    torch.nn.AvgPool2d

    Examples
    --------
    >>> import torch
    >>> AvgPool2d(2)(torch.tensor([[[1.0, 4.0], [-3.0, 2.0]]]))
    tensor([[[1.]]])
    """

    dilation: Any = field(default=1, init=False, repr=False)
    count_include_pad: bool = field(default=True, kw_only=True)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self._check_input(input.shape)
        settings = (self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)
        return F.avg_pool2d(input, *settings)


@dataclass(frozen=True)
class ReLU(Layer):
    """Keep what is positive, make the rest zero: max(0, x).

    References
    ----------
    torch.nn.ReLU

    Examples
    --------
    >>> import torch
    >>> ReLU()(torch.tensor([[[-0.64, 0.5]]]))
    tensor([[[0.0000, 0.5000]]])
    """

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        _check_shape(input_shape, None)
        return tuple(input_shape)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self._check_input(input.shape)
        return F.relu(input)


def _check_shape(shape: Sequence[int], channels: int | None, groups: int = 1) -> Pair:
    """The (height, width) of an input shape, checked against the layer's channels."""
    if len(shape) not in (3, 4) or min(shape) < 1:
        rule = "must have shape (C, H, W) or (N, C, H, W), no side of 0"
        advice = "Use a picture as load_image gives it: (3, height, width)."
        raise ConvLabError("input", tuple(shape), rule, advice=advice)
    if channels is not None and shape[-3] != channels:
        numbers = f"the layer takes {channels}, the input {by(shape)} has {shape[-3]}"
        advice = f"Use in_channels {shape[-3]}."
        rule, fix = "must equal the input's channels", {"in_channels": shape[-3]}
        if shape[-3] % groups:
            fix["groups"], advice = 1, f"Use in_channels {shape[-3]} and groups 1."
        raise ConvLabError("in_channels", channels, rule, numbers=numbers, advice=advice, fix=fix)
    return shape[-2], shape[-1]
