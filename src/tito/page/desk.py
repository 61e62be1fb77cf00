"""The desk: what a page asks, answered as JSON, with the learner's folder or without one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Any, get_origin, get_type_hints

from tito.engine.report import Report
from tito.engine.source import MAX_BYTES, Source
from tito.learner import Workspace, WorkspaceError, stub_of
from tito.learner.answers import Record
from tito.learner.hints import hint_after, next_hint
from tito.learner.keeping import keep_tested, keep_text, passed_before
from tito.learner.restoring import CannotRestore, put_back, read_now
from tito.learner.solutions import ADVICE, NONE, NOTED, QUESTION, note_shown, solution_of
from tito.learner.versions import DamagedVersion, Version, Versions
from tito.lesson.hints import DEGREES
from tito.lesson.model import Lesson, is_lesson, lesson_names, load_lesson
from tito.lesson.quiz import Choice, Step, judge, questions
from tito.lesson.source import EditError, Text, encoding_of, line_end
from tito.lesson.tex import plain
from tito.lesson.text import lesson_text
from tito.page.verdict import pressed, verdict
from tito.say.html import escaped, fields, prose
from tito.say.view import View

#: How a text is judged: the lesson, the text as a file's bytes, a seed, whether to explain.
Examine = Callable[[Lesson, Source, "int | None", bool], Report]
_BOM = b"\xef\xbb\xbf"


class CannotDo(Exception):
    """What was asked cannot be done; says why, for the person."""


class UnknownFunction(Exception):
    """A desk has no function of that name."""


class Newer(Exception):
    """Nobody waits for this verdict: a newer text of the same lesson is to be judged."""


class Conflict(Exception):
    """The file is not what the page has seen of it."""


class Desk:
    """Answers a page. Without a ``workspace`` nothing is kept: the page itself does that."""

    FUNCTIONS = ("course", "stub", "test", "hint", "solution", "quiz", "answer")
    WITH_FOLDER = ("file", "save", "versions", "version", "restart")

    def __init__(self, examine: Examine, workspace: Workspace | None = None) -> None:
        self.examine = examine
        self._workspace = workspace
        self._last: dict[str, Report] = {}
        self._tested: dict[str, tuple[int | None, int | None]] = {}

    def ask(self, function: str, asked: Mapping[str, object]) -> object:
        """The answer of one of the functions. UnknownFunction; CannotDo."""
        if function not in self.FUNCTIONS + (self.WITH_FOLDER if self._workspace else ()):
            raise UnknownFunction(function)
        method = getattr(self, function)
        hints = get_type_hints(method)
        hints.pop("return")
        if asked.keys() != hints.keys():
            wanted = ", ".join(hints) or "nothing"
            raise CannotDo(f"{function} is asked with {wanted}; it came with {', '.join(asked)}.")
        for name, hint in hints.items():
            origin = get_origin(hint)
            if not isinstance(asked[name], hint if origin in (None, UnionType) else origin):
                raise CannotDo(f"{function}: {name} is not what it should be.")
        return method(**asked)

    def course(self) -> dict[str, Any]:
        """All lessons with their exercises, and how far the learner was when each was tested."""
        return {"lessons": [self._about(load_lesson(name)) for name in lesson_names()]}

    def _about(self, lesson: Lesson) -> dict[str, Any]:
        versions = self._versions(lesson.name)[1] if self._workspace else []
        tested = (each.passed for each in reversed(versions) if each.passed is not None)
        return {
            "name": lesson.name,
            "title": lesson.title,
            "filename": lesson.filename,
            "exercises": [{"name": each.name, "task": each.task} for each in lesson.exercises],
            "passed": next(tested, None),
            "total": len(lesson.checks),
        }

    def stub(self, lesson: str) -> dict[str, str]:
        """The text that the lesson is begun with."""
        return {"text": stub_of(_lesson(lesson))}

    def test(self, lesson: str, text: str, seed: int | None, explain: bool) -> dict[str, Any]:
        """The verdict on a text, which is kept as one that was tested."""
        chosen = _lesson(lesson)
        content = self._content(chosen, text)
        if len(content) > MAX_BYTES:
            raise CannotDo("This text is larger than 64 KiB: no lesson's file is. Make it shorter.")
        _sure_seed(seed)
        try:
            report = self.examine(chosen, Source(self._path(chosen), content, 0.0), seed, explain)
        except Newer:
            return {"newer": True}
        before = self._tested.get(lesson) if self._workspace is None else passed_before(report)
        self._last[lesson] = report
        if report.tested:
            self._tested[lesson] = report.passed, len(report.checks)
            before = None
        found = verdict(View(report, chosen.tasks, before), text)
        return found if self._workspace is None else found | {"note": keep_tested(report)}

    def hint(
        self, lesson: str, exercise: str | None, further: bool, given: Mapping[str, object]
    ) -> dict[str, Any] | None:
        """The hints on an exercise, or on the first thing to fix, one step further if wanted."""
        chosen, report = _lesson(lesson), self._last.get(lesson)
        if report is None and exercise is None:
            raise CannotDo("Nothing was tested since tito began. Press Test, then ask again.")
        if exercise is not None and exercise not in {each.exercise for each in chosen.hints}:
            raise CannotDo(f"There is no exercise {exercise} in {lesson}.")
        if self._workspace is not None:
            hint = next_hint(self._workspace, chosen, report, exercise, further=further)
        else:
            hint = hint_after(given, chosen, report, exercise, further=further)
        if hint is None:
            return None
        asks = None
        if hint.last and solution_of(chosen, hint.exercise):
            asks = f"{QUESTION} {NOTED}" if self._workspace else QUESTION
        return {
            "exercise": hint.exercise,
            "topic": hint.topic,
            "key": hint.key,
            "given": list(hint.given),
            "degree": hint.degree,
            "of": len(DEGREES),
            "new": hint.new,
            "note": hint.note,
            "solution": asks and asks.format(exercise=hint.exercise),
        }

    def solution(self, lesson: str, exercise: str, text: str) -> dict[str, Any]:
        """The reference's own lines of an exercise, for one who said that they want them.

        In a folder it is noted that they were shown.
        """
        chosen = _lesson(lesson)
        found = solution_of(chosen, exercise)
        if found is None:
            raise CannotDo(NONE.format(exercise=exercise))
        notes = found.notes(Source(self._path(chosen), self._content(chosen, text), 0.0))
        code = f'<pre class="solution" tabindex="0">{escaped(found.code)}</pre>'
        html = f"<h3>{escaped(found.title)}</h3>{code}{''.join(fields(notes))}<p>{ADVICE}</p>"
        note = note_shown(self._workspace, chosen, exercise) if self._workspace else None
        return {"html": html, "note": note}

    def quiz(self, lesson: str, seed: int | None) -> dict[str, Any]:
        """The lesson's questions, in steps, each with how it stands.

        By a seed they have fresh numbers where they can.
        """
        record, found = self._record(lesson), questions(lesson, _sure_seed(seed))
        asked = [
            {
                "name": each.name,
                "title": lesson_text(lesson).at(f"question-{each.name}").plain_title,
                "section": each.section,
                "html": _paragraphs(each.text, lesson, f"question-{each.name}"),
                "state": record.state(each) if record else "open",
                "steps": [_asked(step) for step in each.steps],
            }
            for each in found
        ]
        return {"seed": seed, "questions": asked}

    def answer(
        self, lesson: str, question: str, seed: int | None, answers: Sequence[object], reveal: bool
    ) -> dict[str, Any]:
        """What each answer is worth; the right ones, and why, where all are or one wants to know.

        What was answered is remembered then.
        """
        record = self._record(lesson)
        found = {each.name: each for each in questions(lesson, _sure_seed(seed))}.get(question)
        if found is None:
            raise CannotDo(f"There is no question {question} in {lesson}.")
        if len(answers) != len(found.steps):
            raise CannotDo(f"{question} has {len(found.steps)} answers; {len(answers)} came.")
        typed = [_typed(*each) for each in zip(found.steps, answers, strict=True)]
        worth = [judge(step, text) for step, text in zip(found.steps, typed, strict=True)]
        right = all(each.right for each in worth)
        told = right or reveal
        note = record.note(found, typed, right) if told and record else None
        steps = [
            {"right": each.right, "says": each.says, "answer": each.answer if told else ""}
            for each in worth
        ]
        wrong = any(each.right is False for each in worth)
        why = _paragraphs(found.why, lesson, f"answer-{question}") if told else ""
        known = right or (False if wrong else None)
        return {"right": known, "steps": steps, "html": why, "note": note}

    def _record(self, lesson: str) -> Record | None:
        _lesson(lesson)
        return Record.of(self._workspace, lesson) if self._workspace else None

    def file(self, lesson: str) -> dict[str, Any]:
        """The learner's file as it is now; the stub's text where the lesson is not begun."""
        chosen = _lesson(lesson)
        path = self._path(chosen)
        if self._folder.has_begun(chosen):
            return {**_shown(_now(path)), "path": str(path)}
        return {**_shown(None), "text": stub_of(chosen), "path": str(path)}

    def begin(self, lesson: Lesson) -> bool:
        """Begin a lesson as ``tito start`` does; whether its file is new."""
        new = self._folder.begin(lesson)
        if new:
            keep_text(self._path(lesson), stub_of(lesson).encode())
        return new

    def save(self, lesson: str, text: str, base: str) -> dict[str, Any]:
        """Write the learner's file, if it still is what it was with the hash ``base``.

        A lesson that is not begun has none, and is begun with this.
        """
        chosen = _lesson(lesson)
        try:
            if not base and self.begin(chosen):
                base = hash_of(stub_of(chosen).encode())
        except WorkspaceError as error:
            raise CannotDo(str(error)) from error

        def change(now: bytes | None) -> bytes:
            if hash_of(now) != base:
                raise Conflict
            return as_file(text, now)

        try:
            return {"sha256": self._put(chosen, change)[0]}
        except Conflict:
            return {"conflict": self.file(lesson)}

    def restart(self, lesson: str) -> dict[str, Any]:
        """Put the lesson's stub in the file's place; ``undo`` is the version of before."""
        chosen = _lesson(lesson)
        if not self._folder.has_begun(chosen):
            raise CannotDo(f"{chosen.filename} is not there: there is nothing to start over.")
        sha256, undo = self._put(chosen, lambda _now: stub_of(chosen).encode())
        return {"text": stub_of(chosen), "sha256": sha256, "undo": undo}

    def _put(
        self, lesson: Lesson, change: Callable[[bytes | None], bytes]
    ) -> tuple[str, str | None]:
        """Write the file as ``put_back`` does; the hash of its bytes, and the text of before."""
        written = b""

        def noted(now: bytes | None) -> bytes:
            nonlocal written
            written = change(now)
            return written

        try:
            before = put_back(self._path(lesson), noted).before
        except CannotRestore as error:
            raise CannotDo(str(error)) from error
        return hash_of(written), before

    def versions(self, lesson: str) -> dict[str, Any]:
        """The kept texts of the file, oldest first."""
        found = [
            {
                "id": each.sha256,
                "when": each.saved_at,
                "passed": each.passed,
                "total": each.total,
                "says": pressed(each.says or ""),
            }
            for each in self._versions(lesson)[1]
        ]
        return {"versions": found}

    def version(self, lesson: str, id: str) -> dict[str, str]:  # noqa: A002
        """The text of one of them."""
        versions, found = self._versions(lesson)
        wanted = next((each for each in found if each.sha256 == id), None)
        if wanted is None:
            raise CannotDo("That version is no longer there.")
        try:
            return {"text": as_text(versions.content(wanted))}
        except DamagedVersion as error:
            raise CannotDo(str(error)) from error

    def _versions(self, lesson: str) -> tuple[Versions, list[Version]]:
        path = self._path(_lesson(lesson))
        versions = Versions(path.parent)
        return versions, versions.list(path.name)

    @property
    def _folder(self) -> Workspace:
        """The learner's; only what is asked of a desk with a folder needs it."""
        assert self._workspace is not None
        return self._workspace

    def _path(self, lesson: Lesson) -> Path:
        if self._workspace is None:
            return Path(lesson.filename)
        return self._workspace.file(lesson.filename)

    def _content(self, lesson: Lesson, text: str) -> bytes:
        """The bytes that the learner's file would have with this text."""
        try:
            return as_file(text, _now(self._path(lesson)) if self._workspace else None)
        except CannotDo:
            return _utf8(text)


