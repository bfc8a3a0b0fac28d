"""What can stand on any page, any number of times: a function of a key and a message that returns events."""
