"""For teachers: a link with a task."""

from convlab.ui.registry import PAGES

PAGES["teach"].run()
