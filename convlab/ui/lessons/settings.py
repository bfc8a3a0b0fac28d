"""What can be set of the lessons: where the student is, and what they have changed and answered. No streamlit here."""

from dataclasses import dataclass, replace
from typing import Self

from convlab.ui.fields import Line, Rewritten, Setting, Several, Text, Whole, setting
from convlab.ui.layer_settings import MOST_START, LayerSettings
from convlab.ui.lessons.text import Lesson, controls, lessons, named, titles

MOST_STEPS = 20
MOST_SEED = 9999
_MOST_ANSWER = 2_000  # characters: every cell of the largest grid
_MOST_FOUND = 4_000


@dataclass(frozen=True)
class LessonSettings(LayerSettings):
    """One state of the page: a lesson's step, its picture and its question; without a lesson the list of all.

    Of a lesson with fewer steps than the link says it is the last one.
    """

    lesson: str = setting("", Rewritten(named))
    step: int = setting(1, Whole(1, MOST_STEPS))
    state: str = setting("", Text(rf"[ -~]{{1,{MOST_START}}}"))  # of the picture, an address; "" as the text says
    question_seed: int = setting(0, Whole(0, MOST_SEED))  # 0: the step's own
    answer: str = setting("", Line(_MOST_ANSWER))  # what was committed
    found: str = setting("", Line(_MOST_FOUND))  # of a puzzle
    only: tuple[str, ...] = setting((), Several(titles))  # of the lessons; () for all
    view: str = setting("", Text(r"print|key"))

    def __post_init__(self) -> None:
        lesson = lessons().get(self.lesson) if self.lesson else None
        if lesson and self.step > len(lesson.steps):
            object.__setattr__(self, "step", len(lesson.steps))

    @classmethod
    def parts(cls) -> dict[str, Setting]:
        return controls()

    @property
    def idle(self) -> set[str]:
        """The controls that the step does without."""
        lesson = lessons().get(self.lesson)
        return {*controls()} - {*lesson.step(self.step).controls} if lesson else set()

    def listed(self) -> dict[str, Lesson]:
        """The lessons through which the student goes: those that the link names, if it names any."""
        chosen = {name: lesson for name, lesson in lessons().items() if name in self.only}
        return chosen if chosen and self.lesson in ("", *chosen) else lessons()

    def unanswered(self) -> Self:
        return replace(self, answer="", found="")

    def at_start(self) -> Self:
        return self.at_step(self.lesson, self.step)

    def at_step(self, lesson: str, step: int = 1) -> Self:
        """A step as it first opens, with the task, the questions' number and the lessons that there are."""
        return self.keeping(type(self)(lesson=lesson, step=step, question_seed=self.question_seed, only=self.only))
