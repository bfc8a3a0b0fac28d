"""An animation to keep: the window slides over the input, or the stamps of a transposed layer are added up."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, product

from PIL import Image, ImageColor, ImageDraw, ImageFont

from convlab.errors import ConvLabError
from convlab.layers import Windowed, check_kind, windowed
from convlab.meetings import uses
from convlab.window import Pair, Sides, by, pair, plain, whole

FORMATS = ("gif", "webp")
MAX_SIDE = 32
MAX_FRAMES = 82

_INK, _PAPER, _LINE, _FAINT = "#1a1a1a", "#ffffff", "#4d565e", "#838d96"
_INPUT, _DONE, _NOW, _NOW_CUT = "#cfe4f7", "#a9dcc6", "#f0a30a", "#fbe3b4"
_STAMPED = ("#ffffff", "#d9efe6", "#a9dcc6", "#7cc9ab", "#52b58f")
_MARGIN, _GAP, _SIDE, _CELL, _NARROWEST = 28, 90, 400, 50, 760
_LARGE, _MIDDLE, _SMALL = 30, 27, 22


def animate(
    layer: Windowed,
    input_size: Sides,
    format: str = "gif",
    *,
    milliseconds: int = 500,
    max_frames: int = MAX_FRAMES,
    progress: Callable[[float], object] | None = None,
) -> bytes:
    """An animation for slides: which input cells make each output cell, one output cell a step.

    For a transposed layer: onto which output cells each input cell stamps the kernel, and how many stamps each
    output cell has got so far.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer; only where things lie is drawn, so that its channels do not matter.
    input_size : int or (int, int)
        Rows and columns of the input.
    format : {"gif", "webp"}, default "gif"
        WebP is lossless.
    milliseconds : int, default 500
        How long each step stays; the finished picture stays four times as long.
    max_frames : int, default 82
        Where there are more steps, evenly spread ones are shown.
    progress : callable, optional
        Called with the finished fraction, rising to 1.

    Returns
    -------
    bytes
        The same bytes for the same settings.

    Raises
    ------
    ConvLabError
        For another format, a grid of more than 32 rows or columns, and for whatever the layer refuses.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> animate(Conv2d(1, 1, 3), (4, 4))[:6]
    b'GIF89a'
    """
    if format not in FORMATS:
        fix = {"format": "gif"}
        raise ConvLabError("format", format, 'must be "gif" or "webp"', advice='Use "gif".', fix=fix)
    whole("milliseconds", milliseconds)
    whole("max_frames", max_frames)
    scene = _scene(layer, input_size)
    chosen = _chosen(len(scene.steps), max_frames)
    pictures = []
    for done in chosen:
        pictures.append(_frame(scene, done))
        if progress:
            progress(0.9 * len(pictures) / len(chosen))
    data = _encoded(pictures, format, milliseconds)
    if progress:
        progress(1.0)
    return data


def frames(layer: Windowed, input_size: Sides, max_frames: int = MAX_FRAMES) -> Iterator[Image.Image]:
    """The pictures of the animation, one after the other; the last one is the finished output.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> len(list(frames(Conv2d(1, 1, 3), (4, 4))))
    5
    """
    scene = _scene(layer, input_size)
    for done in _chosen(len(scene.steps), max_frames):
        yield _frame(scene, done)


@dataclass(frozen=True)
class _Map:
    """One grid: its size, the first and last row and column that are drawn, its name and notes."""

    size: Pair
    first: Pair
    last: Pair
    name: str
    notes: tuple[str, ...] = ()

    @property
    def drawn(self) -> Pair:
        """Rows and columns that are drawn."""
        return self.last[0] - self.first[0] + 1, self.last[1] - self.first[1] + 1

    @property
    def places(self) -> list[Pair]:
        """Every place that is drawn, in reading order."""
        rows, columns = (range(self.first[axis], self.last[axis] + 1) for axis in (0, 1))
        return list(product(rows, columns))

    def holds(self, place: Pair) -> bool:
        """Whether a place is a cell of the map and not of the ring around it."""
        return all(0 <= at < side for at, side in zip(place, self.size, strict=True))


@dataclass(frozen=True, eq=False)
class _Scene:
    """What stays the same from frame to frame; a corner is the pixel (left, top) where a map's row 0, column 0 lies."""

    layer: Windowed
    source: _Map
    result: _Map
    corners: tuple[Pair, Pair]
    cell: int
    foot: Pair
    tabs: list[int]
    ground: Image.Image

    @property
    def steps(self) -> list[Pair]:
        """What the animation steps through."""
        return _steps(self.layer, self.source, self.result)


