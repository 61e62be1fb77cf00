"""`tito profile`: what a network takes, how long that takes here, and what bounds it."""
