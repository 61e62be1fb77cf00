"""One folder a lesson."""
