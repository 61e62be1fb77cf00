"""Questions with fresh numbers: the same questions, and what they say of a number is still true."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tito.lesson.model import lesson_names
from tito.lesson.quiz import Choice, judge, questions
from tito.lesson.text import lesson_text

LESSONS = lesson_names()


@pytest.mark.parametrize("lesson", LESSONS)
def test_with_the_lessons_own_numbers_they_say_what_its_text_says(lesson):
    """Otherwise a question with other numbers is another question."""
    text, own = lesson_text(lesson), questions(lesson)
    assert any(question.text for question in own)
    for question in own:
        for said, section in ((question.text, "question"), (question.why, "answer")):
            if said:
                assert said.split() == text.at(f"{section}-{question.name}").body.split()


@pytest.mark.parametrize("lesson", LESSONS)
@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**31))
def test_right_and_wrong_numbers_are_known_whatever_is_drawn(lesson, seed):
    """Otherwise a right answer is called wrong, or a mistake right, once the numbers are others."""
    own, drawn = questions(lesson), questions(lesson, seed)
    assert drawn == questions(lesson, seed)
    for one, other in zip(own, drawn, strict=True):
        assert (one.name, len(one.steps), bool(one.why)) == (
            other.name,
            len(other.steps),
            bool(other.why),
        )
        for step in other.steps:
            if isinstance(step, Choice):
                assert [option for option, says in step.options.items() if not says] == [
                    step.answer
                ]
                continue
            assert judge(step, f"{step.answer:.12g}").right
            for value, says in step.mistakes.items():
                found = judge(step, f"{value:.12f}".rstrip("0").rstrip("."))
                assert (found.right, found.says) == (False, says)


@pytest.mark.parametrize("lesson", LESSONS)
def test_another_seed_gives_other_numbers(lesson):
    """Otherwise asking again is asking the same."""
    fresh = {question.name for question in questions(lesson) if question.text}
    for name in fresh:
        texts = {q.text for seed in range(8) for q in questions(lesson, seed) if q.name == name}
        assert len(texts) > 4
