"""The layers of the framework, one file a lesson."""
