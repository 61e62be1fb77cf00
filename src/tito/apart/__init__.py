"""Work that is done with the learner's layers, in a process of its own: started, followed, ended.

What a learner's code prints, breaks, leaves behind or never ends, it does over there.
"""

from tito.apart.attempt import Done, Stopped, run_apart
from tito.apart.refusal import Refusal

__all__ = ["Done", "Refusal", "Stopped", "run_apart"]
