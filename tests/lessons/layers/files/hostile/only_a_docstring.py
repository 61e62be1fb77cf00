# Hostile: only a text
"""I shall do this tomorrow."""
