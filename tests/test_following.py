"""Modules followed into rows: what torch computes comes out, and what is not known is refused by its name."""

import pytest
import torch
import torch.nn.functional as F
from draws import drawn, joined_rows, whole
from hypothesis import given
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from convlab import (
    AdaptiveAvgPool2d,
    Addition,
    AvgPool2d,
    Branch,
    Concatenation,
    Conv2d,
    ConvLabError,
    Dropout,
    Flatten,
    Identity,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    plan,
    row_of,
    row_source,
    trace,
)
from convlab.vision import models


def checked(model, image):
    """The stages of a model; its numbers, parameters and work are torch's."""
    model.eval()
    stages = trace(model, image)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        expected = model(image)
    torch.testing.assert_close(stages[-1].output, expected, rtol=1e-4, atol=1e-4)
    assert 2 * sum(stage.macs for stage in stages) == counter.get_total_flops()
    return stages


def module(forward, **parts):
    """A model with such a forward; its parts are named."""
    made = type("Model", (nn.Module,), {"forward": forward})()
    for name, part in parts.items():
        made.add_module(name, part)
    return made


def layers_of(model):
    """The layers of a model, in their order."""
    return [step.layer for step in row_of(model)]


# --- torchvision's ---

REAL = {  # a picture's side, layers with names, additions, concatenations, what one class sees, by hand and by torch
    "alexnet": (64, 22, 0, 0),
    "vgg16": (64, 40, 0, 0),
    "resnet18": (64, 69, 8, 0),
    "squeezenet1_1": (64, 66, 0, 8),
}


@pytest.mark.parametrize("name", REAL)
def test_torchvisions_networks_are_followed_to_their_end(name):
    torch.manual_seed(0)
    side, named, additions, concatenations = REAL[name]
    model = getattr(models, name)().eval()
    stages = checked(model, torch.rand(1, 3, side, side))
    kinds = [type(stage.layer) for stage in stages]
    assert sum(bool(stage.step.name) for stage in stages) == named
    assert (kinds.count(Addition), kinds.count(Concatenation)) == (additions, concatenations)
    assert sum(stage.parameters for stage in stages) == sum(numbers.numel() for numbers in model.parameters())
    assert plan([stage.layer for stage in stages], (1, 3, side, side)) == [(it.shape, it.macs) for it in stages]
    weight = next(model.parameters())
    assert stages[0].step.weight.data_ptr() == weight.data_ptr()  # no copy


