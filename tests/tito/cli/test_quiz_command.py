"""``tito quiz`` as a person types it: what is asked, what is said, what is remembered."""

import json
import signal

import pytest

from tests.screens import Terminal, keep

FIRST = "200960\n401920\n"
ALL = (
    FIRST + "235146\n940584\n150784\n" + "3\n1.25\n2\n" + "1\n784\n" + "2\n1\n1\n"
    "1.25\n3.2\n0.1\n12.5\n2\n"
)


@pytest.fixture
def quiz(begun, tito):
    """Runs the quiz in the learner's folder, with these lines as input."""

    def run(lines, *arguments):
        given = lines if isinstance(lines, bytes) else lines.encode()
        return tito("quiz", *arguments, given=given, cwd=begun)

    return run


def noted(begun):
    return json.loads((begun / ".tito" / "memory.json").read_text())["layers"]["quiz"]


def test_all_right(quiz, begun):
    """Lost otherwise: right answers are refused, or not remembered."""
    result = quiz(ALL)
    assert result.returncode == 0, result.stdout
    assert "6 of 6 questions right." in result.stdout
    assert result.stderr == ""
    notes = noted(begun)
    assert [note["right"] for note in notes.values()] == [True] * 6
    assert notes["parameters"]["answers"] == ["200960", "401920"]
    again = quiz("")
    assert again.returncode == 0
    assert again.stdout == (
        "All 6 questions are answered correctly. To do them again: tito quiz --again\n"
    )


def test_a_mistake_is_named_and_asked_again_first(quiz, begun):
    """Lost otherwise: a person does not learn what they mixed up, or never gets to mend it."""
    quiz(FIRST)
    result = quiz("235146\n235146\n235146\n150784\n")
    said = " ".join(result.stdout.split())
    assert "Each takes 4 bytes. Try once more; Enter shows the answer." in said
    assert "That is how many they are. Each takes 4 bytes. The answer is 940,584 bytes." in said
    assert "To read again: tito read costs-activations" in said
    assert result.returncode == 1
    assert noted(begun)["memory"]["right"] is False
    assert "1 of 6 questions right." in said
    again = quiz("")
    how, _, first = again.stdout.splitlines()[:3]
    assert how.startswith("Enter skips a question, q ends the quiz.")
    assert first == "Question 2: memory"


def test_a_second_try_that_is_right_is_right(quiz, begun):
    """Lost otherwise: the answer, told to somebody who was about to find it."""
    said = " ".join(quiz("200704\n200960\n401920\n").stdout.split())
    assert said.count("The answer is") == 0
    assert "1 of 6 questions right." in said
    assert noted(begun)["parameters"] | {"when": ""} == {
        "answers": ["200960", "401920"],
        "right": True,
        "when": "",
    }


def test_enter_after_a_wrong_answer_shows_the_right_one(quiz, begun):
    """Lost otherwise: who gives up never hears the answer."""
    said = " ".join(quiz("200704\n\n401920\n").stdout.split())
    assert said.count("The answer is 200,960") == 1
    assert noted(begun)["parameters"]["right"] is False
    assert noted(begun)["parameters"]["answers"] == ["200704", "401920"]


@pytest.mark.parametrize("word", ["q", "Quit"])
def test_a_word_ends_the_quiz(quiz, begun, word):
    """Lost otherwise: the way out, where Ctrl-D is another key."""
    result = quiz(f"{FIRST}{word}\n1\n")
    assert result.returncode == 1
    assert result.stdout.count("Question ") == 2
    assert list(noted(begun)) == ["parameters"]


def test_every_answer_comes_with_its_reason(quiz):
    """Lost otherwise: a right guess teaches nothing."""
    assert "There is a weight for every pair" in quiz(FIRST).stdout


def test_the_list_says_how_it_stands(quiz):
    """Lost otherwise: a person does not know what is left."""
    quiz(FIRST + "1\n\n")
    result = quiz("", "--list")
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "  1  parameters      ✓ right",
        "  2  memory          · open",
        "  3  dropout         · open",
    ]
    assert result.returncode == 1


@pytest.mark.parametrize("name", ["4", "bottleneck", " Bottleneck "])
def test_one_question_alone(quiz, begun, name):
    """Lost otherwise: five questions stand before the one that is wanted."""
    assert quiz("1\n784\n", name).returncode == 1
    assert list(noted(begun)) == ["bottleneck"]


