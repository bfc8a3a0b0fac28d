"""Layers read from text: what was drawn comes back, what is hostile is refused, and nothing runs."""

import collections
from textwrap import indent

import pytest
import torch
from draws import convolutions, drawn, ours, pools, sides, transposed
from hypothesis import assume, example, given
from hypothesis import strategies as st
from torch import nn

from convlab import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvLabError,
    ConvTranspose2d,
    Dropout,
    Dropout2d,
    Flatten,
    Identity,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Upsample,
    read_sequential,
    row_source,
)
from convlab.base import defaults, torch_signature
from convlab.network import step_of
from convlab.reading import MAX_DEPTH, MAX_LAYERS, MAX_LENGTH

# --- what was drawn comes back ---


@st.composite
def layers(draw):
    """A layer of any kind, with any settings."""
    kind = draw(st.sampled_from([Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, *OTHERS]))
    drawn_settings = {
        Conv2d: convolutions(faults=False),
        ConvTranspose2d: transposed(faults=False),
        MaxPool2d: pools(average=False),
        AvgPool2d: pools(average=True),
    } | {other: st.fixed_dictionaries(settings) for other, settings in OTHERS.items()}
    settings = draw(drawn_settings[kind])
    if "padding" in settings and settings["padding"] == "full":
        settings["padding"] = 1
    layer = ours(lambda: kind(**settings))
    assume(layer is not None)
    return layer


COUNTS, NUMBERS = st.integers(1, 5000), st.floats(0, 10)
OTHERS = {
    ReLU: {},
    Dropout: {"p": st.floats(0, 1)},
    Dropout2d: {"p": st.floats(0, 1)},
    Identity: {},
    LeakyReLU: {"negative_slope": NUMBERS},
    BatchNorm2d: {"num_features": COUNTS, "eps": NUMBERS, "affine": st.booleans()},
    AdaptiveAvgPool2d: {"output_size": sides(1, 9)},
    Upsample: {
        "size": st.none() | sides(1, 9),
        "scale_factor": st.none() | sides(1, 4),
        "mode": st.sampled_from(["nearest", "bilinear"]),
    },
    Flatten: {},
    Linear: {"in_features": COUNTS, "out_features": COUNTS, "bias": st.booleans()},
}


@st.composite
def written(draw, layer, prefix):
    """A layer as somebody may write it: some arguments in their places, the rest by name in any order."""
    kind, settings = type(layer), layer.settings()
    order = list(torch_signature(kind).parameters)
    known = {name: settings.get(name, default) for name, default in defaults(kind).items()}
    most = next((place for place, name in enumerate(order) if name not in known), len(order))
    places = draw(st.integers(0, most))
    named = [name for name in settings if name not in order[:places]]
    named += [name for name in ("inplace",) if "inplace" in order[places:] and draw(st.booleans())]
    arguments = [repr(known[name]) for name in order[:places]]
    arguments += [f"{name}={settings.get(name, True)!r}" for name in draw(st.permutations(named))]
    return f"{prefix}{kind.__name__}({', '.join(arguments)})"


@st.composite
def rows(draw, prefix, depth=0):
    """Source of an nn.Sequential, and the layers in it."""
    sources, inside = [], []
    for _ in range(draw(st.integers(0, 4))):
        if depth < 3 and draw(st.integers(0, 5)) == 0:
            source, more = draw(rows(prefix, depth + 1))
        else:
            layer = draw(layers())
            source, more = draw(written(layer, prefix)), [layer]
        sources.append(source)
        inside += more
    style = draw(st.sampled_from(["plain", "lines", "pairs", "dict"]))
    if style == "pairs":
        pairs = [f"({f'layer{place}'!r}, {source})" for place, source in enumerate(sources)]
        return f"{prefix}Sequential(OrderedDict([{', '.join(pairs)}]))", inside
    if style == "dict":
        pairs = [f"'{place}': {source}" for place, source in enumerate(sources)]
        return f"{prefix}Sequential(collections.OrderedDict({{{', '.join(pairs)}}}))", inside
    if style == "lines":
        lines = "".join(f"    {source},  # {place}: a (comment\n" for place, source in enumerate(sources))
        return f"{prefix}Sequential(\n{lines})", inside
    return f"{prefix}Sequential({', '.join(sources)})", inside


def made(source):
    """The layers of the network that the source makes when torch runs it."""
    space = {"torch": torch, "nn": nn, "collections": collections, **vars(nn), **vars(collections)}
    with torch.device("meta"):  # no memory for the weights
        exec(source, space)
    modules = [module for module in space["net"].modules() if not isinstance(module, nn.Sequential)]
    return [step_of(module).layer for module in modules]


BEHIND = [
    "",
    ".eval()",
    ".to('cpu').cuda()",
    ".requires_grad_(False).eval().cpu()",
    ".to(torch.device('cpu'), non_blocking=x)",
]
FRONTS = ["", "model = ", "self.net: nn.Module = ", "import torch\nfrom torch import nn\n\n# a net\nnet = first = "]


