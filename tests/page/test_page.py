"""The page as a person uses it, with `tito open` and the file in a learner's folder."""

import re
import shutil
from contextlib import contextmanager

import pytest

from tests.page.desks import with_sum
from tests.page.reader import LAPTOP, PHONE, Reader

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

RAISE = 'raise NotImplementedError("Layer.__call__: your code here")'
FORGOTTEN = "self.forward(x, *args, **kwargs)"


@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_a_mistake_is_named_and_mended_and_nothing_is_lost(opened, person, viewport):
    """The page is there, and teaches nobody anything."""
    reader = person(opened.address, viewport)
    reader.told("0 of 151 checks pass")
    if viewport is PHONE:
        reader.button("Your code").click()
    reader.button(re.compile(r"^line \d+$")).first.click()
    reader.write_over(FORGOTTEN)
    reader.told("call-returns-nothing")
    expect(reader.page.locator(".cm-lint-marker-error")).to_be_visible()
    assert opened.holds(FORGOTTEN)
    assert RAISE not in opened.text

    reader.button("Hint").click()
    hints = reader.page.get_by_role("region", name="Hints").get_by_role("listitem")
    expect(hints).to_have_count(1)
    reader.button("A step further").click()
    expect(hints).to_have_count(2)

    reader.button(re.compile(r"^line \d+$")).first.click()
    reader.write_over(f"return {FORGOTTEN}")
    reader.told("Next to write: Layer.forward")
    expect(reader.verdict).not_to_contain_text("call-returns-nothing")
    reader.page.keyboard.insert_text("  # the last thing before the tab is closed")
    reader.close_the_tab()
    again = person(opened.address, viewport)
    again.told("Next to write: Layer.forward")
    expect(again.editor).to_contain_text("the last thing before the tab is closed")
    assert opened.holds("the last thing before the tab is closed")


@pytest.mark.slow
def test_on_a_site_all_of_it_is_in_the_browser_and_stays_there_offline(site, person):
    """Who has nothing installed is told nothing, or has lost an evening's work with the tab."""
    reader = person(f"{site}layers.html")
    expect(reader.editor).to_contain_text("Layers: the parts")
    reader.told("0 of 151 checks pass", minutes=1)
    reader.button(re.compile(r"^line \d+$")).first.click()
    reader.write_over(FORGOTTEN)
    reader.told("call-returns-nothing", minutes=1)
    reader.button("Hint").click()
    hints = reader.page.get_by_role("region", name="Hints")
    for degree in (1, 2):
        expect(hints).to_contain_text(f"Hint {degree} of 3", timeout=30_000)
        reader.button("A step further").click()
    reader.button("Show the solution").click(timeout=30_000)
    expect(reader.page.get_by_role("dialog")).not_to_contain_text("noted")
    reader.button("Show it").click()
    expect(hints).to_contain_text("Layer.__call__, as the reference has it", timeout=30_000)
    reader.button("Explain").click()
    worked = reader.page.get_by_role("heading", name="A worked example")
    expect(worked).to_be_visible(timeout=30_000)
    reader.button("Explain").click()
    expect(worked).not_to_be_visible(timeout=30_000)
    group = reader.page.get_by_role("group", name="784 inputs and 256 outputs")
    first, second = group.get_by_role("textbox").all()
    first.fill("200704")
    second.fill("401,920")
    second.press("Enter")
    expect(group).to_contain_text("Those are the weights alone.", timeout=30_000)

    reader.page.evaluate("navigator.serviceWorker.ready")
    context = reader.page.context
    context.new_page()
    reader.editor.press("Control+End")
    reader.page.keyboard.insert_text("# the last thing before the tab is closed\n")
    reader.close_the_tab()
    context.set_offline(True)
    again = Reader(context).open(f"{site}layers.html")
    again.told("call-returns-nothing", minutes=1)
    again.editor.press("Control+End")
    expect(again.editor).to_contain_text("the last thing before the tab is closed")
    again.page.get_by_role("button", name="Versions").click()
    expect(again.page.get_by_role("region", name="Versions")).to_contain_text(
        "call-returns-nothing:"
    )


def test_a_question_is_answered_wrong_and_right(opened, person):
    """A wrong number is told to be wrong, and not why; or there is no second try."""
    reader = person(opened.address)
    group = reader.page.get_by_role("group", name="784 inputs and 256 outputs")
    expect(group.get_by_role("textbox")).to_have_count(2)
    first, second = group.get_by_role("textbox").all()
    first.fill("200704")
    second.fill("401,920")
    group.get_by_role("button", name="Answer").click()
    expect(group).to_contain_text("Those are the weights alone.")
    expect(group).not_to_contain_text("200,960")
    first.fill("200960")
    first.press("Enter")
    expect(group).to_contain_text("exactly twice as many")


