"""The playground: a picture, a row of layers, every map."""
