"""What can stand on any page, any number of times: a function of (key, data) that returns events."""