def as_text(content: bytes) -> str:
    r"""A file's text with plain line ends; bytes that are none in its encoding are half characters.

    >>> as_text("é\r\n".encode())
    'é\n'
    """
    try:
        text = Text.read(content).text
    except EditError:
        text = content.decode("utf-8", "surrogateescape")
    return _plain(text.removeprefix("\ufeff"))


def as_file(text: str, now: bytes | None) -> bytes:
    r"""The bytes of a file with this text: line ends, mark and encoding as it has them ``now``.

    What was not changed stays the same bytes. CannotDo where its encoding does not have them.

    >>> as_file("a\nb\n", b"a\r\n")
    b'a\r\nb\r\n'
    """
    text = _plain(text)
    if now is not None and as_text(now) == text:
        return now
    before = (now or b"").decode("latin-1")
    whole = text.replace("\n", line_end(before)) if "\r" in before else text
    content = _utf8(whole)
    try:
        encoding = encoding_of(content)
        content = content if encoding.startswith("utf-8") else whole.encode(encoding)
    except UnicodeEncodeError as error:
        what = error.object[error.start]
        raise CannotDo(
            f"The first lines declare the encoding {error.encoding}, which does not have {what!r}. "
            "Declare utf-8 there, or none."
        ) from error
    except (SyntaxError, LookupError):  # no encoding of text: the verdict says so
        pass
    return _BOM + content if before.startswith(_BOM.decode("latin-1")) else content


