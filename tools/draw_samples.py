"""Draw the two sample pictures that are ConvLab's own: the panda and the test card.

Run ``python tools/draw_samples.py`` to rewrite them in ``convlab/samples``: same seeds, same hairs.
"""

import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

SAMPLES = Path(__file__).resolve().parent.parent / "convlab" / "samples"
FONTS = ("DejaVuSans-Bold.ttf", "LiberationSans-Bold.ttf")

PANDA_SIZE = (180, 235)  # width, height
SCALE = 8  # the panda is drawn this many times larger, then shrunk
LIGHT = (-0.55, -0.83)  # unit vector towards the light: from the upper left

CARD_SIDE = 256
GREY = 128
FINE = 8  # each pixel of a pattern is the mean of FINE x FINE samples

Point = tuple[float, float]
Colour = tuple[int, int, int]


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """Return the colour that lies the given part of the way from the first to the second."""
    amount = min(max(amount, 0.0), 1.0)
    return tuple(round(a + (b - a) * amount) for a, b in zip(first, second, strict=True))


def along(start: Point, end: Point, amount: float, aside: float = 0.0) -> Point:
    """Return the point part of the way from start to end, moved aside by a distance."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down)
    return (
        start[0] + across * amount - down / length * aside,
        start[1] + down * amount + across / length * aside,
    )


class Canvas:
    """A large picture that is drawn on in units of the small one."""

    def __init__(self, image: Image.Image, seed: int) -> None:
        """Take a picture to draw on and a seed for its chances."""
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.random = random.Random(seed)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        """Draw a line with round ends."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self.draw.line(scaled, colour, round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.disc((x, y), width / 2, colour)

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        self.oval(centre, (radius, radius), 0, colour)

    def oval(self, centre: Point, radii: Point, degrees: float, colour: Colour) -> None:
        """Fill a turned ellipse."""
        self.shape([place(centre, radii, degrees, 1, turn * math.tau / 90) for turn in range(90)], colour)

    def shape(self, points: list[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], colour)

    def curve(self, start: Point, bend: Point, end: Point, colour: Colour, width: float) -> None:
        """Draw a line that is pulled towards a point on its way."""
        self.line([bezier(start, bend, end, step / 24) for step in range(25)], colour, width)


def bezier(start: Point, bend: Point, end: Point, amount: float) -> Point:
    """Return a point of the quadratic Bézier curve."""
    rest = 1 - amount
    return tuple(
        rest * rest * a + 2 * rest * amount * b + amount * amount * c for a, b, c in zip(start, bend, end, strict=True)
    )


def place(centre: Point, radii: Point, degrees: float, distance: float, angle: float) -> Point:
    """Return a point of a turned ellipse: distance 0 is its centre and 1 its edge."""
    across, down = radii[0] * distance * math.cos(angle), radii[1] * distance * math.sin(angle)
    turn = math.radians(degrees)
    return (
        centre[0] + across * math.cos(turn) - down * math.sin(turn),
        centre[1] + across * math.sin(turn) + down * math.cos(turn),
    )


WHITE_FUR = ((255, 254, 248), (172, 175, 186))  # in the light, in the shade
BLACK_FUR = ((92, 92, 104), (14, 14, 20))
PINK = (226, 150, 148)
DARK = (16, 15, 20)
PAWS = ((-1, (74, 178)), (1, (113, 144)))  # side, centre


def fur(
    canvas: Canvas,
    centre: Point,
    radii: Point,
    tint: tuple[Colour, Colour],
    degrees: float = 0,
    hair: float = 5,
    comb: Point = (0, 0.5),
) -> None:
    """Draw a furry ellipse: hairs grow outwards, combed a little, light on the lit side."""
    canvas.oval(centre, radii, degrees, mix(*tint, 0.4))
    for _ in range(round(radii[0] * radii[1] * 1.1)):
        distance, angle = math.sqrt(canvas.random.random()), canvas.random.uniform(0, math.tau)
        root = place(centre, radii, degrees, distance * 0.97, angle)
        out = ((root[0] - centre[0]) / radii[0], (root[1] - centre[1]) / radii[1])
        shade = 0.34 - 0.55 * (out[0] * LIGHT[0] + out[1] * LIGHT[1]) + canvas.random.gauss(0, 0.13)
        aim = math.atan2(out[1] + comb[1], out[0] + comb[0]) + canvas.random.gauss(0, 0.25)
        length = hair * canvas.random.uniform(0.5, 1)
        tip = (root[0] + length * math.cos(aim), root[1] + length * math.sin(aim))
        canvas.line([root, tip], mix(*tint, shade), 0.55)


