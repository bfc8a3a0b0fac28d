"""Settings of the step page with a name: standard pictures of convolution arithmetic, and one idea at a time."""

from itertools import groupby
from typing import Any, NamedTuple

import streamlit as st

from convlab.ui.address import link
from convlab.ui.steps.settings import StepSettings
from convlab.ui.steps.show import facts


class Example(NamedTuple):
    """Settings with a name; what they show."""

    group: str
    title: str
    settings: StepSettings


def _plain(title: str, size: int, kernel_size: int, **changes: Any) -> Example:
    """A standard picture of convolution arithmetic."""
    return Example("Convolution arithmetic", title, _square(size, kernel_size, **changes))


def _back(title: str, size: int, kernel_size: int, **changes: Any) -> Example:
    """Its transposed counterpart."""
    settings = _square(size, kernel_size, operation="transposed", **changes)
    return Example("Transposed convolution arithmetic", title, settings)


def _post(title: str, **changes: Any) -> Example:
    """Something that the source post shows."""
    return Example("One idea at a time", title, StepSettings(**changes))


def _square(size: int, kernel_size: int, **changes: Any) -> StepSettings:
    """Settings with the same numbers for rows and columns."""
    pairs = {name: (value, value) for name, value in changes.items() if isinstance(value, int)}
    return StepSettings(input_size=(size, size), kernel_size=(kernel_size, kernel_size), **(changes | pairs))


EXAMPLES: dict[str, Example] = {
    "none": _plain("No padding, no strides", 4, 3),
    "arbitrary": _plain("Arbitrary padding, no strides", 5, 4, padding=2),
    "half": _plain("Half padding (same), no strides", 5, 3, padding=1),
    "full": _plain("Full padding, no strides", 5, 3, padding=2),
    "strides": _plain("No padding, strides", 5, 3, stride=2),
    "padding_strides": _plain("Padding, strides", 5, 3, padding=1, stride=2),
    "odd": _plain("Padding, strides, a row and column left over", 6, 3, padding=1, stride=2),
    "dilation": _plain("Dilation", 7, 3, dilation=2),
    "none_back": _back("No padding, no strides, transposed", 2, 3),
    "arbitrary_back": _back("Arbitrary padding, transposed", 6, 4, padding=2),
    "half_back": _back("Half padding, transposed", 5, 3, padding=1),
    "full_back": _back("Full padding, transposed", 7, 3, padding=2),
    "strides_back": _back("Strides, transposed", 2, 3, stride=2),
    "padding_strides_back": _back("Padding, strides, transposed", 3, 3, padding=1, stride=2),
    "odd_back": _back("Padding, strides, output_padding, transposed", 3, 3, padding=1, stride=2, output_padding=1),
    "dilation_back": _back("Dilation, transposed", 3, 3, dilation=2),
    "channels": _post("Three channels make one number", input_size=(8, 8), in_channels=3),
    "same": _post("Padding keeps the size", input_size=(8, 8), padding=(1, 1)),
    "stride": _post("Stride skips positions", input_size=(8, 8), stride=(2, 2)),
    "dilated": _post("Dilation spreads nine weights over 5×5", input_size=(8, 8), dilation=(2, 2)),
    "maximum": _post("Maximum pooling over 2×2", operation="max", input_size=(8, 8), kernel_size=(2, 2), stride=(2, 2)),
    "average": _post("Average pooling over 2×2", operation="avg", input_size=(8, 8), kernel_size=(2, 2), stride=(2, 2)),
    "upsampling": _post(
        "A transposed convolution grows its input",
        operation="transposed",
        input_size=(4, 4),
        kernel_size=(2, 2),
        stride=(2, 2),
        bank="box",
    ),
    "checkerboard": _post(
        "Where checkerboards come from",
        operation="transposed",
        input_size=(5, 5),
        stride=(2, 2),
        bank="box",
        input="ramp",
    ),
    "flip": _post("Flipped or not: convolution or correlation", input="spike", bank="emboss", flip=True),
}


def links() -> None:
    """The examples as links, with the sizes that the code computes."""
    box = st.expander("Examples, each with its link", key="examples", on_change="rerun")
    if not box.open:
        return
    for group, members in groupby(EXAMPLES.values(), key=lambda example: example.group):
        lines = []
        for example in members:
            source, chain, _ = facts(example.settings)
            lines.append(f"- [{example.title}]({link('step_by_step', example.settings)}): {chain}, `{source}`")
        box.markdown(f"**{group}**\n\n" + "\n".join(lines))
