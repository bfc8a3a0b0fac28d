"""Questions to predict before they are revealed: numbers drawn from a seed, answers computed by torch when asked."""

from functools import lru_cache
from random import Random

from convlab.errors import ConvLabError
from convlab.exercises import counting, looking, marking, puzzles, sizes, stamps, summing
from convlab.exercises.form import Kind, Question

KINDS: dict[str, Kind] = (
    summing.KINDS | sizes.KINDS | counting.KINDS | stamps.KINDS | looking.KINDS | marking.KINDS | puzzles.KINDS
)


@lru_cache(maxsize=512)  # more than one student hands in, so that a page with all of them draws each once
def question(kind: str, seed: int) -> Question:
    """One question; the same for the same seed, on every machine.

    Parameters
    ----------
    kind : str
        A key of `KINDS`.
    seed : int
        Draws the numbers.

    Raises
    ------
    ConvLabError
        For a kind that does not exist.
    """
    if kind not in KINDS:
        raise ConvLabError("kind", kind, "must be a known kind of question", advice=f"Use one of {', '.join(KINDS)}.")
    return KINDS[kind].make(Random(f"{kind} {seed}"))
