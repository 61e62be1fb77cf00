"""The built pages: what stands in them, where their links lead, and what they never load."""

import re
import shutil
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from textwrap import indent
from urllib.parse import unquote, urlsplit

import pytest

from tito.engine import examine
from tito.lesson.model import lesson_names, load_lesson
from tito.lesson.source import Text
from tito.lesson.text import Code, Items, Math, Note, Paragraph, Table, Tabs, blocks, lesson_text
from tito.page import site, sources
from tito.page.sources import write_sources

pytest.importorskip("sphinx")
pytest.importorskip("myst_parser")
pytest.importorskip("math_core")
LESSONS = lesson_names()
VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """What of a page is asked about: elements with their attributes, and its text."""

    def __init__(self, path):
        super().__init__()
        self.elements, self.words, self.inside, self.sections = [], [], [], {}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data):
        if self.inside and self.inside[-1] in ("script", "style") and data.strip():
            self.elements.append(("inline", {}))
        elif "math" not in self.inside and "main" in self.inside:
            self.words.append(data)

    @property
    def ids(self):
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]

    @property
    def text(self):
        return alike("".join(self.words))


def alike(text):
    """Text in which quotes are straight and spaces are one."""
    straight = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return " ".join(straight.split())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Everything, once: the folder, and what was said of it."""
    from tito.page.site import build

    out = tmp_path_factory.mktemp("site")
    helps = {"tito test": "Usage: tito test [OPTIONS]"}
    return out, build(out, helps=helps, repository="https://github.com/me/mine/tree/main/books")


@pytest.fixture(scope="module")
def pages(built):
    return {path.name: Page(path) for path in sorted(built[0].glob("*.html"))}


def test_the_lessons_alone_without_an_editor(tmp_path):
    """A link to a page that was left out, or an editor that tests nothing."""
    made = site.build(tmp_path, only_lessons=True, editor=False)
    assert made.warnings == ""
    assert {*made.pages} == {"index", *LESSONS}
    for path in tmp_path.glob("*.html"):
        elements = Page(path).elements
        assert not {"desk", "quiz"} & {a.get("id") for _, a in elements}
        links = {urlsplit(a["href"]) for tag, a in elements if tag == "a" and "href" in a}
        lacking = [u for u in links if not u.scheme and u.path and not (tmp_path / u.path).exists()]
        assert not lacking, path.name


def test_without_a_clone_the_pages_are_the_same(tmp_path, monkeypatch):
    """Who installed a wheel would miss pages, and not be told what catches a mistake."""
    project, here = Path(__file__).parents[2], Path(sources.__file__).parent
    lessons = [load_lesson(name) for name in LESSONS]
    write_sources(tmp_path / "clone", lessons, {}, only_lessons=False)
    wheel = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
    forced = wheel["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for source, goal in forced.items():
        copy = shutil.copytree if (project / source).is_dir() else shutil.copyfile
        (tmp_path / goal).parent.mkdir(parents=True, exist_ok=True)
        copy(project / source, tmp_path / goal)
    shutil.copyfile(here / "start.md", tmp_path / "tito" / "page" / "start.md")
    monkeypatch.setattr(sources, "project_root", lambda: None)
    monkeypatch.setattr(sources, "_HERE", tmp_path / "tito" / "page")
    write_sources(tmp_path / "wheel", lessons, {}, only_lessons=False)
    assert texts(tmp_path / "wheel") == texts(tmp_path / "clone")


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def test_sphinx_warns_of_nothing(built):
    """A link or a mark that Sphinx does not understand would stand in the page as it was typed."""
    assert built[1].warnings == ""


def test_every_page_is_there(built, pages):
    """A page that is missing is one that the menu leads to in vain."""
    assert {*pages} == {f"{name}.html" for name in (*built[1].pages, "search")}
    assert {"index.html", "mistakes.html", "reference.html", "commands.html"} < {*pages}


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_section_has_its_anchor_and_its_exercise(lesson, pages):
    """Without them no link leads to a section, and the editor opens at no exercise."""
    sections = {
        attributes["id"]: attributes.get("data-exercise")
        for tag, attributes in pages[f"{lesson}.html"].elements
        if tag == "section" and attributes["id"] != "quiz"
    }
    text = lesson_text(lesson)
    exercises = {text.of_exercise(name).anchor: name for name in load_lesson(lesson).tasks}
    assert list(sections) == [section.anchor for section in text.sections]
    assert {anchor: name for anchor, name in sections.items() if name} == exercises


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_whole_text_stands_in_the_page(lesson, pages):
    """A paragraph that is lost on the way is one that nobody reads."""
    shown = pages[f"{lesson}.html"].text
    for section in lesson_text(lesson).sections:
        for words in (section.title, *(w for block in blocks(section.body) for w in said(block))):
            assert alike(plain(words)) in shown, section.anchor


def said(block):
    """The texts of a block, and of those within it."""
    match block:
        case Paragraph(text):
            yield text
        case Items(items, _):
            yield from items
        case Table(rows, _):
            yield from (cell for row in rows for cell in row)
        case Code(_, lines):
            yield "`" + "\n".join(lines) + "`"
        case Note(_, title, inner):
            yield from (title, *(words for each in inner for words in said(each)))
        case Tabs(tabs):
            for title, inner in tabs:
                yield from (title, *(words for each in inner for words in said(each)))


def plain(text):
    """Words without Markdown's marks; what stands as code stays as it is."""
    pieces = re.split(r"(`[^`]+`)", re.sub(r"\[([^]]+)\]\([^)\s]+\)", r"\1", text))
    return "".join(
        piece.strip("`") if piece.startswith("`") else piece.replace("*", "") for piece in pieces
    )


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_formula_is_mathml(lesson, pages):
    """A formula that was not set would stand there as TeX, which a screen reader cannot read."""
    found = [e for e in blocks_of(lesson) if isinstance(e, Math)]
    wanted = sum(formula.tex.count(r"\qquad") + 1 for formula in found)
    tags = [tag for tag, _ in pages[f"{lesson}.html"].elements]
    assert tags.count("math") == wanted > 0
    assert tags.count("merror") == 0


