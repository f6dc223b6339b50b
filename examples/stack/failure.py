"""The one exception whose message is meant for the person at the terminal."""


class Failure(Exception):
    """Something that ends `up`; its text says what, where and what to do."""
