"""What ways to the same maps cost: the post's numbers, and torch's counts."""

import pytest
import torch
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.flop_counter import FlopCounterMode

from convlab import ConvLabError, compare_costs, plan

TITLES = ["Convolution", "Bottleneck", "Depthwise-separable", "Dilated", "Strided", "Transposed"]


def test_the_posts_comparison():
    """28×28×64 → 16 maps with 3×3: 7,225,344 against 200,704 + 451,584 = 652,288, 91.0 % fewer."""
    direct, bottleneck, separable, dilated, strided, transposed = compare_costs(64, 16, (28, 28))
    assert direct.macs.total == 7_225_344
    assert [macs for _, macs in plan(bottleneck.layers, (64, 28, 28))] == [200_704, 451_584]
    assert bottleneck.macs.total == 652_288
    assert f"{bottleneck.fewer(direct):.1%}" == "91.0%"
    assert bottleneck.macs.numbers == "28·28·4·64·1·1 + 28·28·16·4·3·3 = 200,704 + 451,584 = 652,288"
    assert direct.macs.numbers == "28·28·16·64·3·3 = 7,225,344"
    assert direct.parameters.numbers == "16·64·3·3 = 9,216"
    assert direct.activations.numbers == "16·28·28 = 12,544"
    assert separable.macs.numbers == "28·28·64·1·3·3 + 28·28·16·64·1·1 = 451,584 + 802,816 = 1,254,400"
    assert dilated.macs == direct.macs
    assert (strided.macs.total * 4, strided.output_shape) == (direct.macs.total, (16, 14, 14))
    assert (transposed.macs.total, transposed.output_shape) == (direct.macs.total, (16, 56, 56))
    assert [cost.title for cost in compare_costs(64, 16, 28)] == TITLES


SMALL = st.integers(1, 6)


@drawn(200)
@given(SMALL, SMALL, st.tuples(SMALL, SMALL), SMALL, SMALL, st.integers(2, 4), st.integers(1, 3))
def test_counts_are_those_of_the_layers_and_of_torch(reads, makes, size, kernel, through, stride, dilation):
    costs = compare_costs(reads, makes, size, kernel, through=through, stride=stride, dilation=dilation)
    for cost in costs:
        planned = plan(cost.layers, (reads, *size))
        maps = torch.zeros(reads, *size)
        with FlopCounterMode(display=False) as counter:
            for layer in cost.layers:
                maps = layer(maps, torch.zeros(layer.weight_shape))
        assert cost.output_shape == planned[-1][0] == tuple(maps.shape)
        assert cost.macs.total == sum(macs for _, macs in planned) == counter.get_total_flops() / 2
        assert cost.by_output == cost.macs.total * (stride**2 if cost is costs[-1] else 1)
        assert cost.parameters.total == sum(layer.parameters for layer in cost.layers)
        assert cost.activations.total == sum(torch.Size(shape).numel() for shape, _ in planned)
        for count in (cost.macs, cost.parameters, cost.activations):
            sums = [eval(side.replace("·", "*").replace(",", "")) for side in count.numbers.split(" = ")]
            assert set(sums) == {count.total}
    assert costs[-1].output_shape == (makes, size[0] * stride, size[1] * stride)
    assert {cost.output_shape for cost in costs[:4]} == {(makes, *size)}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"through": 0}, r"^`through` must be at least 1: got 0\."),
        ({"stride": 1}, r"^`stride` must be at least 2: got 1\."),
        ({"kernel_size": (3, 3)}, r"^`kernel_size` must be a whole number: got \(3, 3\)\."),
    ],
)
def test_refusals(settings, message):
    with pytest.raises(ConvLabError, match=message):
        compare_costs(3, 4, 28, **settings)
