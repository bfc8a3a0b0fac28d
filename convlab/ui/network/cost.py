"""What a layer costs, and what other ways to its maps cost."""

from collections.abc import Iterator, Sequence

import streamlit as st

from convlab.charts import bars
from convlab.costs import Cost, compare_costs
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.session import Visit
from convlab.window import by

_COUNTS = {"macs": "Multiply-adds", "parameters": "Parameters", "activations": "Activations"}


def view(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """The post's comparison, the six ways as bars, and how every number comes."""
    costs = compare_costs(
        good.cost_in,
        good.cost_out,
        good.cost_size,
        good.cost_kernel,
        through=good.through,
        stride=good.cost_stride,
        dilation=good.cost_dilation,
    )
    st.markdown(_about(costs))
    for column, (name, title) in zip(st.columns(len(_COUNTS)), _COUNTS.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            figure = bars([cost.title for cost in costs], [getattr(cost, name).total for cost in costs])
            st.plotly_chart(figure, key=f"network_cost_{name}", height=222, config={"displayModeBar": False})
    st.markdown(_notes(costs))
    with st.container(key="network_cost_table"):
        st.markdown("\n".join(_table(costs)))


def _about(costs: Sequence[Cost]) -> str:
    """The convolution against the bottleneck and the separable one, and which way takes the least."""
    direct, bottleneck, separable = costs[:3]
    product = bottleneck.macs.numbers.partition(" = ")[2]
    through = bottleneck.layers[0].out_channels
    return (
        f"**Directly {direct.macs.total:,} multiply-adds; through {_channels(through)} {product}: "
        f"{_saving(bottleneck, direct)}; {separable.title.lower()} {separable.macs.total:,}: "
        f"{_saving(separable, direct)}.** Least of the six: {_least(costs)}."
    )


def _least(costs: Sequence[Cost]) -> str:
    """The ways that take the least."""
    fewest = min(cost.macs.total for cost in costs)
    return " and ".join(cost.title.lower() for cost in costs if cost.macs.total == fewest)


def _saving(cost: Cost, direct: Cost) -> str:
    """How many fewer, or more, multiply-adds it takes than the convolution."""
    fewer = cost.fewer(direct)
    return f"{fewer:.1%} fewer" if fewer > 0 else f"{-fewer:.1%} more" if fewer else "as many"


def _channels(count: int) -> str:
    """1 channel, 4 channels."""
    return f"{count} channel{'' if count == 1 else 's'}"


def _notes(costs: Sequence[Cost]) -> str:
    """What the ways do, with their numbers."""
    direct, bottleneck, separable, dilated, strided, transposed = costs
    narrow, alone = bottleneck.layers[0], separable.layers[0]
    kernel = by(direct.layers[0].kernel_size)
    wide = by(dilated.layers[0].window.dilated_size)
    times = f"{transposed.by_output / transposed.macs.total:g}"
    return "\n".join([
        f"- **1×1** mixes the channels of one place: {narrow.parameters:,} numbers turn "
        f"{_channels(narrow.in_channels)} into {narrow.out_channels}; the {kernel} kernels behind read those instead.",
        f"- **Depthwise**, `groups={alone.groups}`: each channel has one {kernel} kernel of its own, "
        f"{alone.parameters:,} numbers in all, and nothing is added over channels; the 1×1 layer mixes them.",
        f"- **Dilated**: the same numbers lie over {wide} and cost nothing more. **Strided**: "
        f"{by(strided.output_shape[1:])} places are computed instead of {by(direct.output_shape[1:])}.",
        f"- **Transposed**: each number of the *input* is stamped once. Counters that multiply the weights by the "
        f"*output's* {by(transposed.output_shape[1:])} places say {transposed.by_output:,}: {times} times too many.",
    ])  # fmt: skip


def _table(costs: Sequence[Cost]) -> Iterator[str]:
    """Layers, sizes, and each count in letters and with its numbers put in."""
    work, *others = _COUNTS.values()
    yield f"| Way | Output | {work} | Of the convolution | {' | '.join(others)} |"
    yield "|:--|:--|:--|--:|:--|:--|"
    said = ["", "", ""]
    for cost in costs:
        counts = cost.macs, cost.parameters, cost.activations
        letters = [count.letters for count in counts]
        if letters != said:
            new = [f"*{now}*" if now != before else "" for now, before in zip(letters, said, strict=True)]
            yield _line("*In letters*", "", "", new)
            said = letters
        layers, share = ", then ".join(map(_layer, cost.layers)), f"{cost.macs.total / costs[0].macs.total:.1%}"
        sums = [_summed(count.numbers) for count in counts]
        yield _line(f"**{cost.title}**: {layers}", by(cost.output_shape), share, sums)


def _line(way: str, output: str, share: str, counts: Sequence[str]) -> str:
    """A line of the table."""
    work, *others = counts
    return f"| {way} | {output} | {work} | {share} | {' | '.join(others)} |"


def _summed(numbers: str) -> str:
    """A sum with its total in bold."""
    product, _, total = numbers.rpartition(" = ")
    return f"{product} = **{total}**"


def _layer(layer: Conv2d | ConvTranspose2d) -> str:
    """3×3 64 → 16, stride 2."""
    said = {"groups": layer.groups, "dilation": layer.dilation[0], "stride": layer.stride[0]}
    more = "".join(f", {name} {value}" for name, value in said.items() if value > 1)
    return f"{by(layer.kernel_size)} {layer.in_channels} → {layer.out_channels}{more}"
