"""A report's two forms: whatever is in it, they show it as text, and it stays a page."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tito.engine.report import CheckResult
from tito.say.card import Card, html, text
from tito.say.view import Field, Part

ANY = st.text(max_size=40) | st.sampled_from(
    ["<script>", "</div>", "&amp;", "\x1b[2J", "\ud800", ""]
)
FIELDS = st.builds(
    Field,
    st.sampled_from(["check", "got", "mistake", "line 3"]) | ANY,
    ANY,
    st.sampled_from(["prose", "values", "line", "as it is"]),
)
CHECKS = st.builds(CheckResult, ANY, ANY, st.sampled_from(["passed", "failed", "todo"]))
CARDS = st.builds(
    Card,
    title=ANY,
    heading=ANY,
    fields=st.lists(FIELDS, max_size=4).map(tuple),
    groups=st.lists(
        st.builds(Part, ANY, st.lists(CHECKS, min_size=1, max_size=3).map(tuple)), max_size=3
    ).map(tuple),
    notes=st.lists(ANY, max_size=2).map(tuple),
)


def group_of(*checks):
    """The checks of an exercise: each a name and a status."""
    return Part("A.f", tuple(CheckResult("A.f", name, status) for name, status in checks))


ALLOWED = {"section", "p", "strong", "span", "div", "h4", "dl", "dt", "dd", "pre", "br"} | {
    "mark",
    "code",
    "details",
    "summary",
    "ul",
    "li",
}


ATTRIBUTES = {"style", "aria-label", "aria-hidden", "open", "data-line"}


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.words = set(), [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= ATTRIBUTES
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@given(CARDS)
def test_any_report_is_a_page_of_known_elements(view):
    """Lost otherwise: a name or a number in a learner's code becomes part of the page."""
    page = Tags(html(view))
    assert page.open == []
    assert page.tags <= ALLOWED
    html(view).encode()


@given(CARDS)
def test_any_report_is_plain_text(view):
    """Lost otherwise: a report that moves a terminal's cursor, or that cannot be encoded."""
    shown = text(view)
    shown.encode()
    assert "\x1b" not in shown
    assert text(view).count(" checks pass") <= 1 + shown.count("checks pass")


def test_both_forms_say_the_same():
    """Lost otherwise: who reads the plain form is told less."""
    group = group_of(("is one", "passed"), ("is two", "failed"))
    field = Field("got", "[[1]]", "values")
    view = Card("A", "First to fix: A.f", (field,), (group,), ("A note.",))
    page = " ".join(Tags(html(view)).words)
    for words in ("1 of 2", "First to fix: A.f", "got", "[[1]]", "failed", "is two", "A note."):
        assert words in page
        assert words in text(view)


def test_colour_only_repeats_what_words_say():
    """Lost otherwise: a report that one who sees no colours cannot read."""
    right = Card("A", "", (), (group_of(("x", "passed")),))
    wrong = Card("A", "First to fix: A.f", (), (group_of(("x", "failed")),))
    assert "all 1 checks pass" in html(right)
    assert "all" not in html(wrong).partition("</p>")[0]
    assert not Card("A").right
    assert not Card("A", "This cell is empty.", (), right.groups).right


def test_a_huge_text_is_cut():
    """Lost otherwise: a page of megabytes that the browser cannot show."""
    view = Card("A", "First to fix", (Field("got", "x" * 10_000_000, "values"),))
    assert len(html(view)) < 20_000
    assert "more characters" in html(view)
