"""The error for layers with which an experiment cannot be made."""


class Unmeasurable(ValueError):
    """These layers do not do what the experiment needs; the message says what that is."""
