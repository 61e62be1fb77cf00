"""A report's two forms: whatever is in it, they show it as text, and it stays a page."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from tito.notebook.html import html
from tito.notebook.view import Group, View, text

ANY = st.text(max_size=40) | st.sampled_from(
    ["<script>", "</div>", "&amp;", "\x1b[2J", "\ud800", ""]
)
VIEWS = st.builds(
    View,
    title=ANY,
    passed=st.integers(0, 5),
    total=st.integers(0, 5),
    heading=ANY,
    fields=st.lists(
        st.tuples(st.sampled_from(["check", "got", "mistake", "line 3"]) | ANY, ANY), max_size=4
    ).map(tuple),
    groups=st.lists(
        st.builds(
            Group,
            exercise=ANY,
            lines=st.lists(
                st.tuples(st.sampled_from(["passed", "failed"]), ANY), min_size=1, max_size=3
            ).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    notes=st.lists(ANY, max_size=2).map(tuple),
)
ALLOWED = {"section", "p", "strong", "span", "div", "h4", "dl", "dt", "dd", "pre", "br"} | {
    "details",
    "summary",
    "ul",
    "li",
}


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.words = set(), [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style", "aria-label", "aria-hidden", "open"}
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@given(VIEWS)
def test_any_report_is_a_page_of_known_elements(view):
    """Lost otherwise: a name or a number in a learner's code becomes part of the page."""
    page = Tags(html(view))
    assert page.open == []
    assert page.tags <= ALLOWED
    html(view).encode()


@given(VIEWS)
def test_any_report_is_plain_text(view):
    """Lost otherwise: a report that moves a terminal's cursor, or that cannot be encoded."""
    shown = text(view)
    shown.encode()
    assert "\x1b" not in shown
    assert text(view).count(" checks pass") <= 1 + shown.count("checks pass")


def test_both_forms_say_the_same():
    """Lost otherwise: who reads the plain form is told less."""
    group = Group("A.f", (("passed", "is one"), ("failed", "is two")))
    view = View("A", 1, 2, "First to fix: A.f", (("got", "[[1]]"),), (group,), ("A note.",))
    page = " ".join(Tags(html(view)).words)
    for words in ("1 of 2", "First to fix: A.f", "got", "[[1]]", "failed", "is two", "A note."):
        assert words in page
        assert words in text(view)


def test_colour_only_repeats_what_words_say():
    """Lost otherwise: a report that one who sees no colours cannot read."""
    right = View("A", 1, 1, "", (), (Group("A.f", (("passed", "x"),)),))
    wrong = View("A", 0, 1, "First to fix: A.f", (), (Group("A.f", (("failed", "x"),)),))
    assert "all 1 checks pass" in html(right)
    assert "all" not in html(wrong).partition("</p>")[0]
    assert not View("A", 0, 0).right
    assert not View("A", 1, 1, "This cell is empty.").right


def test_a_huge_text_is_cut():
    """Lost otherwise: a page of megabytes that the browser cannot show."""
    view = View("A", 0, 1, "First to fix", (("got", "x" * 10_000_000),))
    assert len(html(view)) < 20_000
    assert "more characters" in html(view)
