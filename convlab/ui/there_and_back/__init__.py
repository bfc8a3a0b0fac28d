"""There and back: what a transposed layer returns of a picture, and what can be learnt."""