def leaf(canvas: Canvas, base: Point, degrees: float, length: float, colour: Colour) -> None:
    """Draw a bamboo leaf with a light half, a dark half and a midrib."""
    turn = math.radians(degrees)
    tip = (base[0] + length * math.cos(turn), base[1] + length * math.sin(turn))
    for side, tone in ((-1, mix(colour, (255, 255, 200), 0.28)), (1, mix(colour, (0, 40, 20), 0.22))):
        bend = along(base, tip, 0.32, side * length * 0.25)
        canvas.shape([bezier(base, bend, tip, step / 24) for step in range(25)], tone)
    canvas.line([base, along(base, tip, 0.9)], mix(colour, (255, 255, 210), 0.6), 0.6)


def bamboo(canvas: Canvas, start: Point, end: Point, width: float, joints: int, colour: Colour) -> None:
    """Draw a round bamboo stem with rings between its segments."""
    light, dark = mix(colour, (255, 255, 210), 0.55), mix(colour, (10, 50, 20), 0.5)
    strips = round(width * 4)
    for strip in range(strips):
        across = (strip + 0.5) / strips - 0.5
        tone = mix(light, dark, abs(across + 0.2) * 1.5)
        canvas.line([along(start, end, 0, across * width), along(start, end, 1, across * width)], tone, 0.4)
    for joint in range(1, joints):
        ends = [along(start, end, joint / joints, side * width * 0.58) for side in (-1, 1)]
        canvas.line(ends, dark, 1.5)
        glint = [(x, y - 1.4) for x, y in ends]
        canvas.line(glint, light, 0.9)


def background() -> Image.Image:
    """Draw a misty bamboo grove, out of focus."""
    width, height = PANDA_SIZE
    canvas = Canvas(Image.new("RGB", (width * SCALE, height * SCALE)), seed=3)
    for row in range(height):
        tone = mix((238, 243, 214), (112, 164, 112), (row / height) ** 1.3)
        canvas.shape([(0, row), (width, row), (width, row + 1), (0, row + 1)], tone)
    for _ in range(46):
        centre = (canvas.random.uniform(0, width), canvas.random.uniform(0, height * 0.85))
        tone = mix((250, 246, 200), (126, 180, 128), canvas.random.random())
        canvas.disc(centre, canvas.random.uniform(5, 17), tone)
    image = canvas.image.filter(ImageFilter.GaussianBlur(4 * SCALE))
    canvas = Canvas(image, seed=4)
    for foot, top, thick in ((28, 34, 6), (57, 52, 4), (119, 127, 5), (146, 141, 7), (96, 93, 4)):
        bamboo(canvas, (foot, height), (top, -5), thick, 5, (134, 182, 128))
    return canvas.image.filter(ImageFilter.GaussianBlur(1.6 * SCALE))


def grove(canvas: Canvas) -> None:
    """Draw the bamboo in focus behind the panda."""
    green = (86, 150, 62)
    bamboo(canvas, (10, 240), (16, -5), 11, 6, green)
    bamboo(canvas, (171, 240), (163, -5), 9, 7, (104, 160, 60))
    sprays = (
        ((16, 35), (28, 62, -18), 30),
        ((161, 28), (150, 118, 196), 30),
        ((167, 118), (104, 140, 62), 25),
        ((12, 118), (76, 44, 112), 25),
    )
    for base, turns, length in sprays:
        for number, degrees in enumerate(turns):
            leaf(canvas, base, degrees, length - 3 * number, mix(green, (40, 110, 60), number / 3))


def grass(canvas: Canvas, count: int, top: float) -> None:
    """Draw blades of grass along the lower edge."""
    for _ in range(count):
        foot = (canvas.random.uniform(-4, PANDA_SIZE[0] + 4), canvas.random.uniform(top, PANDA_SIZE[1] + 8))
        height, lean = canvas.random.uniform(7, 15), canvas.random.gauss(0, 5)
        tone = mix((60, 118, 52), (172, 206, 96), canvas.random.random())
        bend = (foot[0], foot[1] - height * 0.7)
        canvas.curve(foot, bend, (foot[0] + lean, foot[1] - height), tone, 0.9)


def body(canvas: Canvas) -> None:
    """Draw the belly, the dark shoulders and the legs."""
    canvas.oval((92, 222), (66, 9), 0, (56, 96, 56))
    fur(canvas, (90, 174), (47, 49), WHITE_FUR)
    fur(canvas, (90, 139), (44, 21), BLACK_FUR, hair=4)
    for side in (-1, 1):
        fur(canvas, (90 + side * 38, 207), (28, 18), BLACK_FUR, degrees=side * 16, hair=4)
        sole(canvas, (90 + side * 53, 207), side)


