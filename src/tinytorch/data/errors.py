"""The one error of data that is not there, damaged, or not what it should be."""

__all__ = ["DataError"]


class DataError(ValueError):
    """Data that cannot be read or fetched; the message names the file and says what is wrong.

    >>> raise DataError("labels.gz is empty. Get the file again.")
    Traceback (most recent call last):
    ...
    tinytorch.data.errors.DataError: labels.gz is empty. Get the file again.
    """