def blocks_of(lesson):
    return [each for section in lesson_text(lesson).sections for each in blocks(section.body)]


def test_the_font_has_every_sign_of_the_formulas(built, pages):
    """A sign that the font lacks is drawn in another face, or as an empty box."""
    ttlib = pytest.importorskip("fontTools.ttLib")
    with ttlib.TTFont(next(built[0].glob("_static/math.woff"))) as font:
        known = {chr(code) for code in font.getBestCmap()}
    for name in LESSONS:
        text = (built[0] / f"{name}.html").read_text(encoding="utf-8")
        signs = set(re.sub(r"<[^>]+>|&\w+;", "", "".join(re.findall(r"<math.*?</math>", text))))
        assert signs <= known, name


def test_nothing_is_loaded_from_elsewhere_and_nothing_stands_inline(pages):
    """The policy of the page would refuse it; and who reads would be known elsewhere."""
    for name, page in pages.items():
        for tag, attributes in page.elements:
            assert tag not in ("inline", "style", "iframe", "object", "embed"), name
            handlers = [key for key in attributes if key.startswith("on") or key == "style"]
            assert not handlers, (name, tag, handlers)
            loaded = attributes.get("href" if tag == "link" else "src", "")
            assert not urlsplit(loaded).netloc, (name, loaded)


def test_the_style_sheets_and_scripts_name_no_address_elsewhere(built):
    """A font or a picture from elsewhere would be loaded by them."""
    for path in built[0].glob("_static/*.css"):
        for address in re.findall(r"url\(([^)]*)\)|@import +(\S+)", path.read_text("utf-8")):
            assert not re.match(r"""["']?(https?:)?//""", "".join(address)), path.name


def test_every_link_within_the_site_leads_somewhere(built, pages):
    """A link that leads nowhere is a page that a person looks for in vain."""
    for name, page in pages.items():
        for tag, attributes in page.elements:
            address = urlsplit(attributes.get("href") or attributes.get("src") or "")
            if address.scheme or tag == "base":
                continue
            goal = address.path.removeprefix("./") or name
            assert (built[0] / unquote(goal)).is_file(), (name, goal)
            if address.fragment and goal in pages:
                assert unquote(address.fragment) in pages[goal].ids, (name, address.geturl())


def test_no_page_gives_an_id_twice(pages):
    """Of two with one id a link and a label find only the first."""
    for name, page in pages.items():
        assert len(page.ids) == len({*page.ids}), name


def test_a_mistake_has_its_place(pages):
    """A verdict names a mistake; the page of mistakes is where that name is looked up."""
    for name in LESSONS:
        lesson, ids = load_lesson(name), pages[f"mistakes-{name}.html"].ids
        known = {(wrong.exercise, wrong.name) for wrong in lesson.misconceptions}
        lacking = [one for one in known if not any(i.endswith(one[1]) for i in ids)]
        assert not lacking


def test_the_notebook_opens_where_the_repository_has_it(pages):
    """A button that opens another file, or none, helps nobody."""
    links = [a["href"] for tag, a in pages["layers.html"].elements if tag == "a"]
    assert "layers.ipynb" in links
    colab = "https://colab.research.google.com/github/me/mine/blob/main/books/layers.ipynb"
    assert colab in links
    assert "https://mybinder.org/v2/gh/me/mine/main?urlpath=lab/tree/books/layers.ipynb" in links