def test_what_cannot_be_remembered_of_the_quiz_is_told(opened, person):
    """A person answers all questions, and is asked them again the next day."""
    reader = person(opened.address)
    (opened.file.parent / ".tito" / "memory.json.lock").mkdir()
    group = reader.page.get_by_role("group", name="784 inputs and 256 outputs")
    expect(group.get_by_role("textbox")).to_have_count(2)
    first, second = group.get_by_role("textbox").all()
    first.fill("200960")
    second.fill("401920")
    second.press("Enter")
    expect(group).to_contain_text("could not be noted")


def test_a_version_that_cannot_be_kept_is_told_and_no_more_than_that(opened, person):
    """A person is told that their code is lost, which stands in their file; or nothing at all."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    versions = opened.file.parent / ".tito" / "versions"
    shutil.rmtree(versions)
    versions.write_text("in the folder's place")
    reader.button("Test").click()
    expect(reader.page.get_by_text("This version of layers_dev.py was not kept")).to_be_visible()
    expect(reader.page.get_by_text("Your code is not kept")).to_have_count(0)


def test_after_the_last_hint_one_may_see_the_solution(opened, person):
    """Who is stuck after three hints is left alone, or sees the solution by accident."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    reader.button("Hint").click()
    hints = reader.page.get_by_role("region", name="Hints")
    for degree in (1, 2):
        expect(hints).to_contain_text(f"Hint {degree} of 3")
        expect(reader.button("Show the solution")).to_have_count(0)
        reader.button("A step further").press("Enter")
    expect(reader.button("Show the solution")).to_be_focused()
    reader.button("Show the solution").press("Enter")
    expect(reader.page.get_by_role("dialog")).to_contain_text("It will be noted that you saw them.")
    reader.button("Not yet").click()
    expect(hints).not_to_contain_text("as the reference has it")
    reader.button("Show the solution").click()
    reader.button("Show it").click()
    expect(hints).to_contain_text("Layer.__call__, as the reference has it")
    expect(hints).to_contain_text("return self.forward(x, *args, **kwargs)")
    memory = (opened.file.parent / ".tito" / "memory.json").read_text()
    assert "solutions" in memory


def test_of_a_file_that_python_cannot_read_nobody_is_told_that_all_is_well(opened, person):
    """Who has lost a bracket asks for a hint, and is told that nothing needs one."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    reader.editor.press("Control+Home")
    reader.page.keyboard.insert_text("def broken(:\n")
    reader.told("file as a whole")
    reader.button("Hint").click()
    expect(reader.page.get_by_role("region", name="Hints")).to_contain_text("Mend first what")


def test_the_explanation_fits_a_phone_and_leads_into_the_text(opened, person):
    """On a phone one scrolls sideways through an explanation that was set for a terminal."""
    reader = person(opened.address, PHONE)
    reader.told("0 of 151 checks pass")
    reader.button("Your code").click()
    reader.button(re.compile(r"^line \d+$")).first.click()
    reader.write_over(FORGOTTEN)
    reader.told("call-returns-nothing")
    reader.button("Explain").click()
    heading = reader.page.get_by_role("heading", name="A worked example")
    expect(heading).to_be_visible()
    wide = "() => [...document.querySelectorAll('.explanation, .explanation *')]"
    wide += ".filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).length"
    assert reader.page.evaluate(wide) == 0
    reader.page.locator(".explanation").get_by_role("link").click()
    expect(reader.button("Back to the text")).to_have_count(0)
    assert reader.page.locator("#layer-call").evaluate(
        "section => Math.abs(section.getBoundingClientRect().top) < innerHeight"
    )


@pytest.mark.slow
@pytest.mark.parametrize("viewport", [LAPTOP, PHONE], ids=["laptop", "phone"])
def test_axe_finds_nothing_in_what_the_desk_opens(opened, person, viewport):
    """Who reads by ear, by keys or in the dark is kept out of the explanation or the versions."""
    from tests.page.test_site import RULES, Rules

    opened.file.write_text(with_sum("output = output - self.bias"), encoding="utf-8")
    reader = person(opened.address, viewport)
    reader.told("bias-subtracted")
    if viewport is PHONE:
        reader.button("Your code").click()
    reader.button("Explain").click()
    expect(reader.page.get_by_role("heading", name="A worked example")).to_be_visible()
    for opens, region in (("Hint", "Hints"), ("Versions", "Versions")):
        reader.button(opens).click()
        expect(reader.page.get_by_role("region", name=region)).to_be_visible()
        for scheme in ("light", "dark"):
            reader.page.emulate_media(color_scheme=scheme)
            assert Rules().flaws(reader.page, runOnly={"type": "tag", "values": RULES}) == []


def test_an_answer_that_is_none_of_ours_becomes_a_sentence(opened, person):
    """A person reads: Unexpected token '<'."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    page = "<!doctype html><title>Another program</title>"
    reader.page.route("**/desk/test", lambda route: route.fulfill(body=page))
    reader.button("Test").click()
    reader.told("is not tito open")


