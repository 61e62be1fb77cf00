"""`tito doctor`: what on this machine may be in the way, and the command that mends it."""
