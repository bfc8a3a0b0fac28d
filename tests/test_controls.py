"""Every control of both pages is moved once: what the page then shows is what plain torch makes of the settings."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import blobs_of, header_of, maps_message, payload_of, switch
from test_maps import maps_in
from torch import nn

import convlab
from convlab import kernels, rendering
from convlab.ui.address import to_query
from convlab.ui.components.maps.blobs import Known
from convlab.ui.fields import AXES, Choice, Decimal, Flag, Sides, Whole, settings_of
from convlab.ui.playground.settings import PlaygroundSettings
from convlab.ui.steps.settings import StepSettings

CONTROLS = (Choice, Sides, Whole, Decimal, Flag)  # the kinds of setting that a control stands for
UP = {"operation": "transposed", "stride": (2, 2), "output_padding": (1, 1)}
LAYER = {  # of both pages: what is set before, and the value to which the control is moved
    "operation": ({}, "transposed"),
    "bank": ({"kernel_size": (5, 5)}, "emboss"),
    "kernel_size": ({"bank": "box"}, 2),
    "out_channels": ({"bank": "random"}, 3),
    "seed": ({"bank": "random"}, 7),
    "flip": ({"bank": "emboss"}, True),
    "depthwise": ({}, True),
    "bias": ({}, -0.75),
    "stride": ({}, 2),
    "padding_kind": ({}, "same"),
    "padding": ({}, 1),
    "padding_mode": ({"padding": (2, 2)}, "reflect"),
    "dilation": ({}, 2),
    "output_padding": (UP, 0),
}
PLAYGROUND = LAYER | {
    "picture": ({}, "cat"),
    "max_side": ({}, 40),
    "grey": ({}, True),
    "pool": ({}, "avg"),
    "pool_size": ({}, 3),
    "pool_stride": ({}, 1),
    "ceil_mode": ({}, True),
    "hatched": ({}, True),
    "layers": ({}, "two_1x1"),
}
STEPS = LAYER | {
    "input_size": ({}, 8),
    "in_channels": ({}, 3),
    "input": ({}, "ramp"),
    "ceil_mode": ({"operation": "max", "input_size": (8, 8), "stride": (2, 2)}, True),
    "count_include_pad": ({"operation": "avg", "padding": (1, 1)}, False),
}
START = {PlaygroundSettings: PlaygroundSettings(max_side=48), StepSettings: StepSettings(in_channels=2)}
PAGES = [(PlaygroundSettings, "", PLAYGROUND), (StepSettings, "step_by_step_", STEPS)]


def moves():
    """Page, what is set before, the key of a control, the value to which it is moved, and what is set then."""
    for kind, prefix, table in PAGES:
        for name, (before, value) in table.items():
            start = replace(START[kind], **before)
            if not isinstance(kind.kind(name), Sides):
                yield pytest.param(start, prefix + name, value, replace(start, **{name: value}), id=prefix + name)
                continue
            both = replace(start, **{name: (value, value)})
            yield pytest.param(start, prefix + name, value, both, id=prefix + name)
            for axis, side in zip(AXES, (0, 1), strict=True):
                sides = [*getattr(start, name)]
                sides[side] = value
                key = f"{prefix}{name}_{axis}"
                yield pytest.param(start, key, value, replace(start, **{name: tuple(sides)}), id=key)


def opened(app, start, key):
    """The page with some settings and everything unfolded."""
    app.session_state["more"] = app.session_state["step_by_step_more"] = True
    for name, text in to_query(start).items():
        app.query_params[name] = text
    if isinstance(start, StepSettings):
        switch(app, "step_by_step")
    else:
        app.run()
    apart = next(toggle for toggle in app.toggle if toggle.key.endswith("apart"))
    if key.endswith(AXES) and not apart.value:
        apart.set_value(True).run()
    return app


def widgets(app):
    """Every control on the page by its key."""
    kinds = (app.slider, app.toggle, app.selectbox, app.segmented_control, app.number_input)
    return {widget.key: widget for kind in kinds for widget in kind}


@pytest.mark.parametrize(("start", "key", "value", "then"), list(moves()))
def test_what_a_control_is_moved_to_is_what_is_computed(app, start, key, value, then):
    opened(app, start, key)
    shown = shown_on_playground if isinstance(start, PlaygroundSettings) else shown_on_steps
    before = shown(app, start)
    widgets(app)[key].set_value(value).run()
    assert not app.exception and not app.warning
    after = shown(app, then)
    assert before != after
    assert app.session_state["visitor"].visits[type(start)].asked == then


@pytest.mark.parametrize(("kind", "prefix", "table"), PAGES)
def test_no_control_is_forgotten(app, kind, prefix, table):
    assert set(table) == {name for name, known in settings_of(kind).items() if isinstance(known.kind, CONTROLS)}
    moved = {prefix + name for name in table} | {f"{prefix}{name}_{axis}" for name in kind.pairs() for axis in AXES}
    others = {prefix + "apart"} | ({"step_by_step_example"} if prefix else set())  # each has a test of its own
    assert set(widgets(opened(app, START[kind], ""))) <= moved | others


def shown_on_playground(app, now):
    """The picture and all maps, which must be those of plain torch."""
    app.session_state["visitor"].visits[PlaygroundSettings].known = Known()  # everything is sent once more
    header, arrays = blobs_of(maps_message(app.run()))
    (panel,), shown = header["panels"], maps_in(header, arrays)
    image = convlab.load_image(convlab.SAMPLES[now.picture].path, max_side=now.max_side)
    image = convlab.to_grey(image) if now.grey else image
    colours = convlab.load_image(convlab.SAMPLES[now.picture].path, max_side=now.max_side)
    pixels = arrays[panel["image"]["pixels"]["name"]]
    assert pixels == rendering.rgb(colours).numpy().tobytes() and bool(panel["image"]["grey"]) == now.grey
    seen, maps = [panel["image"]["shape"], pixels, header["hatched"]], image
    for title, *modules in stacks(now, len(image)):
        layer = next(layer for layer in panel["layers"] if layer["title"] == title)
        limit = rendering.limit_of(modules[0](maps[None]).detach())
        for row, module in zip(layer["rows"], modules, strict=True):
            maps = module(maps[None])[0].detach()
            assert row["shape"] == "×".join(map(str, maps.shape))
            pixels = np.stack([shown[0, row["stage"], number] for number in range(len(maps))])
            assert (pixels == rendering.entries(maps, limit).numpy()).all()
            seen += [row["shape"], pixels.tobytes(), row["captions"]]
    return seen


def stacks(now, channels):
    """The title and the modules of each layer with kernels, and of what follows it."""
    for number in range(1 if now.layers == "one" else 2):
        conv = convolution(now, channels)
        channels, pool = conv.out_channels, []
        size, stride = now.pool_size, now.pool_stride or None
        if now.pool != "none":
            pool = [{"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[now.pool](size, stride, ceil_mode=now.ceil_mode)]
        yield f"Layer {number + 1}", conv, nn.ReLU(), *pool
    if now.layers == "two_1x1":
        mix = nn.Conv2d(channels, 1, 1, bias=False)
        mix.weight.data = torch.tensor([1.0, 0.5, 0.25, -1.0]).reshape(1, 4, 1, 1)
        yield "1×1 convolution", mix, nn.ReLU()


def shown_on_steps(app, now):
    """The input and the output, which must be what plain torch makes of it."""
    numbers, header = payload_of(app), header_of(app)
    image, output = (
        torch.tensor(numbers(header[side]["values"], np.float32)).reshape(header[side]["shape"])
        for side in ("input", "output")
    )
    rows, columns = (torch.arange(side).float() for side in now.input_size)
    assert image.shape == (now.in_channels, *now.input_size)
    if now.input == "ramp":
        assert torch.equal(image[0], rows[:, None] + columns)
    size, stride, padding = now.kernel_size, now.stride, now.padding
    if now.operation == "max":
        module = nn.MaxPool2d(size, stride, padding, now.dilation, ceil_mode=now.ceil_mode)
    elif now.operation == "avg":
        module = nn.AvgPool2d(size, stride, padding, now.ceil_mode, now.count_include_pad)
    else:
        module = convolution(now, len(image))
    torch.testing.assert_close(output, module(image[None])[0].detach())
    return [image.shape, image.tolist(), output.shape, output.tolist()]


def convolution(now, channels):
    """A layer of torch's own with the chosen kernels."""
    most = 8 if now.bank == "random" else len(kernels.bank(now.bank, now.kernel_size))
    count = min(now.out_channels, most)
    weight = kernels.bank(now.bank, now.kernel_size, 1 if now.depthwise else channels, count, now.seed)
    if now.depthwise:
        weight = torch.cat([weight] * channels)[:channels]
    groups, count = (channels, channels) if now.depthwise else (1, count)
    shared = {"stride": now.stride, "dilation": now.dilation, "groups": groups, "bias": now.bias != 0}
    if now.operation == "transposed":
        module = nn.ConvTranspose2d(
            channels, count, now.kernel_size, padding=now.padding, output_padding=now.output_padding, **shared
        )
        weight = weight if now.depthwise else weight.transpose(0, 1)
    else:
        padding = now.padding if now.padding_kind == "numbers" else now.padding_kind
        module = nn.Conv2d(channels, count, now.kernel_size, padding=padding, padding_mode=now.padding_mode, **shared)
    module.weight.data = weight.flip(-2, -1) if now.flip else weight
    if now.bias:
        module.bias.data.fill_(now.bias)
    return module