def _scene(layer: Windowed, input_size: Sides) -> _Scene:
    """Check the settings, lay the two maps out, and draw all that does not move."""
    check_kind(layer, windowed)
    size = pair("input_size", input_size, 1)
    output = layer.output_size(size)
    maps = _stamped_maps(layer, size, output) if layer.stamps else _read_maps(layer, size, output)
    for grid in maps:
        if max(grid.drawn) > MAX_SIDE:
            numbers = f"the {grid.name.split()[0].lower()} and what lies around it take {by(grid.drawn)}"
            rule = f"must keep both maps within {MAX_SIDE} rows and columns"
            raise ConvLabError("input_size", size, rule, numbers=numbers, advice="Use a smaller input.")
    return _laid_out(layer, *maps)


def _read_maps(layer: Windowed, size: Pair, output: Pair) -> tuple[_Map, _Map]:
    """Input and output of a convolution or pool: padding lies around the input."""
    window = layer.window
    after, notes = window.padding_end, []
    ends = [max(size[axis] - 1 + after[axis], *window.reads(axis, {output[axis] - 1})) for axis in (0, 1)]
    if max(window.padding + after):
        notes.append(f"dashed: padding {window.padding_words} around the input")
    if any(ends[axis] > size[axis] - 1 + after[axis] for axis in (0, 1)):
        notes.append("ceil_mode: windows may hang over")
    if _unused(layer, size):
        notes.append("struck out: left over, never read")
    source = _Map(size, _negative(window.padding), (ends[0], ends[1]), f"Input {by(size)}", tuple(notes))
    return source, _Map(output, (0, 0), (output[0] - 1, output[1] - 1), f"Output {by(output)}")


def _stamped_maps(layer: Windowed, size: Pair, output: Pair) -> tuple[_Map, _Map]:
    """Input and output of a transposed convolution: padding is cut off the output."""
    window, notes = layer.window, ["digits: stamps added so far"]
    ends = [max(output[axis] - 1, *window.reads(axis, {size[axis] - 1})) for axis in (0, 1)]
    if max(window.padding):
        notes.append(f"dashed: padding {window.padding_words} cut off the output")
    if max(layer.output_padding):
        notes.append(f"output_padding {plain(layer.output_padding)}: kept at its end")
    name = f"Input {by(size)}"
    source = _Map(size, (0, 0), (size[0] - 1, size[1] - 1), name, ("each cell stamps the kernel",))
    result = _Map(output, _negative(window.padding), (ends[0], ends[1]), f"Output {by(output)}", tuple(notes))
    return source, result


def _steps(layer: Windowed, source: _Map, result: _Map) -> list[Pair]:
    """Output cells, or for a transposed layer input cells, in reading order."""
    rows, columns = (source if layer.stamps else result).size
    return list(product(range(rows), range(columns)))