@pytest.mark.slow
def test_a_host_that_answers_with_a_page_becomes_a_sentence(site, person):
    """The same, where a host of files or a café's network answers for the site."""
    page = "<!doctype html><title>Please sign in</title>"
    route = f"window.fetch = async () => new Response({page!r}, {{ status: 200 }})"
    reader = person(f"{site}layers.html", script=route)
    reader.told("could not be fetched")


def test_what_is_saved_elsewhere_comes_and_both_are_shown_where_both_changed(opened, person):
    """A person's work in their editor is overwritten by the page, or the other way round."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    reader.page.wait_for_timeout(500)
    opened.file.write_text(opened.text.replace(RAISE, FORGOTTEN), encoding="utf-8")
    reader.told("call-returns-nothing")
    expect(reader.page.get_by_text("changed in another program")).to_be_visible()

    reader.editor.click()
    with holding_saves(reader.page):
        reader.page.keyboard.insert_text("mine = 1\n")
        opened.file.write_text("theirs = 1\n" + opened.text, encoding="utf-8")
        asked = reader.page.get_by_role("dialog")
        expect(asked).to_contain_text("theirs = 1")
        expect(asked).to_contain_text("mine = 1")
    asked.get_by_role("button", name="Keep the one in this page").click()
    reader.told("of 151 checks pass")
    reader.faults.clear()  # those were the saves that did not arrive
    assert opened.holds("mine = 1")
    assert "theirs = 1" not in opened.text


@contextmanager
def holding_saves(page):
    """The page's saves do not arrive while the block runs, as if the other were quicker."""
    page.route("**/desk/save", lambda route: route.abort())
    yield
    page.unroute("**/desk/save")


def test_late_news_of_an_earlier_save_take_nothing_back(opened, person):
    """What one has just typed turns into what stood there before."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    page, held = reader.page, {}

    def hold(route):
        held[route.request.url.rpartition("/")[2]] = route, route.fetch()

    def wait_for(what):
        while what not in held:
            page.wait_for_timeout(50)
        page.wait_for_timeout(500)  # others hear of it before the page has its answer

    def let_go(what):
        route, answer = held.pop(what)
        route.fulfill(response=answer)
        page.unroute(f"**/desk/{what}")
        page.wait_for_timeout(500)

    reader.button(re.compile(r"^line \d+$")).first.click()
    page.route("**/desk/save", hold)
    reader.write_over("pass  # first")
    wait_for("save")
    page.route("**/desk/file", hold)
    let_go("save")
    wait_for("file")
    reader.write_over("pass  # second")
    page.wait_for_timeout(1500)
    let_go("file")
    expect(reader.editor).to_contain_text("# second")
    assert opened.holds("# second")


def test_starting_over_asks_and_can_be_undone_and_versions_come_back(opened, person):
    """An evening's work is gone by one press."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    reader.button(re.compile(r"^line \d+$")).first.click()
    reader.write_over(FORGOTTEN)
    reader.told("call-returns-nothing")

    reader.button("Start over").click()
    reader.button("Keep my code").click()
    assert opened.holds(FORGOTTEN)
    reader.button("Start over").click()
    reader.button("Yes, start over").click()
    reader.told("0 of 151 checks pass")
    assert opened.holds(RAISE)
    reader.button("Undo").click()
    reader.told("call-returns-nothing")

    reader.button("Versions").click()
    slider = reader.page.get_by_role("slider", name="Version")
    expect(slider).to_be_enabled()
    versions = reader.page.get_by_role("region", name="Versions")
    expect(versions).to_contain_text("call-returns-nothing:")
    slider.press("Home")
    expect(versions).to_contain_text("1 of ")
    expect(versions).to_contain_text("Next to write: Layer.__call__")
    expect(versions).not_to_contain_text("call-returns-nothing:")
    reader.button("Take this version back").click()
    reader.told("0 of 151 checks pass")


