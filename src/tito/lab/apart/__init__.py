"""Work that is done with the learner's layers, in a process of its own: started, followed, ended.

What a learner's code prints, breaks, leaves behind or never ends, it does over there.
"""

from tito.lab.apart.attempt import Done, Refusal, Stopped, run_apart

__all__ = ["Done", "Refusal", "Stopped", "run_apart"]
