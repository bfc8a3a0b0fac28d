"""Lessons: step by step, each with a live picture and a question."""

from convlab.ui.registry import PAGES

PAGES["lessons"].run()
