"""The learner's folder: their files, what was kept of them, and what tito remembers."""

from tito.learner.folder import (
    Workspace,
    WorkspaceError,
    find_workspace,
    hand_on,
    is_handed_on,
    lesson_in,
    project_root,
    stub_of,
)

__all__ = [
    "Workspace",
    "WorkspaceError",
    "find_workspace",
    "hand_on",
    "is_handed_on",
    "lesson_in",
    "project_root",
    "stub_of",
]
