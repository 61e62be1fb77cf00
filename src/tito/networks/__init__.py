"""Which network a person means: sizes such as 784-256-128-10, or a function in a file of theirs."""

from tito.networks.model_file import ModelFile
from tito.networks.network import Network, NetworkError, from_plain

__all__ = ["ModelFile", "Network", "NetworkError", "from_plain"]
