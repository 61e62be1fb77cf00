"""The lessons' texts: their sections, found by what a person types, and shown in a terminal."""

from tito.reading.text import (
    LessonText,
    Section,
    first_paragraph,
    lesson_text,
    lessons_with_text,
)

__all__ = ["LessonText", "Section", "first_paragraph", "lesson_text", "lessons_with_text"]