def sole(canvas: Canvas, centre: Point, side: int) -> None:
    """Draw the foot that is turned to the viewer, with its pads."""
    fur(canvas, centre, (16, 18), BLACK_FUR, degrees=side * 12, hair=3)
    pink = mix(PINK, DARK, 0.25)
    canvas.oval((centre[0], centre[1] + 5), (8, 6), 0, pink)
    for across, down in ((-8.5, -4), (-3, -8.5), (3, -8.5), (8.5, -4)):
        canvas.oval((centre[0] + across, centre[1] + down), (2.5, 3), across * 3, pink)


def arms(canvas: Canvas) -> None:
    """Draw the arms, all but the paws."""
    for side, paw in PAWS:
        for step in range(4):
            joint = bezier((90 + side * 38, 142), (90 + side * 44, 170), paw, step / 4)
            fur(canvas, joint, (13, 13), BLACK_FUR, hair=4)


def snack(canvas: Canvas) -> None:
    """Draw a bamboo stem with fresh leaves, and the paws that hold it."""
    bamboo(canvas, (54, 204), (143, 109), 6.5, 6, (112, 168, 62))
    for degrees, length in ((-96, 22), (-62, 28), (-24, 25), (12, 21)):
        leaf(canvas, (142, 110), degrees, length, (92, 160, 60))
    for _, paw in PAWS:
        fur(canvas, paw, (13, 12), BLACK_FUR, hair=4)


def head(canvas: Canvas) -> None:
    """Draw ears, face, eyes, nose and mouth."""
    for side in (-1, 1):
        fur(canvas, (90 + side * 41, 49), (17, 17), BLACK_FUR, hair=4, comb=(side * 0.3, -0.3))
        canvas.oval((90 + side * 39, 52), (8, 9), side * 20, (58, 52, 60))
    fur(canvas, (90, 87), (54, 45), WHITE_FUR, hair=6, comb=(0, 0.2))
    fur(canvas, (90, 104), (23, 17), ((255, 255, 252), (206, 204, 204)), hair=3)
    for side in (-1, 1):
        fur(canvas, (90 + side * 24, 85), (12, 16), BLACK_FUR, degrees=side * 32, hair=3)
        eye(canvas, (90 + side * 22, 83), side)
    muzzle(canvas)


def eye(canvas: Canvas, centre: Point, side: int) -> None:
    """Draw a smiling eye: a short bright line, a little tilted."""
    x, y = centre
    canvas.oval((x, y), (7, 6.5), 0, DARK)
    canvas.curve((x - side * 5.5, y + 1), (x, y - 6), (x + side * 6, y + 3), (250, 244, 226), 1.7)


def muzzle(canvas: Canvas) -> None:
    """Draw the nose and a smile."""
    canvas.oval((90, 98), (8, 5), 0, DARK)
    canvas.oval((87.5, 95.8), (2.6, 1.1), -10, (150, 148, 156))
    canvas.line([(90, 102), (90, 107)], DARK, 1.3)
    for side in (-1, 1):
        canvas.curve((90, 107), (90 + side * 5, 113), (90 + side * 11, 107.5), DARK, 1.4)


def draw_panda() -> Image.Image:
    """Draw a panda that sits in a bamboo grove."""
    canvas = Canvas(background(), seed=8)
    grove(canvas)
    grass(canvas, 260, 214)
    body(canvas)
    arms(canvas)
    head(canvas)
    snack(canvas)
    grass(canvas, 110, 232)
    return canvas.image.resize(PANDA_SIZE, Image.Resampling.LANCZOS)


