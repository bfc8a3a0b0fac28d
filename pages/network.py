"""Network: layers in a row, what they cost, what they see, and networks that others have made."""

from convlab.ui.registry import PAGES

PAGES["network"].run()
