"""What every layer knows, and what every layer with a window does: a kind of layer is one class on top of these.

It says what it computes, how its window meets the input, and its words. What shows layers asks them and never looks at
their class.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import prod
from typing import Any, ClassVar, Literal, Self

from torch import Tensor, nn

from convlab.errors import ConvLabError
from convlab.reach import Reach
from convlab.speech import Parts
from convlab.window import Pair, Window, by, plain

Shape = tuple[int, ...]


class Layer(ABC):
    """What every layer knows: its output shape, its parameters and its work, before anything is computed.

    A new kind says at least its `name`, its `output_size` and what it computes when it is called. Its settings have
    the names of the torch module of the same name.

    Attributes
    ----------
    name : str
        The kind in words.
    arithmetic : {"sum", "max", "avg", "relu"}
        How an output number is made: a sum of products, the largest number, a mean, or max(0, x).
    extras : tuple of str
        Settings of the torch module that this layer has not: with one of them set, a module is not of this kind.
    idle : tuple of str
        Settings of the torch module that change no number of the output: they are passed over.
    batched : bool
        Whether the torch module wants a batch, in evaluation, where this layer takes one picture as it is.
    of : int or None
        Number of the earlier output of the row that it looks back to; None where it reads what came before alone.
    """

    name: ClassVar[str]
    arithmetic: ClassVar[Literal["sum", "max", "avg", "relu"]] = "sum"
    extras: ClassVar[tuple[str, ...]] = ()
    idle: ClassVar[tuple[str, ...]] = ()
    batched: ClassVar[bool] = False
    of: int | None = None

    @property
    def short_name(self) -> str:
        """The layer in a word or two."""
        return self.name

    @property
    def sized(self) -> bool:
        """Whether what an output number reads depends on how large the input is."""
        return False

    @property
    def weight_shape(self) -> Shape | None:
        """Shape of the weight, or None for a layer without one."""
        return None

    @property
    def parameters(self) -> int:
        """Numbers that the layer learns: its weight and its bias."""
        return 0

    @abstractmethod
    def output_size(self, input_size: Pair) -> Pair:
        """Rows and columns of the output.

        Parameters
        ----------
        input_size : (int, int)
            Rows and columns of the input.

        Returns
        -------
        (int, int)

        Raises
        ------
        ConvLabError
            If the layer does not fit an input of that size.
        """

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
        return (*input_shape[:-2], *self.output_size(check_shape(input_shape, None)))

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

    def letters(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        """The same formula with the parameters' names in the places of their numbers.

        Parameters
        ----------
        input_shape : sequence of int
            (C, H, W) or (N, C, H, W).

        Returns
        -------
        tuple of str
            For rows and for columns, or none.
        """
        return ()

    def macs(self, input_shape: Sequence[int]) -> int:
        """Multiply-adds for an input of that shape: one for each weight that meets an input cell or padding.

        That is the convention everywhere, and `torch.utils.flop_counter`'s halved: convolutions and linear layers have
        multiply-adds; a bias, an activation, a normalisation, a mean, a maximum and a resize count as none.

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

    def reach(self, axis: int, cells: int | None = None) -> Reach:
        """Which input rows (axis 0) or columns (axis 1) an output row or column depends on, padding included.

        Parameters
        ----------
        axis : int
            0 for rows, 1 for columns.
        cells : int, optional
            Input rows or columns; a layer that is told its output's size needs them.
        """
        return Reach()

    def spacing(self, input_size: Pair) -> tuple[Fraction, Fraction] | None:
        """Input rows and columns from what one output number reads to what the next reads; None where that is uneven.

        Parameters
        ----------
        input_size : (int, int)
            Rows and columns of the input.
        """
        down, across = (self.reach(axis, input_size[axis]) for axis in (0, 1))
        return Fraction(down.stride, down.spread), Fraction(across.stride, across.spread)

    def sources(self, number: int) -> tuple[int, ...]:
        """The outputs that it reads as layer `number` of a row: 0 is the picture, n what layer n put out.

        Parameters
        ----------
        number : int
            The layer's place in the row, from 1.

        Raises
        ------
        ConvLabError
            If it looks back to an output that does not come before it.
        """
        return (number - 1,)

    def copies(self, place: int, cells: int) -> int | None:
        """The input row or column that one beyond the input copies; None if it copies nothing."""
        return place if 0 <= place < cells else None

    def check_operands(self, input: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor | None:
        """Refuse a weight or a bias that does not fit the layer; the weight, if it has one."""
        for name, given in (("weight", weight), ("bias", bias)):
            if given is not None:
                rule, numbers = f"must be left out: {self.name} has none", f"got {by(given.shape)} numbers"
                advice = f"Call the layer without a {name}."
                raise ConvLabError(name, tuple(given.shape), rule, numbers=numbers, advice=advice)
        return None

    def settings(self) -> dict[str, Any]:
        """What differs from the defaults, by PyTorch's names; a pair of equal numbers is one number.

        Returns
        -------
        dict of str to object
            With it the layer, or the torch module, can be made again.
        """
        values = {name: _short(getattr(self, name)) for name in defaults(type(self))}
        return {name: value for name, value in values.items() if value != defaults(type(self))[name]}

    def with_bias(self, bias: bool) -> "Layer":
        """The same layer, made with or without a bias, where it can have one."""
        return self

    @classmethod
    def of_module(cls, module: nn.Module) -> Self | None:
        """The layer that does what a torch module does; None if the module is of another kind."""
        if not isinstance(module, getattr(nn, cls.__name__, ())):
            return None
        if any(changes(cls, extra, getattr(module, extra)) for extra in cls.extras):
            return None
        settings = {name: getattr(module, name) for name in defaults(cls)}
        if "bias" in settings:
            settings["bias"] = settings["bias"] is not None
        return cls(**settings)

    def _check_input(self, shape: Sequence[int]) -> None:
        """Refuse an input that does not fit; a shape that fitted last time need not be checked again."""
        if self.__dict__.get("_fitted") != shape:
            self.output_shape(shape)
            self.__dict__["_fitted"] = shape

    @abstractmethod
    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        """Apply the layer to an input of shape (C, H, W) or (N, C, H, W)."""


class Weighted(Layer):
    """What every layer with a weight of its own and perhaps a bias knows: which numbers fit it.

    Attributes
    ----------
    bias : bool
        Whether it was made with a bias.
    """

    bias: bool

    @property
    @abstractmethod
    def weight_shape(self) -> Shape:
        """Shape of the weight."""

    @property
    @abstractmethod
    def outputs(self) -> tuple[int, str]:
        """How many biases it takes, and what there is one for."""

    @property
    def parameters(self) -> int:
        return prod(self.weight_shape) + (self.outputs[0] if self.bias else 0)

    def with_bias(self, bias: bool) -> Self:
        return replace(self, bias=bias)  # type: ignore[type-var]

    def check_operands(self, input: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
        """Refuse a weight or bias that does not fit; a bias may be left out, as in torch.nn.functional."""
        weight = self._shaped(weight)
        if bias is not None and not self.bias:
            numbers = f"this layer has bias False, got {by(bias.shape)} numbers"
            rule, advice = (
                "must be left out of a layer made without one",
                "Leave it out, or make the layer with bias True.",
            )
            fix = {"bias": True}
            raise ConvLabError("bias", tuple(bias.shape), rule, numbers=numbers, advice=advice, fix=fix)
        takes, what = self.outputs
        if bias is not None and tuple(bias.shape) != (takes,):
            numbers = f"this layer takes {takes}, got {by(bias.shape)}"
            rule, advice = f"must hold one number per {what}", f"Use {takes} numbers, or no bias."
            raise ConvLabError("bias", tuple(bias.shape), rule, numbers=numbers, advice=advice)
        check_dtypes(input, weight=weight, bias=bias)
        return weight

    def _shaped(self, weight: Tensor | None) -> Tensor:
        """The weight, if it has the layer's shape."""
        if weight is None or tuple(weight.shape) != self.weight_shape:
            given = "none" if weight is None else by(weight.shape)
            numbers = f"this layer takes {by(self.weight_shape)}, got {given}"
            rule, advice = "must have the layer's shape", f"Use a weight of {by(self.weight_shape)}."
            raise ConvLabError("weight", given, rule, numbers=numbers, advice=advice)
        return weight


@dataclass(frozen=True, eq=False)
class Taps:
    """What the taps of some output numbers meet and read.

    Attributes
    ----------
    inside : Tensor
        (rows, columns, kernel rows, kernel columns), bool: whether the tap meets an input cell and not padding.
    inputs : Tensor
        (input channels, rows, columns, kernel rows, kernel columns), float64: the number that each tap reads.
    counted : Tensor or None
        Average pooling: which taps it counts, those inside the input, or in its padding too, but none beyond.
    """

    inside: Tensor
    inputs: Tensor
    counted: Tensor | None


class Windowed(Layer):
    """What every layer with a window knows: what each tap meets, reads and is multiplied by.

    By itself a window is read forwards, slides over one channel, and reads nothing beyond the input. A layer that
    `stamps` is read backwards: each input cell puts the window onto the output.

    Attributes
    ----------
    short : str
        The kind in one word.
    stamps : bool
        Whether input cells stamp the kernel onto the output, instead of output cells reading through it.
    fill : float
        What a tap reads where there is nothing to read.
    kernel_size : (int, int)
        Rows and columns of the window.
    window : Window
        The window, its padding as numbers.
    padding_mode : str
        What the padding cells copy; "zeros" for nothing.
    output_padding : (int, int)
        Rows and columns more at the end of the output.
    """

    short: ClassVar[str]
    stamps: ClassVar[bool] = False
    fill: ClassVar[float] = 0.0
    kernel_size: Pair
    window: Window
    padding_mode: str = "zeros"
    output_padding: Pair = (0, 0)

    @property
    def short_name(self) -> str:
        """The layer in two words: conv 5×5."""
        return f"{self.short} {by(self.kernel_size)}"

    @property
    def title(self) -> str:
        """The layer in words: what it is, and every setting that is not the usual one.

        Examples
        --------
        >>> from convlab import Conv2d
        >>> Conv2d(1, 1, 3, stride=2, padding=1).title
        'Convolution: kernel 3×3, stride 2, padding 1'
        """
        window = self.window
        words = [f"{self.name}: kernel {by(window.kernel_size)}", f"stride {plain(window.stride)}"]
        if max(window.padding + window.padding_end):
            mode = f" ({self.padding_mode})" if self.padding_mode != "zeros" else ""
            words.append(f"padding {window.padding_words}{mode}")
        if window.dilation != (1, 1):
            words.append("dilation " + plain(window.dilation))
        if max(self.output_padding):
            words.append("output_padding " + plain(self.output_padding))
        return ", ".join(words)

    @property
    def fill_text(self) -> str:
        """What stands in a padding cell that copies nothing; empty where it does not count."""
        return "0"

    @property
    def padding_words(self) -> str:
        """What becomes of the padding."""
        return "it reads 0"

    def output_size(self, input_size: Pair) -> Pair:
        return self.window.output_size(input_size)

    def formula(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.window.formula(axis, input_shape[axis - 2]) for axis in (0, 1))

    def letters(self, input_shape: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.window.letters(axis, input_shape[axis - 2]) for axis in (0, 1))

    def reach(self, axis: int, cells: int | None = None) -> Reach:
        window = self.window
        return Reach(stride=window.stride[axis], offsets=frozenset(window.taps_along(axis, 0)))

    def meets(self, axis: int, place: int, cells: int) -> tuple[int | None, ...]:
        """The input row or column that each tap meets at one place of the output.

        Parameters
        ----------
        axis : int
            0 for rows, 1 for columns.
        place : int
            Output row or column.
        cells : int
            Rows or columns of the input.

        Returns
        -------
        tuple of int or None
            Below zero or beyond the input for padding; None where there is no cell.
        """
        return tuple(self.window.taps_along(axis, place))

    def reads_channels(self, channel: int) -> range:
        """The input channels that an output channel reads."""
        return range(channel, channel + 1)

    @property
    def counted_ring(self) -> Pair | None:
        """Rows and columns of padding that a mean counts around the input; None where the layer takes no mean."""
        return None

    @abstractmethod
    def tap_weights(self, channel: int, weight: Tensor | None, taps: Taps) -> Tensor:
        """What each tap multiplies by, in a shape that fits the inputs of the channels read.

        Parameters
        ----------
        channel : int
            Output channel.
        weight : Tensor or None
            As the layer is called with it.
        taps : Taps
            What they meet and read.

        Returns
        -------
        Tensor
            Fits (channels read, rows, columns, kernel rows, kernel columns).
        """

    def told(self, parts: Parts) -> str:
        """The middle of the spoken sentence about one output number."""
        return parts.summed(parts.products, "product", "over")


def check_shape(shape: Sequence[int], channels: int | None, groups: int = 1, name: str = "in_channels") -> Pair:
    """The (height, width) of an input shape, checked against the layer's channels."""
    if len(shape) not in (3, 4) or min(shape) < 1:
        rule = "must have shape (C, H, W) or (N, C, H, W), no side of 0"
        advice = "Use a picture as load_image gives it: (3, height, width); after Flatten there is none."
        raise ConvLabError("input", tuple(shape), rule, advice=advice)
    if channels is not None and shape[-3] != channels:
        numbers = f"the layer takes {channels}, the input {by(shape)} has {shape[-3]}"
        advice = f"Use {name} {shape[-3]}."
        rule, fix = "must equal the input's channels", {name: shape[-3]}
        if shape[-3] % groups:
            fix["groups"], advice = 1, f"Use in_channels {shape[-3]} and groups 1."
        raise ConvLabError(name, channels, rule, numbers=numbers, advice=advice, fix=fix)
    return shape[-2], shape[-1]


def check_dtypes(input: Tensor, **operands: Tensor | None) -> None:
    """Refuse numbers of another type than the input's."""
    for name, operand in operands.items():
        if operand is not None and operand.dtype != input.dtype:
            numbers = f"the {name} is {operand.dtype}, the input {input.dtype}"
            rule, advice = "must have the input's type of number", "Convert one of them with .to(dtype)."
            raise ConvLabError(name, operand.dtype, rule, numbers=numbers, advice=advice)


def changes(kind: type[Layer], setting: str, value: Any) -> bool:
    """Whether a setting of the torch module of a kind differs from its default: None, False and 0 are one."""
    default = torch_signature(kind).parameters[setting].default
    return bool(value or default) and value != default


@cache
def torch_signature(kind: type[Layer]) -> inspect.Signature:
    """The settings of the torch module of a kind, in its order."""
    return inspect.signature(getattr(nn, kind.__name__))


@cache
def defaults(kind: type[Layer]) -> Mapping[str, Any]:
    """The settings of a kind of layer in PyTorch's order, with their defaults."""
    return {name: setting.default for name, setting in inspect.signature(kind).parameters.items()}


def _short(value: Any) -> Any:
    """A pair of equal numbers as one number."""
    return value[0] if isinstance(value, tuple) and value[0] == value[1] else value
