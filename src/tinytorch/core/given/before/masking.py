"""masked, for learners' files that look for it where it stood when they were begun."""

from tinytorch.core.given.special import (
    masked as masked,
)
