"""What work in a process of its own cannot do, in words for the person."""


class Refusal(Exception):
    """The work cannot be done with these layers; the message says why, and is shown as it is."""
