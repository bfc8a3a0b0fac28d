"""Two convolutions with nothing between them are one: why there is a ReLU."""

from dataclasses import dataclass
from statistics import fmean
from typing import cast

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import Conv2d, ReLU
from convlab.network import Step, zeroed
from convlab.transposed import check_entries, dense

_ROUNDING = 1e-5  # of the largest sum of products: what float32 may be off by


@dataclass(frozen=True, eq=False)
class Collapsed:
    """Two convolutions in a row, and the one that they are with nothing between them.

    Attributes
    ----------
    between : Tensor
        (C, H, W): the maps that the second one reads.
    output : Tensor
        (C, H, W): what the second one makes of them.
    one : Step
        The one convolution.
    single : Tensor
        What that makes of the picture, as large as `output`.
    cut : float
        The share of the maps' numbers that ReLU sets to zero, from 0 to 1; 0 without ReLU.
    reach : float
        How large the outputs could be with these kernels on a picture of these brightnesses: rounding goes by it.
    """

    between: Tensor
    output: Tensor
    one: Step
    single: Tensor
    cut: float
    reach: float

    @property
    def difference(self) -> Tensor:
        """What the two make, minus what the one makes: (C, H, W)."""
        return self.output - self.single

    @property
    def largest(self) -> float:
        """The largest size of the difference."""
        return float(self.difference.abs().max())

    @property
    def most(self) -> float:
        """The largest size of both outputs."""
        return max(float(output.abs().max()) for output in (self.output, self.single))

    @property
    def same(self) -> bool:
        """Whether both outputs are the same but for rounding."""
        return self.largest <= _ROUNDING * self.reach

    @property
    def zero(self) -> bool:
        """Whether both outputs are 0 but for rounding."""
        return self.most <= _ROUNDING * self.reach


def collapse(first: Step, second: Step) -> Step:
    """The one convolution that does what two in a row do.

    Parameters
    ----------
    first, second : Step
        Two convolutions with their weights; the second without padding, which would put zeros between the two.

    Returns
    -------
    Step
        A convolution of stride ``first · second`` with the first one's padding; its kernel covers all that the two
        kernels reach together. Its output is that of the two but for rounding.

    Raises
    ------
    ConvLabError
        If a layer is no convolution, the channels do not meet, the second has padding, the first pads one side more
        than the other, or the kernel would hold more than 4,000,000 weights.

    Notes
    -----
    Row ``first.dilation·k + first.stride·second.dilation·m`` of the kernel adds up the products of row ``k`` of the
    first with row ``m`` of the second, over all channels between them; the bias is the second's, and what the second
    makes of the first's. With ReLU in between there is no such kernel. The four gradient kernels are pairs of
    opposites: two layers of them without ReLU are one whose kernel is 0.

    Examples
    --------
    >>> step = Step(Conv2d(1, 1, (1, 2), bias=False), torch.tensor([[[[-1.0, 1.0]]]]))
    >>> one = collapse(step, step)
    >>> one.weight
    tensor([[[[ 1., -2.,  1.]]]])
    >>> image = torch.tensor([[[0.0, 1.0, 4.0, 9.0]]])
    >>> step(step(image)), one(image)
    (tensor([[[2., 2.]]]), tensor([[[2., 2.]]]))
    """
    one, other = _checked(first, second)
    kernel, last = _weight(one, first.weight), _weight(other, second.weight)
    weight, bias = _together(one, other, kernel, last), _bias(first, second, last)
    (sh, sw), (down, across) = one.stride, other.stride
    layer = Conv2d(
        one.in_channels,
        other.out_channels,
        (weight.shape[2], weight.shape[3]),
        (sh * down, sw * across),
        one.window.padding,
        bias=bias is not None,
        padding_mode=one.padding_mode,
    )
    return Step(layer, weight.to(first.weight), None if bias is None else bias.to(first.weight))


