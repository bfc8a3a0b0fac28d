"""What the stage shows for some settings: texts, numbers and map strips, ready to send. No streamlit here."""

import hashlib
import json
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from PIL import Image
from torch import Tensor

from convlab import images, rendering
from convlab.errors import ConvLabError
from convlab.kernels import BANKS
from convlab.layers import Conv2d, ConvTranspose2d, ReLU
from convlab.network import Stage, Step, trace, zeroed
from convlab.script import layer_source
from convlab.ui.settings import Settings, check, from_address, kernel_of, steps_of
from convlab.window import Pair, by

COLOUR_NAMES = ("red", "green", "blue")


@dataclass(frozen=True)
class Picture:
    """The visitor's picture, at most 512 pixels wide and high; two with the same digest are the same.

    Attributes
    ----------
    digest : str
        Of its pixels and its words.
    title, alt : str
        Its name, and what it shows.
    file : str
        What a program opens to read it.
    pixels : PIL.Image.Image
        RGB.
    own : bool
        Whether a visitor brought it: nothing made of it is then kept for others.
    """

    digest: str
    title: str
    alt: str
    file: str
    pixels: Image.Image
    own: bool = False

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.digest == other.digest

    @property
    def size(self) -> Pair:
        """Rows and columns."""
        return self.pixels.height, self.pixels.width


def picture_of(pixels: Image.Image, title: str, alt: str, file: str, own: bool = False) -> Picture:
    """A Pillow picture with its digest, of its pixels and its words."""
    shown = repr((pixels.size, title, alt, file)).encode()
    digest = hashlib.blake2b(pixels.tobytes() + shown, digest_size=16).hexdigest()
    return Picture(digest, title, alt, file, pixels, own)


@lru_cache(maxsize=16)
def sample_picture(name: str) -> Picture:
    """One of the sample pictures."""
    sample = images.SAMPLES[name]
    return picture_of(
        images.open_image(sample.path),
        f"{sample.title}, {sample.credit}",
        sample.alt,
        sample.path.with_suffix(".png").name,
    )


def image_of(picture: Picture, settings: Settings) -> Tensor:
    """The picture as the layers read it: brought down, in colour or grey."""
    image = images.to_tensor(images.bring_down(picture.pixels, settings.max_side))
    return images.to_grey(image) if settings.grey else image


def stages_of(picture: Picture, settings: Settings) -> tuple[Tensor, list[Stage]]:
    """The image that the layers read, and every layer's output."""
    check(settings, picture.size)
    image = image_of(picture, settings)
    return image, trace(steps_of(settings, len(image)), image)


class _Run(NamedTuple):
    """Some settings with the image that their layers read and every layer's output."""

    name: str
    settings: Settings
    image: Tensor
    stages: list[Stage]


class _Pixels:
    """The bytes of all pictures one after another; each is found again by its start."""

    def __init__(self) -> None:
        self.data = bytearray()

    def add(self, pixels: Tensor) -> int:
        """Append some; where they start."""
        start = len(self.data)
        self.data += pixels.contiguous().numpy().tobytes()
        return start

    def packed(self) -> bytes:
        """All of them, compressed quickly rather than well."""
        squeeze = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
        return squeeze.compress(self.data) + squeeze.flush()


def stage_data(picture: Picture, settings: Settings, dark: bool) -> tuple[dict[str, Any], bytes]:
    """Everything that the stage shows: a header for JSON, and the pixels of all pictures, compressed.

    A map's pixel is its place in the header's table of colours; the image's are red, green and blue.

    Raises
    ------
    ConvLabError
        If the settings do not fit the picture.
    """
    make = _made if picture.own else _kept
    return make(picture, settings, dark)


def _made(picture: Picture, settings: Settings, dark: bool) -> tuple[dict[str, Any], bytes]:
    """The same, made anew."""
    pixels = _Pixels()
    runs, note = _runs(picture, settings)
    limits = _common_limits([run.stages for run in runs])
    panels = [
        {
            "name": run.name,
            "chain": _chain(tuple(run.image.shape), run.stages),
            "totals": _totals(run.stages),
            "image": _image(picture, run.image, pixels),
            "layers": _layers(run, limits, pixels, dark),
        }
        for run in runs
    ]
    table = rendering.signed_table(dark).tobytes().hex()
    mark = mark_of(picture, settings, dark)
    return {"mark": mark, "panels": panels, "note": note, "dark": dark, "table": table}, pixels.packed()