def test_the_start_page_shows_what_is_really_said(tmp_path):
    """The first thing that a person sees of the tool would be something that it does not say."""
    start = (Path(site.__file__).parent / "start.md").read_text(encoding="utf-8")
    code, shown = re.findall(r"```(?:python|text)\n(.*?)```", start, re.DOTALL)[:2]
    lesson, file = load_lesson("layers"), tmp_path / "layers_dev.py"
    wrong = Text(f"class Linear:\n{indent(code, '    ')}")
    file.write_bytes(lesson.reference.replace("Linear.forward", wrong).content)
    first = next(check for check in examine(lesson, file).checks if check.status == "failed")
    assert first.misconception is not None
    for words in (first.exercise, first.name, first.misconception, first.diagnosis):
        assert alike(words) in alike(shown)


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOST = "http://pages.test/"
MISTAKE = "linear-forward-bias-forgotten"


@pytest.fixture
def visit(built, browser):
    """A page in the browser, which has the built folder and nothing else of the world."""
    contexts = []

    def come(name, **more):
        context = browser.new_context(**more)
        contexts.append(context)
        context.route("**/*", give)
        page = context.new_page()
        page.faults = []
        page.on("console", lambda said: "Policy" in said.text and page.faults.append(said.text))
        page.goto(HOST + name)
        return page

    def give(route):
        path = built[0] / urlsplit(route.request.url).path.lstrip("/")
        if route.request.url.startswith(HOST) and path.is_file():
            route.fulfill(path=path)
        else:
            route.fulfill(status=404, body="")

    yield come
    for context in contexts:
        context.close()


#: What decides on the contrast of a text: its colour and size, and all that is behind it.
LOOKS = """known => {
  const looks = new Set(known), behind = new Map([[null, ""]]);
  const under = (e) => {
    if (!behind.has(e)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
      behind.set(e, `${under(e.parentElement)}|${backgroundColor} ${backgroundImage} ${opacity}`);
    }
    return behind.get(e);
  };
  for (const e of document.querySelectorAll("body *")) {
    delete e.dataset.look;
    const own = [...e.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
    if (!own || !e.checkVisibility()) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(e);
    const look = [color, fontSize, fontWeight, textShadow, under(e)].join();
    if (!looks.has(look)) e.dataset.look = "new";
    looks.add(look);
  }
  return [...looks];
}"""


class Rules:
    """What axe finds on pages: each text's contrast once, for of hundreds most look the same."""

    def __init__(self):
        self.axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        self.looks = []

    def flaws(self, page, context=None, **options):
        """What is found on a page as it is: the rule, and the first place."""
        found = self.axe.run(page, context, {"resultTypes": ["violations"], **options}).response
        return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]

    def flaws_in_both_schemes(self, page):
        """The same in light and in dark, where other colours are all that differs."""
        rest = {"color-contrast": {"enabled": False}}
        found = self.flaws(page, runOnly={"type": "tag", "values": RULES}, rules=rest)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            before, self.looks = len(self.looks), page.evaluate(LOOKS, self.looks)
            if len(self.looks) > before:
                contrast = {"type": "rule", "values": ["color-contrast"]}
                found += self.flaws(page, {"include": [["[data-look]"]]}, runOnly=contrast)
        return found


@pytest.mark.slow
def test_axe_finds_nothing_on_any_page(built, visit):
    """Who reads by ear, by keys or in the dark would be kept out of it."""
    page, rules = visit("index.html", viewport={"width": 1440, "height": 900}), Rules()
    for path in sorted(built[0].glob("*.html")):
        page.goto(HOST + path.name)
        assert rules.flaws_in_both_schemes(page) == [], path.name
    assert page.faults == []


def test_axe_finds_nothing_on_a_phone(visit):
    """What scrolls there has to be within reach of keys, too."""
    page, rules = visit("index.html", viewport={"width": 360, "height": 740}), Rules()
    for name in ("index", "search", *LESSONS, "mistakes", "commands"):
        page.goto(f"{HOST}{name}.html")
        assert rules.flaws_in_both_schemes(page) == [], name
    assert page.faults == []


def test_axe_sees_a_text_that_is_too_pale(visit):
    """A contrast that is looked at once, and then no more, has to be looked at once."""
    page, rules = visit("mistakes.html"), Rules()
    assert rules.flaws_in_both_schemes(page) == []
    page.evaluate("document.querySelector('#text p').style.color = '#999'")
    assert [rule for rule, _ in rules.flaws_in_both_schemes(page)] == ["color-contrast"]


