"""Puzzles: a size to be reached by any settings, a kernel guessed from what it makes, and the odd one of three maps."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from random import Random
from typing import NamedTuple

from torch import Tensor

from convlab import kernels
from convlab.convolutions import Conv2d
from convlab.errors import ConvLabError
from convlab.exercises.form import Kind, Picture, Question, Wrong
from convlab.exercises.printing import drawn_kind, link, mistakes
from convlab.images import SAMPLES, bring_down, open_image, to_grey, to_tensor
from convlab.window import Pair, by

BOUNDS = {"kernel_size": (1, 7), "stride": (1, 3), "padding": (0, 3), "dilation": (1, 3)}
_FEW, _MANY = 4, 30  # answers that a drawn target may have
_SIDE = 48  # pixels of the pictures
_ALIKE = 0.1  # of its size: a map that differs by less looks the same


class Sizes(NamedTuple):
    """What can be set of the one layer, for rows and columns alike."""

    kernel_size: int
    stride: int
    padding: int
    dilation: int


@dataclass(frozen=True)
class Reach:
    """A size that is to be reached by one convolution.

    Attributes
    ----------
    input_size, target : (int, int)
        Rows and columns of what goes in, and of what is to come out.
    """

    input_size: Pair
    target: Pair

    @property
    def text(self) -> str:
        """What is asked, Markdown."""
        return (
            f"One convolution is to make {by(self.target)} of {by(self.input_size)}. There are {len(self.answers())} "
            "ways: "
            "find as many as you can."
        )

    def answers(self) -> frozenset[Sizes]:
        """All settings within the bounds that reach the target, each layer once."""
        return _answers(self.input_size, self.target)

    def check(self, setting: Sizes) -> Sizes:
        """The answer that some settings are: of a kernel of one weight the dilation says nothing, and is 1.

        Parameters
        ----------
        setting : Sizes
            Within `BOUNDS`.

        Raises
        ------
        ConvLabError
            If they are out of bounds, the layer does not fit, or its output has another size.
        """
        for (name, (low, high)), value in zip(BOUNDS.items(), setting, strict=True):
            if not low <= value <= high:
                nearest = min(max(value, low), high)
                raise ConvLabError(name, value, f"must be from {low} to {high}", advice=f"Use {nearest}.")
        output = _size(setting, self.input_size)
        if output != self.target:
            rule, numbers = f"must make {by(self.target)} of {by(self.input_size)}", f"these make {by(output)}"
            raise ConvLabError("settings", tuple(setting), rule, numbers=numbers, advice=_way(output, self.target))
        return _plainest(setting)


def _size(setting: Sizes, input_size: Pair) -> Pair:
    """What the layer makes of that size."""
    return Conv2d(1, 1, setting.kernel_size, setting.stride, setting.padding, setting.dilation).output_size(input_size)


def _plainest(setting: Sizes) -> Sizes:
    """The same layer, written in one way."""
    return setting._replace(dilation=1) if setting.kernel_size == 1 else setting


def _way(output: Pair, target: Pair) -> str:
    """Which way it is to be changed."""
    if output > target:
        return "That is too large: a larger kernel, stride or dilation, or less padding, makes it smaller."
    return "That is too small: a smaller kernel, stride or dilation, or more padding, makes it larger."


@lru_cache(maxsize=256)
def _answers(input_size: Pair, target: Pair) -> frozenset[Sizes]:
    """All settings tried."""
    found = set()
    for numbers in product(*(range(low, high + 1) for low, high in BOUNDS.values())):
        try:
            if _size(Sizes(*numbers), input_size) == target:
                found.add(_plainest(Sizes(*numbers)))
        except ConvLabError:
            continue
    return frozenset(found)


@dataclass(frozen=True)
class Puzzle:
    """A puzzle, of which each seed makes another one.

    Attributes
    ----------
    title : str
        What it is about.
    make : callable
        Of a seed; 0 is the first one, always the same.
    """

    title: str
    make: Callable[[int], Reach]


def _reach(seed: int) -> Reach:
    """From 7×7 to 4×4; of another seed from a drawn size to a drawn one, in not too many ways."""
    random = Random(f"reach {seed}")
    reach = Reach((7, 7), (4, 4))
    while seed and not (reach.input_size != (7, 7) and _FEW <= len(reach.answers()) <= _MANY):
        side = random.randint(5, 12)
        target = random.randint(2, side + 1)
        reach = Reach((side, side), (target, target))
    return reach


PUZZLES = {"reach": Puzzle("Reach a size", _reach)}


@lru_cache(maxsize=1)
def _pictures() -> dict[str, Tensor]:
    """The samples, grey and small, (1, H, W)."""
    opened = {name: open_image(sample.path) for name, sample in SAMPLES.items()}
    return {name: to_grey(to_tensor(bring_down(picture, _SIDE))) for name, picture in opened.items()}


@lru_cache(maxsize=1)
def _kernels() -> dict[str, Tensor]:
    """Kernels of 3×3 by what they do, each of another look."""
    chosen = {
        "It answers to brightness that rises from left to right": ("sobel", 0, 1),
        "It answers to brightness that falls from left to right": ("sobel", 0, -1),
        "It answers to brightness that rises from top to bottom": ("sobel", 1, 1),
        "It answers to brightness that falls from top to bottom": ("sobel", 1, -1),
        "It answers to spots and lines in any direction": ("laplacian", 1, 1),
        "It takes the mean of nine pixels, a blur": ("box", 0, 1),
        "It makes light dark": ("negative", 0, 1),
        "It lights the picture from one corner": ("emboss", 0, 1),
    }
    made = {does: sign * kernels.bank(bank, 3)[number, 0] for does, (bank, number, sign) in chosen.items()}
    return {does: _scaled(kernel) for does, kernel in made.items()}


def _scaled(values: Tensor) -> Tensor:
    """The same with 1 as its largest size."""
    return values / values.abs().max() + 0.0


def _map(image: Tensor, kernel: Tensor) -> Tensor:
    """What the convolution makes of a picture, (H, W), with 1 as its largest size."""
    layer = Conv2d(1, 1, 3, padding=1, bias=False, padding_mode="replicate")
    return _scaled(layer(image, kernel[None, None])[0])


def _seen(title: str, image: Tensor) -> Picture:
    """A grey picture, drawn as one."""
    return Picture(title, image.repeat(3, 1, 1))


def _on(picture: str, kernel: Tensor) -> str:
    """The playground with that picture and that kernel."""
    return link("", picture=picture, grey=True, bank="box", kernel_size=3, out_channels=1, edits=kernel)


def _looks_alike(one: Tensor, other: Tensor) -> bool:
    """Whether two maps differ by too little to be told apart."""
    return float((one - other).abs().mean()) < _ALIKE * max(float(one.abs().mean()), float(other.abs().mean()))


def _which_kernel(random: Random) -> Question:
    """A picture, its map, and four kernels."""
    name, image = random.choice([*_pictures().items()])
    drawn = random.sample([*_kernels().items()], 4)
    made = [_map(image, kernel) for _, kernel in drawn]
    letters = [f"Kernel {letter}" for letter in "ABCD"]
    right = random.randrange(4)
    alike = any(_looks_alike(made[right], made[number]) for number in range(4) if number != right)
    wrongs = [
        Wrong(
            letters[number],
            f"{does}: its map is another one.",
            [Picture(f"The map of {letters[number]}", made[number])],
        )
        for number, (does, _) in enumerate(drawn)
        if number != right
    ]
    return Question(
        text="A convolution made this map of the picture; each is drawn on a scale of its own. Which of the four "
        "kernels did "
        "it?",
        form="choice",
        answer=letters[right],
        wrongs=() if alike else mistakes(letters[right], wrongs),
        rule=f"{letters[right]} did. {drawn[right][0]}.",
        hint="Find an edge in the picture and see what the map has there: positive, negative or nothing?",
        given={"picture": name, "kernels": [kernel for _, kernel in drawn]},
        options=tuple(letters),
        pictures=[
            _seen("Picture", image),
            Picture("Map", made[right]),
            *(Picture(letter, kernel) for letter, (_, kernel) in zip(letters, drawn, strict=True)),
        ],
        shown=[Picture(f"The map of {letters[right]}", made[right])],
        address=_on(name, drawn[right][1]),
    )


def _odd_one_out(random: Random) -> Question:
    """Three pictures and their maps, two of them by the same kernel."""
    names = random.sample([*_pictures()], 3)
    (same, usual), (does, other) = random.sample([*_kernels().items()], 2)
    odd, letters = random.randrange(3), [f"Map {letter}" for letter in "ABC"]
    images = [_pictures()[name] for name in names]
    made = [_map(image, other if number == odd else usual) for number, image in enumerate(images)]
    instead = [_map(image, usual if number == odd else other) for number, image in enumerate(images)]
    alike = any(_looks_alike(one, two) for one, two in zip(made, instead, strict=True))
    wrongs = [
        Wrong(
            letters[number],
            f"{letters[number]} has the same kernel as {letters[3 - odd - number]}. By the other kernel it would look "
            "otherwise.",
            [Picture("By the other kernel", instead[number])],
        )
        for number in range(3)
        if number != odd
    ]
    return Question(
        text="Each map is made of the picture of its letter. Two were made by the same kernel, one by another: which "
        "one?",
        form="choice",
        answer=letters[odd],
        wrongs=() if alike else mistakes(letters[odd], wrongs),
        rule=f"{letters[odd]}. Its kernel: {_lower(does)}. That of the others: {_lower(same)}.",
        hint="For each picture find a border between dark and light, and look which sign its map has there.",
        given={"pictures": names, "kernels": [usual, other]},
        options=tuple(letters),
        pictures=[
            picture
            for letter, image, values in zip("ABC", images, made, strict=True)
            for picture in (_seen(f"Picture {letter}", image), Picture(f"Map {letter}", values))
        ],
        shown=[
            Picture("The kernel of the one", other, given=True),
            Picture("The kernel of the others", usual, given=True),
        ],
        address=_on(names[odd], other),
    )


def _lower(sentence: str) -> str:
    """A sentence behind a colon."""
    return sentence[0].lower() + sentence[1:]


KINDS: dict[str, Kind] = {
    "which_kernel": drawn_kind("Which kernel made this map?", _which_kernel),
    "odd_one_out": drawn_kind("The odd one of three maps", _odd_one_out),
}