def _runs(picture: Picture, settings: Settings) -> tuple[list[_Run], str]:
    """What is shown side by side: the settings alone, or A and B; and a word where A does not fit."""
    run = _Run("", settings, *stages_of(picture, settings))
    if not settings.pinned:
        return [run], ""
    try:
        pinned = _on_same_picture(from_address(settings.pinned), settings)
        return [_Run("A", pinned, *stages_of(picture, pinned)), run._replace(name="B")], ""
    except ConvLabError as error:
        return [run], f"The pinned settings A do not fit this picture. {error}"


def _image(picture: Picture, image: Tensor, pixels: _Pixels) -> dict[str, Any]:
    """The picture as the layers read it."""
    return {
        "start": pixels.add(rendering.rgb(image)),
        "alt": picture.alt,
        "caption": picture.title,
        "shape": by(image.shape),
        "width": image.shape[2],
        "height": image.shape[1],
    }


_kept = lru_cache(maxsize=32)(_made)  # of the sample pictures, for all visitors


def mark_of(picture: Picture, settings: Settings, dark: bool) -> str:
    """A short name for what the stage shows; the same name, the same maps."""
    return hashlib.blake2b(repr((picture.digest, settings, dark)).encode(), digest_size=8).hexdigest()


def packed(header: dict[str, Any], pixels: bytes) -> bytes:
    """Header and pixels as one message: the header's length in four bytes, the header as JSON, the pixels."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return len(text).to_bytes(4, "little") + text + pixels


def _on_same_picture(pinned: Settings, settings: Settings) -> Settings:
    """Pinned settings, applied to the picture as it is now; `pinned` stays, for A and B share the room."""
    same = {name: getattr(settings, name) for name in ("picture", "max_side", "grey", "pinned")}
    return replace(pinned, **same)


def _common_limits(traces: list[list[Stage]]) -> list[float]:
    """One end of the scale for each layer, the same in A and B."""
    rows = [[rendering.limit_of(s.output) for s in stages if s.step.weight is not None] for stages in traces]
    return [max(row[i] for row in rows if i < len(row)) for i in range(max(map(len, rows)))]


def _chain(shape: tuple[int, ...], stages: list[Stage]) -> list[dict[str, str]]:
    """The chain of shapes, with what stands between."""
    return [{"layer": "", "shape": by(shape)}] + [
        {"layer": _short_name(stage.step), "shape": by(stage.shape)} for stage in stages
    ]


def _short_name(step: Step) -> str:
    """A layer in two words: conv 5×5."""
    names = {"Conv2d": "conv", "ConvTranspose2d": "transposed", "MaxPool2d": "max", "AvgPool2d": "average"}
    name = type(step.layer).__name__
    size = getattr(step.layer, "kernel_size", None)
    return f"{names[name]} {by(size)}" if size else name


def _totals(stages: list[Stage]) -> str:
    """Parameters, work and receptive field of the whole row."""
    macs, parameters = sum(s.macs for s in stages), sum(s.parameters for s in stages)
    field = by(stages[-1].receptive_field)
    return f"{parameters:,} parameters · {macs:,} multiply-adds · each number at the end sees {field} pixels"


def _layers(run: _Run, limits: list[float], pixels: _Pixels, dark: bool) -> list[dict[str, Any]]:
    """Each convolution with its kernels and the rows of maps that follow from it."""
    layers: list[dict[str, Any]] = []
    for number, stage in enumerate(run.stages):
        if stage.step.weight is not None:
            limit = limits[len(layers)]
            layers.append(_heading(run.settings, stage, limit, len(layers), dark))
            before = stage
        layers[-1]["rows"].append(_row(stage, before, limit, pixels, dark) | {"stage": number})
        if formula := stage.layer.formula(stage.input_shape):
            layers[-1]["formulas"].append({"name": _short_name(stage.step), "rows": formula[0], "columns": formula[1]})
    return layers


def _heading(settings: Settings, stage: Stage, limit: float, index: int, dark: bool) -> dict[str, Any]:
    """A convolution: its source, its numbers and its kernels."""
    mixing = index == settings.depth  # the 1×1 layer comes after those with the chosen kernels
    return {
        "title": "1×1 convolution" if mixing else f"Layer {index + 1}",
        "source": layer_source(stage.layer),
        "cost": f"{stage.parameters:,} parameters · {stage.macs:,} multiply-adds",
        "limit": short(limit),
        "formulas": [],
        "kernels": _mixing_kernels(stage, dark) if mixing else _kernels(settings, stage.input_shape[0], dark),
        "editable": index == 0,
        "rows": [],
    }


def _kernels(settings: Settings, channels: int, dark: bool) -> list[dict[str, Any]]:
    """Every kernel as the visitor defined it."""
    weight = kernel_of(settings, channels)
    labels = BANKS[settings.bank].labels if settings.bank in BANKS else ()
    turned = "turned by 180° before it slides" if settings.flip else ""
    cards = []
    for number, kernel in enumerate(weight):
        label = labels[number % len(labels)] if labels else ""
        card = _card(number, kernel, label, rendering.limit_of(weight), settings.grey, dark)
        reads = f"reads channel {number + 1} alone" if settings.depthwise else card["reads"]
        cards.append(card | {"reads": " · ".join(filter(None, (reads, turned)))})
    return cards


def _mixing_kernels(stage: Stage, dark: bool) -> list[dict[str, Any]]:
    """The one kernel of the 1×1 layer."""
    weight = stage.step.weight
    assert weight is not None
    return [_card(0, weight[0], "weighted sum of the maps", rendering.limit_of(weight), True, dark)]


def _card(number: int, kernel: Tensor, label: str, limit: float, grey: bool, dark: bool) -> dict[str, Any]:
    """A kernel as planes of numbers and colours: one plane where it is the same for every input channel."""
    same = len(kernel) > 1 and bool((kernel == kernel[:1]).all())
    planes = kernel[:1] if same else kernel
    return {
        "name": f"Kernel {number + 1}",
        "label": label,
        "reads": f"the same for all {len(kernel)} channels" if same else "",
        "planes": [_plane(plane, limit, dark) for plane in planes],
        "names": _plane_names(len(planes), grey),
        "channel": -1 if len(planes) == 1 else 0,
    }


def _plane(plane: Tensor, limit: float, dark: bool) -> dict[str, Any]:
    """One kernel plane: size, numbers as written, colours."""
    return {
        "rows": plane.shape[0],
        "columns": plane.shape[1],
        "values": [short(value) for value in plane.flatten().tolist()],
        "colours": rendering.colours(plane, limit, dark),
    }


def _plane_names(count: int, grey: bool) -> list[str]:
    """What the planes of a kernel read."""
    if count == 1:
        return [""]
    return list(COLOUR_NAMES) if count == 3 and not grey else [f"map {number + 1}" for number in range(count)]


def _row(stage: Stage, before: Stage, limit: float, pixels: _Pixels, dark: bool) -> dict[str, Any]:
    """One row of maps: before ReLU, after ReLU, or after pooling."""
    maps = stage.output
    channels, height, width = maps.shape
    title, note, captions = _words(stage, before)
    return {
        "title": title,
        "shape": by(stage.shape),
        "note": note,
        "start": pixels.add(rendering.entries(maps, limit)),
        "width": width,
        "height": height,
        "captions": captions,
        "alts": [f"{title}, map {i + 1}, {height}×{width} numbers, {captions[i]}" for i in range(channels)],
        "histogram": rendering.histogram(maps, limit) if stage is before or isinstance(stage.layer, ReLU) else None,
    }


def _words(stage: Stage, before: Stage) -> tuple[str, str, list[str]]:
    """Title, note and one caption a map for a row."""
    maps = stage.output
    low, high = maps.amin((1, 2)).tolist(), maps.amax((1, 2)).tolist()
    spans = [f"{short(a)} to {short(b)}" for a, b in zip(low, high, strict=True)]
    if isinstance(stage.layer, (Conv2d, ConvTranspose2d)):
        return "Before ReLU", "Numbers of both signs.", spans
    if isinstance(stage.layer, ReLU):
        shares = zeroed(before.output)
        mean = sum(shares) / len(shares)
        dead = ["all zero: a dead map" if top == 0 else "" for top in high]
        captions = [word or f"{share:.0%} set to zero" for word, share in zip(dead, shares, strict=True)]
        return "After ReLU", f"{mean:.1%} of all numbers were negative and became 0.", captions
    kind = "maximum" if type(stage.layer).__name__ == "MaxPool2d" else "average"
    size = by(stage.layer.kernel_size)  # type: ignore[attr-defined]
    return "After pooling", f"The {kind} of each {size} block.", spans


def short(value: float) -> str:
    """A number as it is shown: short, with a real minus sign."""
    return f"{value:.3g}".replace("-", "−") if abs(value) < 1000 else f"{value:,.0f}".replace("-", "−")