def test_a_link_brings_code_that_runs_only_when_one_says_so(opened, person):
    """A stranger's code runs because somebody followed a link, or takes the place of one's own."""
    rights = {"permissions": ["clipboard-read", "clipboard-write"]}
    reader = person(opened.address, **rights)
    reader.told("0 of 151 checks pass")
    reader.button(re.compile(r"^line \d+$")).first.click()
    reader.write_over(FORGOTTEN)
    reader.told("call-returns-nothing")
    assert opened.holds(FORGOTTEN)
    reader.page.get_by_text("More", exact=True).click()
    reader.button("Copy a link").click()
    expect(reader.page.get_by_text("The link is copied")).to_be_visible()
    link = reader.page.evaluate("navigator.clipboard.readText()")
    own = opened.text.replace(FORGOTTEN, "pass  # my own")
    opened.file.write_text(own, encoding="utf-8")

    other = person(f"{opened.address}{link[link.index('#') :]}")
    other.told("Nothing of it has been run")
    asked = []
    other.page.on("request", lambda request: asked.append(request.url))
    other.page.wait_for_timeout(800)
    assert not [url for url in asked if "/desk/test" in url or "/desk/save" in url]
    other.button("Test").click()
    other.told("call-returns-nothing")
    assert opened.text == own
    other.button("Back to mine").click()
    expect(other.editor).to_contain_text("my own")
    assert opened.text == own


def test_all_of_it_by_keyboard_alone(opened, person):
    """Who cannot use a mouse cannot use the page, or cannot leave the editor."""
    reader = person(opened.address)
    reader.told("0 of 151 checks pass")
    keyboard = reader.page.keyboard
    reader.button("Test").focus()
    for _ in range(12):
        keyboard.press("Tab")
        if reader.editor.evaluate("element => element === document.activeElement"):
            break
    expect(reader.editor).to_be_focused()
    keyboard.press("Tab")
    expect(reader.editor).to_be_focused()
    keyboard.press("Escape")
    keyboard.press("Tab")
    expect(reader.editor).not_to_be_focused()
    keyboard.press("Shift+Tab")
    expect(reader.editor).to_be_focused()
    keyboard.press("Control+Home")
    keyboard.insert_text("def broken(:\n")
    keyboard.press("Control+Enter")
    reader.told("file as a whole")


def test_the_theme_is_chosen_and_kept(opened, person):
    """A page that blinds at night, again at each visit."""
    reader = person(opened.address, color_scheme="light")
    background = "getComputedStyle(document.body).backgroundColor"
    light = reader.page.evaluate(background)
    for _ in range(2):
        reader.button("Theme").press("Enter")
    dark = reader.page.evaluate(background)
    reader.page.reload()
    assert reader.page.evaluate(background) == dark != light


VOICE = """() => {
    const spoken = (window.spoken = []);
    const synthesis = {
        getVoices: () => [{ lang: "en-GB", localService: true }],
        addEventListener: () => undefined,
        cancel: () => undefined,
        speak: (said) => {
            const lit = [...(CSS.highlights.get("spoken") ?? [])].map(String);
            spoken.push([said.text, ...lit]);
            if (spoken.length < 12) setTimeout(() => said.onend());
        },
    };
    Object.defineProperty(window, "speechSynthesis", { value: synthesis });
    window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
}"""


def test_the_text_is_read_aloud_sentence_by_sentence(opened, person):
    """Who listens loses the place, or hears a formula's signs."""
    reader = person(opened.address, script=f"({VOICE})()")
    reader.told("0 of 151 checks pass")
    reader.page.locator("#why").evaluate("why => why.scrollIntoView({ behavior: 'instant' })")
    reader.button("Listen").evaluate("button => button.click()")  # a click would scroll first
    reader.page.wait_for_function("() => spoken.length === 12")
    spoken = reader.page.evaluate("spoken")
    assert spoken[0] == ["Why layers matter", "Why layers matter"]
    assert all(" ".join(lit.split()) == text for text, lit in spoken if "equals" not in text)
    assert any(text == "y equals f sub 3 of f sub 2 of f sub 1 of x" for text, _ in spoken)
    reader.page.keyboard.press("Escape")
    expect(reader.button("Listen")).to_have_attribute("aria-pressed", "false")
