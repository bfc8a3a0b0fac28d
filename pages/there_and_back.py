"""There and back: transposed convolution on pictures, up-sampling, and kernels that are learnt."""

from convlab.ui.registry import PAGES

PAGES["there_and_back"].run()
