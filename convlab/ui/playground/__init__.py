"""The playground: what layers make of a picture."""
