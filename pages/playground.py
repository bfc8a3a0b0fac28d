"""The playground: feature maps of a picture, live."""

from convlab.ui.registry import PAGES

PAGES["playground"].run()