@drawn(1000)
@given(
    st.data(),
    st.sampled_from(["nn.", "torch.nn.", ""]),
    st.sampled_from(FRONTS),
    st.sampled_from(BEHIND),
    st.booleans(),
)
def test_a_drawn_network_is_read_as_it_was_meant(data, prefix, front, behind, indented):
    source, inside = data.draw(rows(prefix))
    text = front + source + behind
    reading = read_sequential(indent(text, "    ") if indented else text)
    assert reading.misread == ()
    assert list(reading.layers) == inside == made(f"net = {source}")


@drawn(300)
@given(st.lists(layers(), max_size=8))
def test_a_row_that_was_written_is_read_again(row):
    source = row_source(row)
    reading = read_sequential(source)
    assert (list(reading.layers), reading.misread) == (row, ())
    assert made(source.replace("model", "net")) == row


# --- what is not understood is named with its line ---


TEXT = """\
from torch import nn
size = 3
model = nn.Sequential(
    nn.Conv2d(3, 8, size),
    nn.Conv2d(3, 8, 3, device="cuda"),
    nn.GELU(),
    nn.ReLU(),
    nn.Conv2d(3, 8),
    nn.Conv2d(3, 8, 3, groups=2),
    *[nn.ReLU() for _ in range(3)],
    nn.Sequential(nn.MaxPool2d(2), nn.MaxPool2d(2, return_indices=True)),
    nn.Conv2d(3, 8, 3, bias=0),
    "relu",
    nn.Conv2d(3, 8, 3, width=2),
    nn.Conv2d(3, 8, 9999999),
    nn.Conv2d(3, 8, 3, **more),
    my.nn.Conv2d(3, 8, 3),
    nn.Flatten(2),
)
nn.Sequential(nn.ReLU())
"""


def test_what_is_not_understood_is_named_with_its_line_and_the_rest_stands():
    reading = read_sequential(TEXT)
    assert reading.layers == (ReLU(), MaxPool2d(2))
    assert [str(misread) for misread in reading.misread] == [
        "Line 2: this is no nn.Sequential(...).",
        "Line 4: nn.Conv2d: `kernel_size` must be a plain number, word or pair.",
        "Line 5: nn.Conv2d: `device` is not known here.",
        "Line 6: nn.GELU is not a layer that is known here.",
        "Line 8: nn.Conv2d: missing a required argument: 'kernel_size'.",
        "Line 9: nn.Conv2d: `groups` must divide in_channels: 3 channels do not split into 2 equal groups. "
        "Use groups 1.",
        "Line 10: this is no layer, such as nn.Conv2d(3, 4, 5).",
        "Line 11: nn.MaxPool2d: `return_indices` is not known here.",
        "Line 12: nn.Conv2d: `bias` must be True or False.",
        "Line 13: this is no layer, such as nn.Conv2d(3, 4, 5).",
        "Line 14: nn.Conv2d: got an unexpected keyword argument 'width'.",
        "Line 15: nn.Conv2d: `kernel_size` must be at most 1,000,000.",
        "Line 16: nn.Conv2d: each argument is given once, by its name or in its place.",
        "Line 17: my.nn.Conv2d is not a layer that is known here.",
        "Line 18: nn.Flatten: `start_dim` is not known here.",
        "Line 20: this is a second nn.Sequential; the first is read.",
    ]


def test_what_changes_no_number_is_passed_over():
    text = "nn.Sequential(nn.BatchNorm2d(4, 1e-3, 0.01), nn.ReLU(inplace=True), nn.Upsample(None, 2, 'nearest', False))"
    reading = read_sequential(text)
    assert reading.layers == (BatchNorm2d(4, 1e-3), ReLU(), Upsample(scale_factor=2))
    assert reading.misread == ()


def test_the_last_of_two_layers_with_one_name_stands_in_the_place_of_the_first():
    text = "nn.Sequential(OrderedDict([('a', nn.ReLU()), ('b', nn.Flatten()), ('a', nn.LeakyReLU()), nn.ReLU()]))"
    reading = read_sequential(text)
    assert reading.layers == (LeakyReLU(), Flatten())
    assert [str(it) for it in reading.misread] == ["Line 1: an OrderedDict takes pairs of a name and a layer."]


@pytest.mark.parametrize(
    "text",
    [
        "nn.Sequential(nn.ReLU()).train()",
        "nn.Sequential.eval()",
        "nn.Sequential(nn.ReLU()).eval",
        "eval(nn.ReLU()).eval()",
    ],
)
def test_what_is_called_of_a_network_is_not_passed_over_if_it_may_change_it(text):
    with pytest.raises(ConvLabError, match=r"^`code` must hold an nn.Sequential"):
        read_sequential(text)


# --- bounds ---


def nested(depth):
    return "nn.Sequential(" * depth + ")" * depth


