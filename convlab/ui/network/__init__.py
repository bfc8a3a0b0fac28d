"""Network: layers in a row, what they cost, what they see, and networks that others have made."""
