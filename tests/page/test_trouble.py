"""When something goes wrong beside the page, nothing is lost, and a sentence says what to do."""

import re

import pytest

from tests.page.conftest import Opened
from tests.page.reader import Reader
from tests.page.test_page import FORGOTTEN, RAISE
from tito.learner import stub_of
from tito.lesson.model import load_lesson

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect
STUB = stub_of(load_lesson("layers"))
LINK = """async (given) => {
    const packing = new CompressionStream("deflate-raw");
    const stream = new Blob([JSON.stringify(given)]).stream().pipeThrough(packing);
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    location.hash = "code=" + letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}"""


def follow(reader, code, seed=1, lesson="layers"):
    """Follow a link with this code, in the same tab."""
    reader.page.evaluate(LINK, {"lesson": lesson, "seed": seed, "code": code})


def hide(reader, hidden):
    """Another tab is in front, or this one again."""
    reader.page.evaluate(
        """(state) => {
            const seen = { value: state, configurable: true };
            Object.defineProperty(document, "visibilityState", seen);
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        "hidden" if hidden else "visible",
    )


def at_the_end(reader, text):
    """Type at the end of the file."""
    reader.editor.press("Control+End")
    reader.page.keyboard.insert_text(text)


@pytest.fixture
def reader(opened, person):
    found = person(opened.address)
    found.told("0 of 151 checks pass")
    return found


def test_a_file_that_is_gone_is_written_again(opened, reader, tmp_path):
    """Who deletes the file, or its folder, loses from the page what was in neither any more."""
    at_the_end(reader, "# mine\n")
    assert opened.holds("# mine")
    opened.file.parent.rename(tmp_path / "moved")
    asked = reader.page.get_by_role("dialog", name="Your file is gone")
    expect(reader.editor).to_contain_text("# mine")
    asked.get_by_role("button", name="Write my code again").click()
    expect(asked).to_be_hidden()
    reader.page.wait_for_timeout(500)
    assert opened.holds("# mine")


def test_undoing_goes_back_to_what_was_opened_and_no_further(opened, reader):
    """One press of Ctrl+Z too many empties the file, or brings a stranger's code into it."""
    reader.editor.press("Control+z")
    expect(reader.editor).to_contain_text("Layers")
    follow(reader, "stranger = 1\n")
    expect(reader.editor).to_contain_text("stranger = 1")
    reader.button("Back to mine").click()
    expect(reader.editor).not_to_contain_text("stranger = 1")
    reader.editor.press("Control+z")
    reader.page.wait_for_timeout(1000)
    assert opened.text == STUB


def test_code_from_a_link_and_ones_own_stay_apart(opened, reader):
    """A stranger's code is written over one's own, or one's last words go as it comes."""
    at_the_end(reader, "# mine\n")
    follow(reader, "stranger = 1\n")
    assert opened.holds("# mine")
    opened.file.write_text(opened.text + "# elsewhere\n")
    reader.page.wait_for_timeout(1000)
    expect(reader.page.get_by_role("dialog")).to_be_hidden()
    expect(reader.editor).to_have_text(re.compile("^stranger = 1"))
    reader.button("Back to mine").click()
    reader.editor.press("Control+End")
    expect(reader.editor).to_contain_text("# elsewhere")
    assert opened.holds("# mine")
    assert "stranger" not in opened.text


def test_what_waits_to_be_saved_comes_after_a_link(opened, reader):
    """What one typed while the first save was under way is gone with the press on a link."""
    held = []

    def hold_the_first(route):
        return route.continue_() if held else held.append(route)

    reader.page.route("**/desk/save", hold_the_first)
    at_the_end(reader, "# first\n")
    reader.page.wait_for_timeout(800)
    at_the_end(reader, "# second\n")
    follow(reader, "stranger = 1\n")
    expect(reader.editor).to_contain_text("stranger = 1")
    with reader.page.expect_response(lambda got: "# second" in (got.request.post_data or "")):
        held[0].continue_()
    assert opened.holds("# second")
    assert "stranger" not in opened.text


@pytest.mark.parametrize(
    ("code", "seed"),
    [("x = 1\n", -1), ("x = 1\n", 2**32), ("x = 1\n", 1.5), ("x = 1\n", "1"), ("\n" * 2**22, 1)],
    ids=["negative", "large", "half", "text", "bomb"],
)
def test_a_link_that_cannot_be_is_refused_in_words(opened, reader, code, seed):
    """A damaged link is an error of JavaScript's, takes all memory, or does nothing at all."""
    follow(reader, code, seed)
    expect(reader.page.get_by_text("The code in this link cannot be read")).to_be_visible()
    expect(reader.editor).to_contain_text("Layers")


def test_a_text_of_many_short_lines_is_shown(opened, reader):
    """Comparing two such texts line by line takes more memory than there is."""
    follow(reader, "\n" * 100_000 + "stranger = 1\n")
    expect(reader.page.get_by_text("Somebody else's code")).to_be_visible()
    reader.button("Take it over as mine").click()
    assert opened.holds("stranger = 1")
    reader.button("Undo").click()
    reader.told("0 of 151 checks pass")
    assert opened.holds("Layers")
    reader.faults.clear()  # that was too large a text to be tested


def test_two_tabs_are_told_the_same_of_a_save_elsewhere(opened, reader):
    """One of them says Testing for ever, for the other's text came in between."""
    other = Reader(reader.page.context).open(opened.address)
    other.told("0 of 151 checks pass")
    for line, said in ((FORGOTTEN, "call-returns-nothing"), (RAISE, "Next to write: Layer")) * 2:
        opened.file.write_text(STUB.replace(RAISE, line), encoding="utf-8")
        for each in (reader, other):
            each.told(said)
            expect(each.page.get_by_text("Testing…")).to_have_count(0)
    assert other.faults == []


def test_many_tabs_can_be_open(opened, reader):
    """A browser has six connections to a server: the seventh tab hangs, and saves nothing."""
    tabs = [reader]
    for _ in range(6):
        hide(tabs[-1], True)
        tabs.append(Reader(reader.page.context).open(opened.address))
        tabs[-1].told("0 of 151 checks pass")
    opened.file.write_text(STUB.replace(RAISE, FORGOTTEN), encoding="utf-8")
    tabs[-1].told("call-returns-nothing")
    reader.page.wait_for_timeout(500)
    expect(reader.verdict).to_contain_text("0 of 151 checks pass")
    hide(reader, False)
    reader.told("call-returns-nothing")


def test_the_address_can_be_pressed_in_another_page(opened, person):
    """Who presses the address in a terminal that is a page is told to open that very address."""
    reader = person("about:blank")
    link = f'<a href="{opened.address}">{opened.address}</a>'
    reader.page.route(
        "http://terminal.test/", lambda route: route.fulfill(body=link, content_type="text/html")
    )
    reader.page.goto("http://terminal.test/")
    reader.page.get_by_role("link").click()
    reader.told("0 of 151 checks pass")


def test_the_page_goes_on_when_tito_open_was_ended_and_begun_again(
    tmp_path_factory, state, opened, person
):
    """What one types meanwhile is lost, or the page stays dead until somebody reloads it."""
    folder = tmp_path_factory.mktemp("learner")
    first = Opened(folder, state)
    port = re.search(r":(\d+)/", first.address)[1]
    reader = person(first.address)
    reader.told("0 of 151 checks pass")
    first.end()
    reader.button(re.compile(r"^line \d+$")).first.click()
    reader.write_over(FORGOTTEN)
    reader.told("Start it again, and this page goes on")
    expect(reader.page.get_by_text("Your code is not kept")).to_be_visible()
    again = Opened(folder, state, port)
    try:
        assert RAISE in again.text
        Reader(reader.page.context).open(again.address).told("checks pass")
        reader.told("call-returns-nothing")
        expect(reader.page.get_by_text("Your code is not kept")).to_have_count(0)
        assert again.holds(FORGOTTEN)
        Reader(reader.page.context).open(opened.address).told("checks pass")  # another folder's
        at_the_end(reader, "# mine\n")
        assert again.holds("# mine")
        again.file.write_text(STUB, encoding="utf-8")
        reader.told("0 of 151 checks pass")
    finally:
        again.end()
    reader.faults.clear()  # those were the requests that nobody answered


def test_a_text_that_waits_for_one_folder_is_not_put_into_another(opened, reader):
    """Two folders are served at one address, one after the other, and their texts mix."""
    kept = reader.page.evaluate("Object.keys(localStorage)")
    reader.page.route("**/desk/save", lambda route: route.abort())
    at_the_end(reader, "# mine\n")
    expect(reader.page.get_by_text("Your code is not kept")).to_be_visible()
    new = [key for key in reader.page.evaluate("Object.keys(localStorage)") if key not in kept]
    assert new == [f"tito.draft.{opened.file}"]
    reader.faults.clear()


def test_the_same_text_from_elsewhere_is_no_question(opened, person):
    """One is asked which of two equal texts is one's own."""
    reader = person("about:blank")
    for what in ("save", "events*"):
        reader.page.route(f"**/desk/{what}", lambda route: route.abort())
    reader.page.goto(opened.address)
    reader.told("0 of 151 checks pass")
    at_the_end(reader, "# mine\n")
    expect(reader.page.get_by_text("Your code is not kept")).to_be_visible()
    opened.file.write_text(STUB + "# mine\n", encoding="utf-8")
    reader.page.unroute("**/desk/save")
    expect(reader.page.get_by_text("Your code is not kept")).to_have_count(0)
    expect(reader.page.get_by_role("dialog")).to_be_hidden()
    reader.faults.clear()


def test_news_that_come_while_one_chooses_are_not_lost(opened, reader):
    """The page asks twice at a time, or shows the file as it was before the last save."""
    context = reader.page.context
    context.route("**/desk/save", lambda route: route.abort())
    at_the_end(reader, "# mine\n")
    expect(reader.page.get_by_text("Your code is not kept")).to_be_visible()
    reader.close_the_tab()
    reader.faults.clear()
    opened.file.write_text(STUB + "# theirs\n", encoding="utf-8")
    again = Reader(context)
    again.page.goto(opened.address)
    asked = again.page.get_by_role("dialog")
    expect(asked).to_contain_text("# theirs")
    opened.file.write_text(STUB + "# the last\n", encoding="utf-8")
    again.page.wait_for_timeout(1000)
    expect(asked).to_have_count(1)
    asked.get_by_role("button", name="Take the other one").click()
    again.editor.press("Control+End")
    expect(again.editor).to_contain_text("# the last")


def test_the_keyboard_is_never_nowhere(opened, reader):
    """Who works by keys or by ear is thrown back to the top of the page by each press."""
    page = reader.page
    focused = "document.activeElement.textContent"
    hints = page.get_by_role("region", name="Hints")
    reader.button("Hint").press("Enter")
    expect(hints.get_by_role("listitem")).to_have_count(1)
    reader.button("A step further").press("Enter")
    expect(hints.get_by_role("listitem")).to_have_count(2)
    assert page.evaluate(focused) == "A step further"
    for name in ("Hint", "Versions"):
        part = page.get_by_role("region", name=re.compile(f"^{name}s?$"))
        for key in ("Escape", "Enter"):
            reader.button(name).press("Enter")
            expect(part).to_be_visible()
            if name == "Hint":
                expect(part).to_contain_text("of 3")
            else:
                expect(part.get_by_role("slider")).to_be_focused()
            part.get_by_role("button", name="Close").press(key)
            expect(part).to_be_hidden()
            assert page.evaluate(focused) == name
    page.get_by_text("More", exact=True).press("Enter")
    reader.button("Follow the text").press("Enter")
    assert page.evaluate(focused) == "More"
    at_the_end(reader, "# mine\n")
    reader.button("Start over").press("Enter")
    reader.button("Yes, start over").press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.evaluate(focused) == "Start over"
    reader.button("Undo").press("Enter")
    expect(page.get_by_text("Your code is as it was before.")).to_be_visible()
    assert page.evaluate(focused) == "Test"
    reader.button("Dismiss").last.press("Enter")
    assert page.evaluate(focused) == "Test"
    group = page.get_by_role("group", name="784 inputs and 256 outputs")
    for field, answer in zip(group.get_by_role("textbox").all(), ("200960", "401920"), strict=True):
        field.fill(answer)
    group.get_by_role("button", name="Answer").press("Enter")
    expect(group).to_contain_text("exactly twice as many")
    assert page.evaluate(focused) == "Ask again"


def without_python(context):
    """On a site whose Python never comes, so that nothing waits for it."""
    context.route("**/_runtime/parts.json", lambda route: route.abort())


@pytest.fixture
def visitor(site, person):
    """Somebody on a site, in whose browser something is another than usual."""

    def come(script="", route=None, body=""):
        found = person("about:blank", script=script)
        without_python(found.page.context)
        if route:
            found.page.route(route, lambda asked: asked.fulfill(body=body))
        found.page.goto(f"{site}layers.html")
        return found

    readers = []

    def remembered(**given):
        readers.append(come(**given))
        return readers[-1]

    yield remembered
    for each in readers:
        each.page.close()  # nothing is said after that
        each.faults.clear()  # those were the parts that did not come


def test_a_strangers_code_and_another_tab_stay_apart(site, visitor):
    """A stranger's code takes the place of what one writes meanwhile in another tab."""
    first = visitor()
    expect(first.editor).to_contain_text("Layers")
    other = Reader(first.page.context).open(f"{site}layers.html")
    expect(other.editor).to_contain_text("Layers")
    follow(first, "stranger = 1\n")
    expect(first.editor).to_contain_text("stranger = 1")
    at_the_end(other, "# mine\n")
    first.page.wait_for_timeout(1000)
    expect(first.page.get_by_role("dialog")).to_be_hidden()
    first.button("Back to mine").click()
    first.editor.press("Control+End")
    expect(first.editor).to_contain_text("# mine")
    at_the_end(first, "# more\n")
    other.editor.press("Control+End")
    expect(other.editor).to_contain_text("# more")


def test_what_was_undone_does_not_come_back(visitor):
    """What one typed before one looked at another tab, and then took back, is there again."""
    reader = visitor()
    at_the_end(reader, "# undone\n")
    hide(reader, True)
    hide(reader, False)
    reader.editor.press("Control+z")
    expect(reader.editor).not_to_contain_text("# undone")
    reader.page.wait_for_timeout(800)
    reader.page.reload()
    expect(reader.editor).to_contain_text("Layers")
    reader.editor.press("Control+End")
    expect(reader.editor).not_to_contain_text("# undone")


def test_where_nothing_can_be_kept_it_is_said(visitor):
    """In a private window an evening's work is gone with the tab, and nobody said so."""
    refuse = """(() => {
        const refused = () => { throw new DOMException("refused", "SecurityError"); };
        for (const name of ["indexedDB", "localStorage"]) {
            Object.defineProperty(window, name, { get: refused });
        }
    })()"""
    reader = visitor(script=refuse)
    at_the_end(reader, "# mine\n")
    expect(reader.page.get_by_text("Take your file out before you close")).to_be_visible()
    follow(reader, "stranger = 1\n")
    reader.button("Back to mine").click()
    reader.editor.press("Control+End")
    expect(reader.editor).to_contain_text("# mine")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Python could not be fetched: is the network there"),
        ({"script": "delete window.WebAssembly"}, "Python needs WebAssembly"),
        (
            {"route": "**/answers.json", "body": "<h1>Log in</h1>"},
            "The lesson could not be fetched",
        ),
        ({"route": "**/parts.json", "body": "<h1>Log in</h1>"}, "does it ask for a login first"),
    ],
    ids=["no network", "no WebAssembly", "a login in place of the lesson", "and of Python"],
)
def test_what_does_not_come_is_said(visitor, given, says):
    """A person reads an error of JavaScript's, or waits for ever."""
    visitor(**given).told(says)


@pytest.mark.parametrize("lacks", ["scripts", "modules", "a part"])
def test_without_a_script_the_text_is_there_and_says_what_is_missing(site, browser, lacks):
    """Where the editor would be there is nothing, and nobody says why."""
    with browser.new_context(java_script_enabled=lacks != "scripts") as context:
        page = context.new_page()
        if lacks == "modules":
            page.route("**/tito.js", lambda route: route.abort())
        if lacks == "a part":
            page.route("**/tito-browser.js", lambda route: route.abort())
        page.goto(f"{site}layers.html")
        expect(page.get_by_role("heading", name="Why layers matter")).to_be_visible()
        says = {"a part": "Reload the page"}.get(lacks, "needs JavaScript")
        expect(page.locator("#desk")).to_contain_text(says)
        expect(page.locator("#desk").get_by_text(says)).to_be_visible()