def compare_collapsed(first: Step, second: Step, image: Tensor, relu: bool = False) -> Collapsed:
    """What two convolutions in a row make of a picture, and what their one kernel makes of it.

    Parameters
    ----------
    first, second : Step
        As `collapse` takes them.
    image : Tensor
        (C, H, W), float32.
    relu : bool, default False
        Whether a ReLU stands between the two; the one kernel knows nothing of it.

    Returns
    -------
    Collapsed

    Raises
    ------
    ConvLabError
        If the two do not collapse, or the picture is too small for them.

    Examples
    --------
    >>> step = Step(Conv2d(1, 1, (1, 2), bias=False), torch.tensor([[[[-1.0, 1.0]]]]))
    >>> image = torch.tensor([[[4.0, 1.0, 0.0, 1.0]]])
    >>> compare_collapsed(step, step, image).difference
    tensor([[[0., 0.]]])
    >>> compare_collapsed(step, step, image, relu=True).difference
    tensor([[[-2., -1.]]])
    """
    one = collapse(first, second)
    with torch.inference_mode():
        maps = first(image)
        between = ReLU()(maps) if relu else maps
        output, single = second(between), one(image)
        cut = fmean(zeroed(maps)) if relu else 0.0
    return Collapsed(between, output, one, single, cut, _reach(first, second, float(image.abs().max())))


def _reach(first: Step, second: Step, largest: float) -> float:
    """How large the output of two can be, where no number of the picture is larger than that."""
    for step in (first, second):
        bias = 0.0 if step.bias is None else float(step.bias.abs().max())
        largest = largest * float(cast(Tensor, step.weight).abs().sum((1, 2, 3)).max()) + bias
    return largest


def _together(one: Conv2d, other: Conv2d, kernel: Tensor, last: Tensor) -> Tensor:
    """The kernel that two kernels are together: a stamp of the first for each weight of the second."""
    (dh, dw), (sh, sw) = one.dilation, one.stride
    (rows, columns), (down, across) = one.window.dilated_size, other.window.dilated_size
    shape = (other.out_channels, one.in_channels, rows + sh * (down - 1), columns + sw * (across - 1))
    check_entries(shape)
    weight = kernel.new_zeros(shape)
    for (k, m), (row, column) in other.window.taps((0, 0)):
        place = (slice(sh * row, sh * row + rows, dh), slice(sw * column, sw * column + columns, dw))
        weight[:, :, *place] += torch.einsum("om,mikl->oikl", last[:, :, k, m], kernel)
    return weight


def _checked(first: Step, second: Step) -> tuple[Conv2d, Conv2d]:
    """The two layers, if they can be one."""
    for step in (first, second):
        if not isinstance(step.layer, Conv2d):
            advice = "Use a Conv2d."
            raise ConvLabError("layer", type(step.layer).__name__, "must be a convolution", advice=advice)
    one, other = first.layer, second.layer
    assert isinstance(one, Conv2d) and isinstance(other, Conv2d)
    if one.out_channels != other.in_channels:
        numbers = f"the first makes {one.out_channels}, the second takes {other.in_channels}"
        advice, fix = f"Use in_channels {one.out_channels}.", {"in_channels": one.out_channels}
        rule = "must equal the first layer's out_channels"
        raise ConvLabError("in_channels", other.in_channels, rule, numbers=numbers, advice=advice, fix=fix)
    if max(other.window.padding + other.window.padding_end):
        rule = "must be 0 in the second layer: it would read zeros that the first did not make"
        raise ConvLabError("padding", other.padding, rule, advice="Use padding 0.", fix={"padding": 0})
    if one.window.padding != one.window.padding_end:
        rule, numbers = "must be the same on both sides", f"it is {one.window.padding_words}"
        raise ConvLabError("padding", one.padding, rule, numbers=numbers, advice="Use padding 0.", fix={"padding": 0})
    return one, other


def _weight(layer: Conv2d, weight: Tensor | None) -> Tensor:
    """A weight that fits its layer, in double precision, its groups written out."""
    empty = torch.empty(0) if weight is None else weight
    return dense(layer, layer.check_operands(empty, weight, None)).double()


def _bias(first: Step, second: Step, last: Tensor) -> Tensor | None:
    """What is added in the end: the second's bias, and what its weights make of the first's."""
    if first.bias is None:
        return None if second.bias is None else second.bias.double()
    through = last.sum((2, 3)) @ first.bias.double()
    return through if second.bias is None else through + second.bias.double()
