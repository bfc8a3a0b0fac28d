"""Questions about one number of a map: the products of one window, added up."""

from random import Random

from torch import Tensor

from convlab.exercises.form import Cell, Picture, Question, Wrong, written
from convlab.exercises.printing import digits, drawn_kind, link, mistakes, sized
from convlab.layers import Conv2d


def _one_number(random: Random) -> Question:
    """A small input, a smaller kernel, and a place that is not the first."""
    rows, columns, side = random.randint(4, 5), random.randint(4, 5), random.randint(2, 3)
    place = random.randint(0, rows - side), random.randint(0, columns - side)
    return one_number(digits(random, rows, columns), digits(random, side, side, -2, 2), place)


def one_number(image: Tensor, kernel: Tensor, place: Cell) -> Question:
    """The number of a map in one place."""
    layer = Conv2d(1, 1, kernel.shape[0], bias=False)
    made, turned = (layer(image[None], each[None, None])[0] for each in (kernel, kernel.flip(0, 1)))
    (row, column), (rows, columns), side = place, made.shape, kernel.shape[0]
    window = image[row : row + side, column : column + side]
    terms = [
        f"{_signed(number)}·{_signed(weight)}"
        for number, weight in zip(window.flatten().tolist(), kernel.flatten().tolist(), strict=True)
    ]
    wrongs = [
        _wrong(
            turned[place],
            "This turns the kernel by half a turn before it slides; a layer slides it as it is.",
            sized("With the kernel turned", turned, place),
        ),
        *(
            _wrong(
                made[column, row],
                f"This is row {column}, column {row}: the row is named first.",
                sized("Output", made, (column, row)),
            )
            for _ in range(column < rows and row < columns and row != column)
        ),
        *(
            _wrong(
                made[row - 1, column - 1],
                "This counts rows and columns from one; they count from zero.",
                sized("Output", made, (row - 1, column - 1)),
            )
            for _ in range(row > 0 and column > 0)
        ),
        _wrong(window.sum(), "This adds up the numbers of the window and leaves the weights out."),
        _wrong(window[-1, -1] * kernel[-1, -1], "This is the last product alone; all of them are added up."),
    ]
    answer = _whole(made[place])
    said = f"{' + '.join(terms)} = {answer}".replace("-", "−")
    return Question(
        text=f"The kernel slides over the input as it is. Which number stands in row {row}, column {column} of the "
        "output? Rows and columns count from 0.",
        form="number",
        answer=answer,
        wrongs=mistakes(answer, wrongs),
        rule=f"The window begins in row {row}, column {column} of the input: {said}.",
        hint="Lay the kernel's upper left corner on that row and column of the input, multiply cell by cell, add up.",
        given={"row": row, "column": column},
        pictures=[sized("Input", image), sized("Kernel", kernel)],
        shown=[sized("The window", window), sized("Kernel", kernel), sized("Output", made, place)],
        address=link(
            "step_by_step",
            input="own",
            input_size=tuple(image.shape),
            cells=image,
            bank="identity",
            kernel_size=side,
            edits=kernel,
            at=f"0,{row},{column}",
        ),
    )


def _wrong(value: Tensor, forgets: str, *shown: Picture) -> Wrong:
    """A usual mistake, and the map of it."""
    return Wrong(_whole(value), forgets, shown)


def _whole(value: Tensor) -> str:
    """A whole number."""
    return written(int(value))


def _signed(number: float) -> str:
    """A number as a factor."""
    return f"{number:g}" if number >= 0 else f"(−{-number:g})"


KINDS = {"one_number": drawn_kind("One number of a map", _one_number)}