def pattern(height: int, width: int, rule: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Image.Image:
    """Return a grey picture of a rule from (row, column), measured from the centre, to brightness 0..1."""
    rows = (np.arange(height * FINE) + 0.5) / FINE - height / 2
    columns = (np.arange(width * FINE) + 0.5) / FINE - width / 2
    fine = np.asarray(rule(rows[:, None], columns[None, :]), dtype=float)
    means = fine.reshape(height, FINE, width, FINE).mean(axis=(1, 3))
    return Image.fromarray(np.round(means * 255).astype(np.uint8)).convert("RGB")


def rings(side: int, finest: float) -> Image.Image:
    """Return rings that grow finer outwards, up to the finest period at the edge of a grey-rimmed disc."""
    radius = side / 2

    def rule(row: np.ndarray, column: np.ndarray) -> np.ndarray:
        distance = np.hypot(row, column)
        wave = 0.5 + 0.5 * np.cos(math.pi * distance**2 / (radius * finest))
        return np.where(distance < radius, wave, GREY / 255)

    return pattern(side, side, rule)


def star(side: int, wedges: int) -> Image.Image:
    """Return a star of wedges: an edge in every direction."""
    return pattern(side, side, lambda row, column: np.sin(wedges * np.arctan2(row, column)) > 0)


def fan(height: int, width: int, lines: int) -> Image.Image:
    """Return upright lines that run together towards the top."""

    def rule(row: np.ndarray, column: np.ndarray) -> np.ndarray:
        spread = 0.4 + 0.6 * (row / height + 0.5)
        across = column / (width * spread) + 0.5
        return np.where((across > 0) & (across < 1), np.floor(across * (2 * lines - 1)) % 2, 1)

    return pattern(height, width, rule)


def stripes(height: int, width: int, degrees: float, period: float) -> Image.Image:
    """Return soft stripes of one direction."""
    turn = math.radians(degrees)

    def rule(row: np.ndarray, column: np.ndarray) -> np.ndarray:
        distance = column * math.sin(turn) + row * math.cos(turn)
        return 0.5 + 0.5 * np.cos(math.tau * distance / period)

    return pattern(height, width, rule)


def checkerboard(side: int, cell: int) -> Image.Image:
    """Return squares that alternate between black and white."""
    rows, columns = np.indices((side, side)) // cell
    return Image.fromarray(((rows + columns) % 2 * 255).astype(np.uint8)).convert("RGB")


def ramp(height: int, width: int) -> Image.Image:
    """Return a straight run from black on the left to white on the right."""
    values = np.round(np.linspace(0, 255, width)).astype(np.uint8)
    return Image.fromarray(np.tile(values, (height, 1))).convert("RGB")


def letter(side: int, text: str, ink: str, paper: str) -> Image.Image:
    """Return one letter in the middle of a square."""
    image = Image.new("RGB", (side, side), paper)
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font(50))
    draw.text(((side - left - right) / 2, (side - top - bottom) / 2), text, fill=ink, font=font(50))
    return image


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the first bold font that this computer has."""
    for name in FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    raise SystemExit(f"The test card needs one of these fonts: {', '.join(FONTS)}")


def dot(height: int, width: int) -> Image.Image:
    """Return one white pixel on black: what a kernel makes of it is the kernel itself, turned round."""
    image = Image.new("RGB", (width, height), "black")
    image.putpixel((width // 2, height // 2), (255, 255, 255))
    return image


def border(card: Image.Image) -> None:
    """Frame the card in black and white blocks, so that the treatment of the edge is seen."""
    draw = ImageDraw.Draw(card)
    last = CARD_SIDE - 1
    for start in range(0, CARD_SIDE, 8):
        tone = "white" if start // 8 % 2 else "black"
        for box in (
            (start, 0, start + 7, 3),
            (last - start - 7, last - 3, last - start, last),
            (0, last - start - 7, 3, last - start),
            (last - 3, start, last, start + 7),
        ):
            draw.rectangle(box, fill=tone)


def draw_card() -> Image.Image:
    """Draw the test card: rings in the middle, one question to a filter in each box around them."""
    card = Image.new("RGB", (CARD_SIDE, CARD_SIDE), (GREY, GREY, GREY))
    border(card)
    card.paste(rings(120, 3), (68, 68))
    card.paste(star(48, 8), (12, 12))
    card.paste(letter(48, "F", "black", "white"), (196, 12))
    card.paste(letter(48, "R", "white", "black"), (12, 196))
    card.paste(checkerboard(48, 6), (196, 196))
    for number, colour in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255))):
        card.paste(colour, (68 + 42 * number, 12, 104 + 42 * number, 34))
    card.paste(ramp(22, 120), (68, 38))
    card.paste(dot(56, 48), (12, 68))
    card.paste(stripes(56, 48, 90, 6), (12, 132))
    card.paste(fan(120, 48, 6), (196, 68))
    for number, degrees in enumerate((0, 45, 135)):
        card.paste(stripes(48, 36, degrees, 6), (68 + 42 * number, 196))
    return card


def main() -> None:
    """Write both pictures."""
    SAMPLES.mkdir(parents=True, exist_ok=True)
    draw_panda().save(SAMPLES / "panda.png", optimize=True)
    draw_card().save(SAMPLES / "test_card.png", optimize=True)


if __name__ == "__main__":
    main()