def hash_of(content: bytes | None) -> str:
    """The hash of a file's bytes; empty where there is no file."""
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _shown(content: bytes | None) -> dict[str, Any]:
    text = "" if content is None else as_text(content)
    return {"text": text, "sha256": hash_of(content), "exists": content is not None}


def _now(path: Path) -> bytes | None:
    try:
        return read_now(path)
    except CannotRestore as error:
        raise CannotDo(str(error).removesuffix(" Nothing was changed.")) from error


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _lesson(name: str) -> Lesson:
    if not is_lesson(name):
        raise CannotDo(f"There is no lesson {name}. The lessons: {', '.join(lesson_names())}.")
    return load_lesson(name)


def _sure_seed(seed: int | None) -> int | None:
    if seed is not None and not 0 <= seed < 1 << 32:
        raise CannotDo("A seed is a whole number from 0 to 4,294,967,295.")
    return seed


def _asked(step: Step) -> dict[str, Any]:
    if isinstance(step, Choice):
        return {"asks": step.asks, "kind": "choice", "unit": "", "choices": list(step.options)}
    return {"asks": step.asks, "kind": "number", "unit": step.unit, "choices": []}


def _typed(step: Step, answer: object) -> str:
    """An answer as one types it: of a choice, its place."""
    options = list(step.options) if isinstance(step, Choice) else []
    return str(options.index(str(answer)) + 1 if answer in options else answer)


def _paragraphs(text: str, lesson: str, anchor: str) -> str:
    """The text, or else that section of the lesson's, without its title."""
    whole = text or lesson_text(lesson).at(anchor).body
    paragraphs = (" ".join(each.split("\n")) for each in whole.split("\n\n"))
    return "".join(f"<p>{prose(plain(each))}</p>" for each in paragraphs)