def test_a_residual_network_by_hand():
    """ResNet-18 on 224 pixels: its fields and steps are the published ones."""
    with torch.device("meta"):
        steps = row_of(models.resnet18())
    names = [step.name for step in steps]
    assert names[:7] == ["conv1", "bn1", "relu", "maxpool", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.relu"]
    place = names.index("layer2.0.add")
    assert names[place - 3 : place + 2] == ["", "layer2.0.downsample.0", "layer2.0.downsample.1", *names[place:][:2]]
    assert isinstance(steps[place - 3].layer, Branch)
    assert steps[place].layer == Addition(of=names.index("layer2.0.bn2") + 1)
    stages = trace(row_of(models.resnet18()), torch.zeros(3, 224, 224))
    last = next(stage for stage in stages if stage.step.name == "layer4.1.add")
    assert (last.shape, last.receptive_field, last.spacing) == ((512, 7, 7), (435, 435), (32, 32))
    assert stages[-1].spacing is None
    assert sum(stage.macs for stage in stages) == 1_814_073_344


# --- what is known ---


def test_functions_and_methods_are_layers():
    def forward(self, x):
        x = F.max_pool2d(x, 2, padding=1)
        x = F.relu(F.avg_pool2d(x, (2, 1), 1, ceil_mode=True))
        x = F.leaky_relu(x, 0.2).relu()
        x = torch.relu(torch.max_pool2d(x, 2, 1))
        x = F.dropout(F.adaptive_avg_pool2d(x, (2, 3)), 0.3, self.training)
        return self.end(x.view(x.size(0), -1).reshape(x.shape[0], -1).flatten(1))

    model = module(forward, end=nn.Linear(12, 2))
    checked(model, whole(2, 2, 12, 14))
    assert model.training is False
    model.train()
    assert layers_of(model) == [
        MaxPool2d(2, padding=1), AvgPool2d((2, 1), 1, ceil_mode=True), ReLU(), LeakyReLU(0.2), ReLU(), MaxPool2d(2, 1),
        ReLU(), AdaptiveAvgPool2d((2, 3)), Dropout(0.3), Flatten(), Flatten(), Flatten(), Linear(12, 2),
    ]  # fmt: skip
    assert model.training and model.end.training


def test_a_module_used_twice_and_sums_of_earlier_outputs():
    def forward(self, x):
        one = self.conv(x)
        two = self.conv(one)
        three = torch.add(x, one)
        return three.add(two) + x + x

    model = module(forward, conv=nn.Conv2d(2, 2, 3, padding=1))
    checked(model, whole(1, 2, 6, 5))
    steps = row_of(model)
    conv = Conv2d(2, 2, 3, padding=1)
    assert [step.layer for step in steps] == [
        conv, conv, Branch(1), Addition(0), Addition(2), Addition(0), Addition(0),
    ]  # fmt: skip
    assert steps[0].weight is not None and steps[0].weight.data_ptr() == steps[1].weight.data_ptr()
    assert [step.name for step in steps] == ["conv", "conv", "", "add", "add", "add", "add"]


def test_outputs_side_by_side():
    def forward(self, x):
        ways = [self.one(x), self.two(x), x]
        return torch.cat([torch.cat(ways, 1), torch.concat(tensors=(ways[0],), dim=-3)], dim=1)

    model = module(forward, one=nn.Conv2d(2, 3, 1), two=nn.Conv2d(2, 1, 3, padding=1))
    image = whole(1, 2, 6, 5)
    stages = checked(model, image)
    assert stages[-1].shape == (1, 9, 6, 5)
    for single, batch in zip(trace(model, image[0]), stages, strict=True):
        torch.testing.assert_close(single.output, batch.output[0])


def test_what_works_in_place_changes_what_is_read_later():
    def forward(self, x):
        one = self.conv(x)
        two = self.relu(one)  # one is changed too
        three = self.conv(two)
        four = three
        three += two
        return four.relu_() + three + one

    model = module(forward, conv=nn.Conv2d(2, 2, 3, padding=1), relu=nn.ReLU(inplace=True))
    checked(model, whole(1, 2, 6, 5))


def test_an_output_that_is_not_the_last_ends_the_row():
    def forward(self, x):
        one = self.conv(x)
        self.conv(one)
        return one

    model = module(forward, conv=nn.Conv2d(2, 2, 3))
    stages = trace(model, whole(1, 2, 6, 5))
    torch.testing.assert_close(stages[-1].output, model(whole(1, 2, 6, 5)))
    assert stages[-1].layer == Branch(1)


def test_rows_within_rows_and_a_module_alone():
    class Own(nn.Conv2d):
        """As torch's, by another name."""

    model = nn.Sequential(nn.Sequential(Own(1, 2, 3), nn.Sequential(nn.Identity(), nn.Dropout2d(0.1))), nn.ReLU())
    assert [step.name for step in row_of(model)] == ["0.0", "0.1.0", "0.1.1", "1"]
    assert layers_of(nn.Identity()) == [Identity()]
    assert layers_of(nn.Sequential()) == []
    checked(model, whole(1, 1, 6, 5))
    checked(Own(1, 2, 3), whole(1, 1, 6, 5))


@drawn(120)
@given(joined_rows())
def test_a_drawn_row_comes_back_from_its_program(drawn_row):
    row, shape = drawn_row
    torch.manual_seed(0)
    space = {"nn": nn, "torch": torch}
    exec(row_source(row), space)
    model = space["model"]
    if row:
        stages = checked(model, whole(2, *shape))
        assert sum(stage.parameters for stage in stages) == sum(numbers.numel() for numbers in model.parameters())
        assert sum(stage.macs for stage in stages) == sum(macs for _, macs in plan(row, (2, *shape)))


# --- what is not ---


class Scaled(nn.Conv2d):
    """Not what torch's convolution does."""

    def forward(self, input):
        return F.conv2d(input, self.weight * 2)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (nn.Sequential(nn.ReLU(), nn.Sequential(nn.GELU())), r"must be a row of .* and Linear: got 'GELU' at 1\.0\."),
        (nn.Tanh(), r"must be a row of .*: got '_?tanh'"),
        (Scaled(1, 1, 3), r"must be a row of .*: got 'mul'"),
        (nn.Sequential(Scaled(1, 1, 3)), r"must be a row of .*: got 'mul' at 0\."),
        (module(lambda self, x: torch.sigmoid(x)), r"must be a row of .*: got 'sigmoid'"),
        (module(lambda self, x: x.softmax(1)), r"must be a row of .*: got 'softmax'"),
        (module(lambda self, x: x + 1), r"must make one output of one picture, .*: add reads something else\."),
        (module(lambda self, x: torch.add(x, x, alpha=2)), r"must be a row of .*: got 'add'"),
        (module(lambda self, x: torch.cat([x, x], 2)), r"must be a row of .*: got 'cat' at cat\."),
        (module(lambda self, x: torch.flatten(x)), r"must be a row of .*: got 'flatten with start_dim 0'"),
        (module(lambda self, x: x.relu(slope=1)), r"must be a row of .*: got 'relu with slope 1'"),
        (module(lambda self, x: F.avg_pool2d(x, 2, divisor_override=3)), r"got 'avg_pool2d with divisor_override 3'"),
        (module(lambda self, x: F.max_pool2d(x, 2, return_indices=True)), r"got '.*max_pool2d"),
        (module(lambda self, x: x.view(-1, 4)), r"must be a row of .*: got 'view'"),
        (module(lambda self, x: F.max_pool2d(x, 0)), r"^`kernel_size` must be at least 1"),
        (module(lambda self, x: x if x.sum() > 0 else -x), r"must make one output .*: symbolically traced variables"),
        (module(lambda self, x, y: x + y), r"must make one output of one picture, .*: it takes more\."),
        (module(lambda self, x: (x, x)), r"must make one output of one picture, .*: output reads something else\."),
        (module(lambda self, x: 1 / 0), r"must make one output of one picture, .*: division by zero\."),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_by_its_name(model, message):
    with pytest.raises(ConvLabError, match=message):
        row_of(model)
    assert all(part.training for part in model.modules())