def test_again_asks_what_was_right(quiz, begun):
    """Lost otherwise: nobody can practise."""
    quiz(FIRST)
    assert "Question 1" in quiz("200704\n200704\n401920\n", "--again").stdout
    assert noted(begun)["parameters"]["right"] is False


def test_enter_leaves_a_question_open(quiz, begun):
    """Lost otherwise: who does not know has to guess."""
    result = quiz("\n235146\n940584\n150784\n")
    assert "Left open." in result.stdout
    assert list(noted(begun)) == ["memory"]


def test_what_is_no_answer_is_asked_again(quiz, begun):
    """Lost otherwise: a slip of the keyboard is a wrong answer."""
    result = quiz(b"what?\n\xff\xfe\n201 k\n200,960\n401_920\n")
    said = result.stdout
    assert said.count("Type a number") == 2
    assert said.count("too rounded to be sure") == 1
    assert noted(begun)["parameters"]["right"] is True


def test_an_endless_stream_of_nonsense_ends(quiz):
    """Lost otherwise: a cat on the keyboard fills the disk."""
    result = quiz("no\n" * 1000)
    assert result.returncode == 1
    assert result.stdout.count("Type a number") <= 5 * 6


def test_an_empty_pipe_says_how(quiz):
    """Lost otherwise: a question, and then nothing."""
    result = quiz("")
    assert result.returncode == 1
    assert "Answers are read from the keyboard, or from a pipe: one a line." in (result.stdout)


def test_no_such_question(quiz):
    """Lost otherwise: the wrong question, or a traceback."""
    result = quiz("", "7")
    assert result.returncode == 2
    assert "There is no question '7'. Type 1 to 6" in result.stderr


@pytest.mark.parametrize(
    "content",
    [b"no json", b"[]", b'{"layers": 1}', b'{"layers": {"quiz": {"parameters": 7, "x": []}}}'],
)
def test_strange_notes_are_no_obstacle(quiz, begun, content):
    """Lost otherwise: one bad file, and there is no quiz any more."""
    (begun / ".tito" / "memory.json").write_bytes(content)
    result = quiz(FIRST)
    assert "Traceback" not in result.stderr
    assert noted(begun)["parameters"]["right"] is True


def test_what_cannot_be_noted_is_said(quiz, begun):
    """Lost otherwise: the quiz fails where a disk is full, or a person trusts that it remembers."""
    (begun / ".tito" / "memory.json").mkdir()
    result = quiz(FIRST)
    assert "1 of 6 questions right." in result.stdout
    assert result.stderr == (
        "The answers could not be noted: the next quiz will ask these questions again.\n"
    )


def test_nothing_is_made_before_the_lesson_is_begun(tito, learner):
    """Lost otherwise: a folder appears that nobody asked for."""
    result = tito("quiz", given=FIRST.encode())
    assert "for you have no folder yet. Begin with: tito start" in result.stderr
    assert list(learner.iterdir()) == []


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_at_a_terminal(begun, columns, rows):
    """Lost otherwise: what it looks like, which no other test sees."""
    with Terminal("quiz", cwd=begun, columns=columns, rows=rows) as terminal:
        for typed in ("200704", "200704", "401920"):
            terminal.wait_for(lambda text: text.endswith(">"))
            terminal.settle()
            terminal.type(f"{typed}\r")
            terminal.settle()
        terminal.wait_for("Parameters of all three layers?")
        terminal.settle()
        keep(f"quiz_{columns}x{rows}", terminal.screen())
        terminal.type("\x04")
        assert terminal.finish() == 1
        assert "0 of 6 questions right." in terminal.screen()
    assert noted(begun)["parameters"]["right"] is False


def test_ctrl_c_keeps_what_was_answered(begun):
    """Lost otherwise: half an hour's answers, for leaving in the wrong way."""
    with Terminal("quiz", cwd=begun) as terminal:
        for typed in ("200960", "401920"):
            terminal.wait_for(lambda text: text.endswith(">"))
            terminal.settle()
            terminal.type(f"{typed}\r")
            terminal.settle()
        terminal.wait_for("Parameters of all three layers?")
        terminal.type("\x03")
        assert terminal.finish() == 128 + signal.SIGINT
        assert "1 of 6 questions right." in terminal.screen()
        assert "Traceback" not in terminal.screen()
    assert noted(begun)["parameters"]["right"] is True