#: Of what can be pressed, what is below 24 points and too near to something else. A link within
#: a sentence may be as high as its line.
CROWDED = """() => {
  const seen = { opacityProperty: true, visibilityProperty: true };
  const sized = [...document.querySelectorAll("a[href], button, summary, input, .tabs label")]
    .filter((e) => e.checkVisibility(seen) && !e.matches(".skip"))
    .map((e) => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width > 0);
  const middle = (r) => [(r.left + r.right) / 2, (r.top + r.bottom) / 2];
  const small = (r) => Math.min(r.width, r.height) < 23.9;
  const inSentence = (e) => getComputedStyle(e).display === "inline" &&
    [...e.parentElement.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  return sized.filter(([e, r]) => small(r) && !inSentence(e) && sized.some(([other, o]) => {
    if (other === e || other.contains(e) || e.contains(other)) return false;
    const [x, y] = middle(r), [ox, oy] = middle(o);
    if (small(o)) return Math.hypot(ox - x, oy - y) < 24;
    const [dx, dy] = [Math.max(o.left - x, x - o.right), Math.max(o.top - y, y - o.bottom)];
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) < 12;
  })).map(([e]) => e.outerHTML.slice(0, 120));
}"""
#: What a person may set for themselves: WCAG 2.2, 1.4.12.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"""


def test_every_page_fits_a_phone_and_a_finger(built, visit):
    """One would push each line to and fro, with a page magnified, too; or press what is beside."""
    page = visit("index.html", viewport={"width": 320, "height": 740}, bypass_csp=True)
    for path in sorted(built[0].glob("*.html")):
        for width in (320, 360):  # 320 is a laptop's page at 400 %
            page.set_viewport_size({"width": width, "height": 740})
            if width == 320:
                page.goto(HOST + path.name)
            assert widest(page) <= width, (path.name, width)
        assert page.evaluate(CROWDED) == [], path.name
        page.add_style_tag(content=SPACED)
        assert widest(page) <= width, (path.name, "spaced")


def widest(page):
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("width", [800, 1440])
def test_the_end_of_a_page_is_not_covered(width, visit):
    """The links at the foot would lie beneath the editor, which stays in sight."""
    page = visit("index.html", viewport={"width": width, "height": 900})
    page.get_by_role("textbox", name="Your code").wait_for()
    for name in ("Commands", "Architecture"):
        page.get_by_role("link", name=name).click(trial=True, timeout=5000)


def test_the_search_finds_an_exercise(visit):
    """The search is Sphinx's own script, which the policy has to let run."""
    page = visit("search.html?q=forward", viewport={"width": 360, "height": 740})
    page.locator("#search-results a").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "layers.html" in page.locator("#search-results").inner_html()
    assert page.faults == []


@pytest.mark.parametrize("width", [360, 800])
def test_the_contents_stay_in_sight_and_lie_on_nothing(width, visit):
    """Where one is, and the way to elsewhere, would be screens away on a phone."""
    page = visit("layers.html#linear", viewport={"width": width, "height": 740})
    contents, heading = page.locator(".contents"), page.locator("#dropout > h2")
    page.locator(".contents summary[data-here='Part 2: the linear layer']").click()
    contents.get_by_role("link", name="Part 3: dropout").click()
    page.locator(".contents summary[data-here='Part 3: dropout']").wait_for()
    assert not contents.get_by_role("link").first.is_visible()
    assert contents.bounding_box()["y"] >= 0
    below = contents.bounding_box()["y"] + contents.bounding_box()["height"]
    assert below <= heading.bounding_box()["y"] < 200


def test_the_contents_say_where_one_is_below_what_they_list(visit):
    """In the middle of a long page none of its parts would be marked."""
    page = visit(f"mistakes-layers.html#{MISTAKE}", viewport={"width": 1440, "height": 900})
    marked = page.locator(".contents [aria-current]")
    marked.wait_for()
    assert marked.all_inner_texts() == ["Linear.forward"]
    page.goto(HOST + "mistakes-layers.html")
    assert marked.all_inner_texts() == ["Mistakes in Layers"]


def test_tabs_are_changed_by_keys_without_a_script(visit):
    """PyTorch's side would be out of reach for who has no mouse, or no script."""
    page = visit("layers.html", java_script_enabled=False)
    ours, theirs = page.get_by_role("radio", name="TinyTorch"), page.locator("text=import torch")
    assert not theirs.is_visible()
    ours.focus()
    page.keyboard.press("ArrowRight")
    assert theirs.is_visible()


def test_paper_gets_the_text_alone(visit):
    """The menu, the editor and the half that a tab hides would be printed, or be missing."""
    page = visit("layers.html")
    page.emulate_media(media="print")
    for hidden in (".bar", ".contents", "#desk", ".pager"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.locator("text=import torch").is_visible()
    assert page.locator("#lesson > h1").is_visible()
