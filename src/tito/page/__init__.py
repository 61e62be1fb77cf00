"""The lesson as a page: its text set by Sphinx, the learner's file beside it, and the verdict."""