def _laid_out(layer: Windowed, source: _Map, result: _Map) -> _Scene:
    """Find every place in pixels, and draw titles, notes and empty maps."""
    cell = min(_CELL, _SIDE // max(source.drawn + result.drawn))
    notes = [_wrapped(grid.notes, max(grid.drawn[1] * cell, 380), _SMALL) for grid in (source, result)]
    wide = [_panel(grid, lines, cell) for grid, lines in zip((source, result), notes, strict=True)]
    steps = _steps(layer, source, result)
    tabs = _tabs(_step_words(layer, steps, 1), _step_words(layer, steps, len(steps)))
    width = max(sum(wide) + _GAP, _NARROWEST, tabs[-1])
    heading = _wrapped([_unbroken(layer.title)], width, _LARGE)
    top = _MARGIN + _height(heading, _LARGE) + 18
    middle = top + _height([source.name], _MIDDLE) + 8
    tall = max(source.drawn[0], result.drawn[0]) * cell
    bottom = middle + tall + 14 + max(_height(lines, _SMALL) for lines in notes) + 14
    ground = Image.new("RGB", (width + 2 * _MARGIN, bottom + _height(["0"], _SMALL) + _MARGIN), _PAPER)
    pen = ImageDraw.Draw(ground)
    _write(pen, (_MARGIN, _MARGIN), heading, _LARGE)
    spare = (width - sum(wide) - _GAP) // 2
    lefts = _MARGIN + spare, _MARGIN + spare + wide[0] + _GAP
    corners = []
    for grid, lines, left, room in zip((source, result), notes, lefts, wide, strict=True):
        start = left + (room - grid.drawn[1] * cell) // 2, middle + (tall - grid.drawn[0] * cell) // 2
        corners.append((start[0] - grid.first[1] * cell, start[1] - grid.first[0] * cell))
        _write(pen, (left + room // 2, top), [grid.name], _MIDDLE, "ma")
        _write(pen, (left + room // 2, middle + tall + 14), lines, _SMALL, "ma")
    _arrow(pen, lefts[1] - _GAP // 2, middle + tall // 2)
    scene = _Scene(layer, source, result, (corners[0], corners[1]), cell, (_MARGIN, bottom), tabs, ground)
    _draw_empty(pen, scene)
    return scene


def _draw_empty(pen: ImageDraw.ImageDraw, scene: _Scene) -> None:
    """Both maps before the first step."""
    unused = frozenset() if scene.layer.stamps else _unused(scene.layer, scene.source.size)
    for grid, corner in zip((scene.source, scene.result), scene.corners, strict=True):
        places = sorted(grid.places, key=grid.holds)  # the ring first, so that solid lines lie on dashed ones
        for place in places:
            colour = _INPUT if grid is scene.source and grid.holds(place) else _PAPER
            _square(pen, scene, corner, place, colour, dashed=not grid.holds(place))
            if grid is scene.source and place in unused:
                left, top, right, bottom = _box(corner, scene.cell, place, place)
                pen.line((left + 4, bottom - 4, right - 4, top + 4), _LINE, 2)


def _frame(scene: _Scene, done: int) -> Image.Image:
    """The picture after `done` steps, the last of them lit; with all done and one more, the finished picture."""
    picture = scene.ground.copy()
    pen = ImageDraw.Draw(picture)
    steps, finished = scene.steps, done > len(scene.steps)
    past = steps[:done] if finished else steps[: done - 1]
    if scene.layer.stamps:
        _draw_stamps(pen, scene, past, None if finished else steps[done - 1])
    else:
        for place in past:
            _square(pen, scene, scene.corners[1], place, _DONE)
        if not finished:
            _draw_window(pen, scene, steps[done - 1])
    if finished:
        _write(pen, scene.foot, [f"Finished: the output is {by(scene.result.size)}."], _SMALL)
    else:
        words = _step_words(scene.layer, steps, done).split()
        for word, tab in zip(words, scene.tabs, strict=False):
            _write(pen, (scene.foot[0] + tab, scene.foot[1]), [word], _SMALL)
    return picture.quantize(palette=_palette(), dither=Image.Dither.NONE)


def _draw_window(pen: ImageDraw.ImageDraw, scene: _Scene, now: Pair) -> None:
    """The cells that one output cell reads, framed, and that output cell."""
    cells = [cell for _, cell in scene.layer.window.taps(now)]
    for cell in sorted(cells, key=scene.source.holds):
        _square(pen, scene, scene.corners[0], cell, _NOW, dashed=not scene.source.holds(cell))
    _outline(pen, scene, scene.corners[0], cells[0], cells[-1])
    _square(pen, scene, scene.corners[1], now, _NOW)
    _outline(pen, scene, scene.corners[1], now, now)


def _draw_stamps(pen: ImageDraw.ImageDraw, scene: _Scene, past: list[Pair], now: Pair | None) -> None:
    """The stamps so far, as shades and digits, and the one that is being added, framed."""
    window, counts = scene.layer.window, dict.fromkeys(scene.result.places, 0)
    new = [cell for _, cell in window.taps(now)] if now else []
    for cell in new + [cell for step in past for _, cell in window.taps(step)]:
        counts[cell] += 1
    for place in sorted(counts, key=scene.result.holds):
        count, inside = counts[place], scene.result.holds(place)
        if count and (inside or place in new):
            full = _NOW if place in new else _STAMPED[min(count, len(_STAMPED) - 1)]
            _square(pen, scene, scene.corners[1], place, full if inside else _NOW_CUT, dashed=not inside)
            if inside and scene.cell >= 18:
                left, top, right, bottom = _box(scene.corners[1], scene.cell, place, place)
                font = _font(min(_SMALL, scene.cell * 3 // 5))
                pen.text(((left + right) / 2, (top + bottom) / 2), str(count), _INK, font, "mm")
    if now:
        _outline(pen, scene, scene.corners[1], new[0], new[-1])
        _square(pen, scene, scene.corners[0], now, _NOW)
        _outline(pen, scene, scene.corners[0], now, now)


def _tabs(first: str, last: str) -> list[int]:
    """Where each word of the line below begins, so that it stands still from the first step to the last."""
    pairs = zip(first.split(), last.split(), strict=True)
    widths = [max(_length(one, _SMALL), _length(other, _SMALL)) + 6 for one, other in pairs]
    return list(accumulate(widths, initial=0))


def _step_words(layer: Windowed, steps: list[Pair], done: int) -> str:
    """What happens at one step, and how far the animation is."""
    step = steps[done - 1]
    here, there, verb = ("Input", "output", "stamps") if layer.stamps else ("Output", "input", "reads")
    spans = [sorted(layer.window.reads(axis, {step[axis]})) for axis in (0, 1)]
    rows, columns = (
        f"{noun} {span[0]}" if len(span) == 1 else f"{noun}s {span[0]} to {span[-1]}"
        for noun, span in zip(("row", "column"), spans, strict=True)
    )
    return f"{done} of {len(steps)}. {here} row {step[0]}, column {step[1]} {verb} {there} {rows}, {columns}."


def _encoded(pictures: list[Image.Image], format: str, milliseconds: int) -> bytes:
    """Pictures as one animation that runs for ever and rests on the last one."""
    durations = [milliseconds] * (len(pictures) - 1) + [4 * milliseconds]
    file, more = io.BytesIO(), pictures[1:]
    if format == "webp":
        coloured = [picture.convert("RGB") for picture in pictures]
        coloured[0].save(
            file, "WEBP", save_all=True, append_images=coloured[1:], duration=durations, loop=0, lossless=True, method=3
        )
    else:
        pictures[0].save(file, "GIF", save_all=True, append_images=more, duration=durations, loop=0)
    return file.getvalue()


def _chosen(steps: int, max_frames: int) -> list[int]:
    """How many steps are done in each frame: all of them in turn, or evenly spread ones; then the finished picture."""
    shown = min(steps, max_frames - 1)
    return [steps * (place + 1) // shown for place in range(shown)] + [steps + 1]


def _unused(layer: Windowed, size: Pair) -> frozenset[Pair]:
    """Input cells that no window reads."""
    rows, columns = uses(layer, size)
    return frozenset((r, c) for r, row in enumerate(rows) for c, column in enumerate(columns) if row * column == 0)


def _negative(padding: Pair) -> Pair:
    """The first row and column of a padding ring."""
    return -padding[0], -padding[1]


def _drawable(text: str) -> str:
    """A text without the signs that Pillow's own font lacks."""
    return text.replace("×", " x ").replace("\u00a0", " ")


def _unbroken(text: str) -> str:
    """A text that is only broken into lines after a comma."""
    return text.replace(" ", "\u00a0").replace(",\u00a0", ", ")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font."""
    return ImageFont.load_default(size)


def _length(text: str, size: int) -> int:
    """Pixels across that a line of text takes."""
    return int(_font(size).getlength(_drawable(text))) + 1


def _wrapped(texts: Sequence[str], width: int, size: int) -> list[str]:
    """Texts as lines that are no wider than `width` pixels, where a word is not."""
    lines: list[str] = []
    for text in texts:
        line, *words = text.split(" ")
        for word in words:
            if _length(f"{line} {word}", size) <= width:
                line = f"{line} {word}"
            else:
                lines.append(line)
                line = word
        lines.append(line)
    return lines


def _panel(grid: _Map, notes: list[str], cell: int) -> int:
    """Pixels across that a map and its words take."""
    words = [_length(grid.name, _MIDDLE), *(_length(line, _SMALL) for line in notes)]
    return max(grid.drawn[1] * cell, *words)


def _height(lines: list[str], size: int) -> int:
    """Pixels down that lines take."""
    return len(lines) * (size + 6)


def _write(pen: ImageDraw.ImageDraw, at: Pair, lines: list[str], size: int, anchor: str = "la") -> None:
    """Lines of text below one another."""
    for number, line in enumerate(lines):
        pen.text((at[0], at[1] + number * (size + 6)), _drawable(line), _INK, _font(size), anchor)


def _box(corner: Pair, cell: int, first: Pair, last: Pair) -> tuple[int, int, int, int]:
    """Left, top, right and bottom pixel of a block of cells; neighbours share their lines."""
    left, top = corner[0] + first[1] * cell, corner[1] + first[0] * cell
    return left, top, corner[0] + (last[1] + 1) * cell, corner[1] + (last[0] + 1) * cell


def _square(
    pen: ImageDraw.ImageDraw, scene: _Scene, corner: Pair, place: Pair, colour: str, dashed: bool = False
) -> None:
    """One cell, with a solid or dashed line around it."""
    left, top, right, bottom = _box(corner, scene.cell, place, place)
    if not dashed:
        pen.rectangle((left, top, right, bottom), colour, _LINE)
        return
    pen.rectangle((left + 1, top + 1, right - 1, bottom - 1), colour)
    for start in range(0, scene.cell, 8):
        end = min(start + 4, scene.cell)
        for x in (left, right):
            pen.line((x, top + start, x, top + end), _FAINT)
        for y in (top, bottom):
            pen.line((left + start, y, left + end, y), _FAINT)


def _outline(pen: ImageDraw.ImageDraw, scene: _Scene, corner: Pair, first: Pair, last: Pair) -> None:
    """A thick frame around a block of cells, which says without colour what is going on."""
    left, top, right, bottom = _box(corner, scene.cell, first, last)
    thick = 4 if scene.cell >= 24 else 2
    pen.rectangle((left - 1, top - 1, right + 1, bottom + 1), None, _INK, thick)


def _arrow(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """An arrow from the input to the output."""
    pen.line((x - 26, y, x + 14, y), _INK, 5)
    pen.polygon([(x + 28, y), (x + 8, y - 13), (x + 8, y + 13)], _INK)


@cache
def _palette() -> Image.Image:
    """The colours of every frame: the few that are used, and those that smooth letters need on some of them."""
    letters = [_blend(_PAPER, step / 7) for step in range(7)]
    digits = [_blend(ground, step / 4) for ground in (_NOW, *_STAMPED[1:]) for step in range(4)]
    colours = [*letters, *digits, *(ImageColor.getrgb(flat) for flat in (_INK, _INPUT, _NOW_CUT, _LINE, _FAINT))]
    palette = Image.new("P", (1, 1))
    palette.putpalette([channel for colour in colours for channel in colour[:3]])
    return palette


def _blend(ground: str, share: float) -> tuple[int, ...]:
    """A colour with a share of ink."""
    pairs = zip(ImageColor.getrgb(ground), ImageColor.getrgb(_INK), strict=True)
    return tuple(round(paper + share * (ink - paper)) for paper, ink in pairs)
