"""The step page: every number of a small layer taken apart."""

from convlab.ui.registry import PAGES

PAGES["step_by_step"].run()
