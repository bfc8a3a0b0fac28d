"""Every page in one line: its part of the address, title, icon, settings and what to run."""

from typing import Any

from convlab.ui.lessons import page as lessons
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.network import page as network
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.onward import back_to_steps, layer_to_steps, to_steps
from convlab.ui.page_run import Page
from convlab.ui.playground import page as playground
from convlab.ui.playground.settings import PlaygroundSettings
from convlab.ui.steps import page as steps
from convlab.ui.steps.settings import StepSettings
from convlab.ui.teach import page as teach
from convlab.ui.teach.settings import TeachSettings
from convlab.ui.there_and_back import page as there_and_back
from convlab.ui.there_and_back.settings import BackSettings


def _all_others() -> list[Page[Any]]:
    """The pages to which a teacher's link can lead."""
    return [page for page in PAGES.values() if page.settings is not TeachSettings]


def _pictures() -> list[Page[Any]]:
    """The pages that a lesson's picture can be of."""
    return [PAGES[name] for name in ("playground", "step_by_step", "there_and_back", "network")]


PAGES: dict[str, Page[Any]] = {
    "playground": Page("", "Playground", ":material/imagesmode:", PlaygroundSettings, playground, "maps", to_steps),
    "step_by_step": Page("step_by_step", "Step by step", ":material/footprint:", StepSettings, steps, "grids"),
    "there_and_back": Page(
        "there_and_back",
        "There and back",
        ":material/swap_horiz:",
        BackSettings,
        there_and_back,
        "tiles",
        back_to_steps,
    ),
    "network": Page("network", "Network", ":material/account_tree:", NetworkSettings, network, "tiles", layer_to_steps),
    "lessons": Page("lessons", "Lessons", ":material/menu_book:", LessonSettings, lessons, "grids", _pictures),
    "teach": Page("teach", "For teachers", ":material/school:", TeachSettings, teach, "tab", _all_others),
}