def test_bounds():
    assert read_sequential(nested(MAX_DEPTH)).layers == ()
    assert len(read_sequential(row_source([ReLU()] * MAX_LAYERS)).layers) == MAX_LAYERS
    assert read_sequential("nn.Sequential()".ljust(MAX_LENGTH)).layers == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (nested(MAX_DEPTH + 1), r"^`code` must have at most 10 rows within one another: line 1 lies deeper\."),
        (row_source([ReLU()] * 65), r"^`code` must have at most 64 layers: it has 65\. Leave some"),
        (
            "nn.Sequential()".ljust(MAX_LENGTH + 1),
            r"^`code` must be text of at most 12,000 characters: it has 12,001\.",
        ),
        (b"nn.Sequential()", r"^`code` must be text .*: got bytes\."),
        ("", r"^`code` must hold an nn.Sequential\(\.\.\.\): none is there\. Paste one"),
        ("nn.Conv2d(3, 4, 5)", r"^`code` must hold an nn.Sequential"),
        (
            "model = nn.Sequential(\n  nn.ReLU(),,\n)",
            r"^`code` must be a piece of Python: line 2: invalid syntax\. Mend",
        ),
        ("-" * 11_000 + "1", r"^`code` must be a piece of Python"),
        ("nn.Sequential(nn.ReLU())\0", r"^`code` must be a piece of Python"),
        ("nn.Sequential('\ud800')", r"^`code` must be a piece of Python"),
    ],
)
def test_refusals(text, message):
    with pytest.raises(ConvLabError, match=message):
        read_sequential(text)


# --- hostile text ---

WORDS = """
.eval() .to( .cuda( .requires_grad_( Dropout( Dropout2d( Identity(
nn. torch.nn. Sequential( Conv2d( ReLU( Linear( Upsample( BatchNorm2d( OrderedDict( __import__( open( exec( eval( ( ) [
] { } , = : . * ** - + ~ @ ; := \\ # ' " f' b' 0 1 3 1e999 999999999999999999999999 0x 1j ... True None kernel_size=
padding= **x *x x.__class__ 'os' 'same' .system( lambda for in if else not await yield class def return with import é 𝟙
"""
PIECES = st.sampled_from([*WORDS.split(), " ", "\n", "\t", "\0", "for x in "])


def harmless(text):
    """Read, and refused if at all by the one error."""
    try:
        reading = read_sequential(text)
    except ConvLabError as error:
        assert len(str(error)) < 1000
        return
    assert all(len(str(misread)) < 1000 for misread in reading.misread)


@drawn(3000)
@given(st.lists(PIECES, max_size=40).map("".join))
@example("(" * 5000)
@example("nn.Sequential(" + "-" * 3000 + "1)")
@example("nn.Sequential(nn" + ".a" * 5000 + "())")
@example("nn.Sequential(" + "9" * 5000 + ")")
@example("nn.Sequential(nn.Conv2d(" + "1," * 5000 + "))")
@example("nn.Sequential(nn.ReLU(" + "a" * 11_000 + "=1))")
@example("nn.Sequential(nn.Conv2d(3, 3, 3, padding_mode='" + "a" * 11_000 + "'))")
@example("nn.Sequential(nn.Conv2d(3, 3, (" + "1," * 5000 + ")))")
@example("x\n" * 5000)
@example("nn.Sequential()" + ".eval()" * 1700)
@example("nn.Dropout(" * 900)
def test_text_of_any_pieces_is_read_or_refused(text):
    harmless(text)
    harmless(f"nn.Sequential({text})")
    harmless(f"nn.Sequential(nn.Conv2d({text}), nn.ReLU())")


@drawn(500)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    harmless(text)


VALUES = st.sampled_from(
    ["0", "-1", "1.5", "None", "True", "'same'", "''", "(1, 2)", "(1, 2, 3)", "()", "[3]", "1e999", "-0.0", "(None, 1)",
     "1_000_000", "10**9", "x", "...", "b'1'", "1j", "-True", "-'a'", "(('a',),)", "open('x')"]
)  # fmt: skip
NAMES = sorted(
    {
        name
        for kind in (Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, *OTHERS)
        for name in torch_signature(kind).parameters
    }
)


@drawn(3000)
@given(
    st.sampled_from([Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, *OTHERS]),
    st.lists(VALUES, max_size=4),
    st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4),
)
def test_any_settings_make_a_layer_or_a_word(kind, places, named):
    arguments = ", ".join([*places, *(f"{name}={value}" for name, value in named.items())])
    reading = read_sequential(f"nn.Sequential(nn.{kind.__name__}({arguments}))")
    assert len(reading.layers) + len(reading.misread) == 1


@pytest.mark.parametrize("call", ["__import__('os').system('false')", "open('made', 'w')", "exec('1/0')", "1/0"])
def test_nothing_runs_and_nothing_is_opened(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    reading = read_sequential(f"x = {call}\nnn.Sequential({call}, nn.Conv2d({call}, 1, 1), nn.ReLU())")
    assert reading.layers == (ReLU(),)
    assert [misread.line for misread in reading.misread] == [1, 2, 2]
    assert not list(tmp_path.iterdir())
