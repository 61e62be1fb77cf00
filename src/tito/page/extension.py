"""What Sphinx is taught for the pages: sections of exercises, MathML, tabs, notes, flowcharts."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator

from tito.page import flowchart

if TYPE_CHECKING:
    from math_core import LatexToMathML
    from sphinx.application import Sphinx

__all__ = ["setup"]

#: What has a line of more letters than this is wider than a phone, and scrolls there.
_NARROW = 38
#: Code within a line of no more letters than this is not broken.
_SHORT = 20
#: A two-column table whose first column has a cell of more letters is a list on a phone.
_SLIM = 12
#: A word of code of so many letters may be broken after what joins its parts.
_LONG = re.compile(r"\S{25,}")
_JOINT = re.compile(r"(?<=\w)(?:::|[/_])(?=\w)")
_COLUMNS = re.compile(r"\S {2,}\S")
_PART = re.compile(r"\\qquad")
_LETTERS = re.compile(r"\\[a-z]+|[{}^_ \\]")
_EMPTY = {"input"}


class element(nodes.General, nodes.Element):  # noqa: N801
    """An element of HTML: its ``tag``, its attributes ``html``, and what is in it."""


def _element(tag: str, *children: nodes.Node, **html: str) -> element:
    return element("", *children, tag=tag, html=html)


class Directed(Directive):
    """A directive of the pages: what it holds is parsed into one element."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def into(self, holder: nodes.Element) -> None:
        """Parse the content into ``holder``."""
        self.state.nested_parse(self.content, self.content_offset, holder)

    def headed(self, tag: str, title: str, **html: str) -> element:
        """An element that begins with the title, in which marks count."""
        words, messages = self.state.inline_text(title, self.lineno)
        return _element(tag, *words, *messages, **html)


class Admonition(Directed):
    """A note, tip or warning; words on its first line are its title."""

    titles: ClassVar = {"note": "Note", "tip": "Tip", "warning": "Mind"}

    def run(self) -> list[nodes.Node]:
        """An aside."""
        title = self.arguments[0] if self.arguments else self.titles[self.name]
        aside = _element("div", **{"class": f"admonition {self.name}", "role": "note"})
        aside += self.headed("p", title, **{"class": "admonition-title"})
        self.into(aside)
        return [aside]


class Dropdown(Directed):
    """What opens when one asks for it; its first line is what one presses."""

    def run(self) -> list[nodes.Node]:
        """An element of details."""
        details = _element("details", self.headed("summary", self.arguments[0]))
        self.into(details)
        return [details]


class TabItem(Directed):
    """One tab; its first line is its name."""

    def run(self) -> list[nodes.Node]:
        """What the tab shows, with its name for the set around it."""
        panel = _element("div", **{"class": "panel"})
        panel["name"] = self.arguments[0]
        self.into(panel)
        return [panel]


class TabSet(Directed):
    """Tabs, of which one is shown: radio buttons, which need no script."""

    def run(self) -> list[nodes.Node]:
        """A group of buttons, each with what it shows after it."""
        held = nodes.Element()
        self.into(held)
        document = self.state.document
        document["sets"] = number = document.get("sets", 0) + 1
        panels = [each for each in held.children if isinstance(each, element)]
        legend = nodes.Text(" or ".join(panel["name"] for panel in panels))
        tabs = _element("fieldset", _element("legend", legend), **{"class": "tabs"})
        for place, panel in enumerate(panels):
            own = {"id": f"tab-{number}-{place}", "name": f"tab-{number}", "type": "radio"}
            tabs += _element("input", **own, **({} if place else {"checked": ""}))
            tabs += _element("label", nodes.Text(panel["name"]), **{"for": own["id"]})
            tabs += panel
        return [tabs]


class Mermaid(Directed):
    """A flowchart in mermaid's words, drawn without it."""

    def run(self) -> list[nodes.Node]:
        """A figure; it is drawn when it is known what it stands under."""
        figure = _element("figure")
        figure["chart"] = list(self.content)
        return [figure]


class Sections(SphinxTransform):
    """Each section is called by the target above it; one about an exercise says which it is."""

    default_priority = 840  # before Sphinx notes names for all pages: two lessons may share one

    def apply(self, **kwargs: Any) -> None:
        """Change the sections of one page, and the links that lead to them from the same page."""
        document = self.document
        exercises = self.config.tito["exercises"].get(self.env.docname, {})
        targets = [each for each in document.findall(nodes.target) if "refid" in each]
        named = {target["refid"] for target in targets}
        for section in document.findall(nodes.section):
            ids = section["ids"]
            section["ids"] = [*(each for each in ids if each in named), *ids][:1]
            section["exercise"] = exercises.get(section["ids"][0])
        for target in targets:
            target.parent.remove(target)
        for link in document.findall(nodes.reference):
            if link.get("id_link") and link["refuri"][1:] in named:
                link["refid"] = link["refuri"][1:]
                del link["refuri"], link["id_link"]
        for link in list(document.findall(addnodes.pending_xref)):
            if anchor := link.get("reftargetid"):
                goal = f"{link['reftarget']}.html#{anchor}"
                link.replace_self(nodes.reference("", "", *link.children, refuri=goal))
        for name in document.nametypes:
            document.nametypes[name] = False


class Writer(HTML5Translator):
    """Sphinx's writer, with what the style sheet and assistive technology ask for."""

    def visit_element(self, node: element) -> None:
        """An element begins; a flowchart is drawn."""
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in node["html"].items())
        self.body.append(f"<{node['tag']}{attributes}>")
        if "chart" in node:
            chart = flowchart.read(node["chart"])
            place: nodes.Element | None = node.parent
            while place is not None and not isinstance(place, nodes.section):
                place = place.parent
            title = place[0].astext() if place else ""
            self.body.append(chart.svg(title, f"chart-{len(self.body)}"))
            self.body.append(chart.outline())

    def depart_element(self, node: element) -> None:
        """An element ends."""
        if node["tag"] not in _EMPTY:
            self.body.append(f"</{node['tag']}>\n")

    def visit_section(self, node: nodes.Element) -> None:
        """A section, with the exercise that it is about."""
        self.section_level += 1
        exercise = node.get("exercise")
        own = {"data-exercise": exercise} if exercise else {}
        self.body.append(self.starttag(node, "section", **own))  # pyright: ignore[reportUnknownMemberType]

    def visit_literal(self, node: nodes.Element) -> None:
        """Code within a line, without Sphinx's marks around each word."""
        text = node.astext()
        kind = ' class="short"' if len(text) <= _SHORT else ""
        html = _LONG.sub(_breakable, escape(text, quote=False))
        self.body.append(f"<code{kind}>{html}</code>")
        raise nodes.SkipNode

    def visit_table(self, node: nodes.table) -> None:
        """A table, in what scrolls where the page is narrower; pairs go below each other there."""
        rows = list(node.findall(nodes.row))
        first = max(len(row[0].astext()) for row in rows)
        kind = "wide pairs" if len(rows[0]) == 2 and first > _SLIM else "wide"
        widest = max(len(row.astext()) for row in rows)
        self.body.append(f'<div class="{kind}"{_reached(widest)}>')
        super().visit_table(node)

    def depart_table(self, node: nodes.table) -> None:
        """The table's end."""
        super().depart_table(node)
        self.body.append("</div>\n")

    def visit_entry(self, node: nodes.entry) -> None:
        """A cell of a table; one without words is the heading of nothing."""
        super().visit_entry(node)
        if not node.astext():
            self.body[-1] = "<td>"
            self.context[-1] = "</td>\n"

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """Lines of code, which one can scroll by keys where they are wide."""
        start = len(self.body)
        try:
            super().visit_literal_block(node)
        except nodes.SkipNode:
            flows = node.get("language") == "text" and not _COLUMNS.search(node.astext())
            widest = max(map(len, node.astext().splitlines()), default=0)
            html = "".join(self.body[start:]).replace("<pre>", f"<pre{_reached(widest)}>", 1)
            html = html.replace('<div class="', '<div class="flows ', 1) if flows else html
            self.body[start:] = [html]
            raise

    visit_doctest_block = visit_literal_block  # pyright: ignore[reportAssignmentType]


def _breakable(word: re.Match[str]) -> str:
    """A long word with the places at which it may be broken."""
    return _JOINT.sub(lambda joint: f"{joint[0]}<wbr>", word[0])


def _reached(letters: int) -> str:
    """What lets a person scroll something by keys, where it is so many letters wide."""
    return ' tabindex="0"' if letters > _NARROW else ""


@cache
def _mathml() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML()


def _math(translator: HTML5Translator, node: nodes.Element) -> None:
    """A formula within a line."""
    translator.body.append(_mathml().convert_with_local_state(node.astext(), displaystyle=False))
    raise nodes.SkipNode


def _formula(translator: HTML5Translator, node: nodes.Element) -> None:
    """A formula that stands alone; where it has parts, they follow each other or stand below."""
    parts = _PART.split(node.astext())
    widest = max(len(_LETTERS.sub("", part)) for part in parts)  # a sign is two letters wide
    html = (_mathml().convert_with_local_state(part.strip(), displaystyle=True) for part in parts)
    wide = _reached(2 * widest)
    translator.body.append(f'<div class="formula"{wide}>{"".join(html)}</div>\n')
    raise nodes.SkipNode


def _context(
    app: Sphinx, name: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """What the templates ask for besides what Sphinx gives them."""
    tito = app.config.tito
    lessons = tito["lessons"]
    places = [place for place, each in enumerate(lessons) if each["name"] == name]
    kind = "lesson" if places else "start" if name == app.config.root_doc else "page"
    context |= {"tito": tito, "kind": kind, "lesson": None, "desk": None}
    if kind == "start":
        context["desk"] = tito["editor"] and tito["entrance"]
    elif places:
        context["desk"] = tito["editor"] and name
        around = [None, *lessons, None]
        context["before"], context["lesson"], context["after"] = around[places[0] : places[0] + 3]
        notebook = tito["notebooks"].get(f"{name}.ipynb")
        if notebook is not None:
            context["notebook"] = notebook


def _silent(_translator: HTML5Translator, _node: nodes.Element) -> None:
    pass


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx's way to be taught all of it."""
    from pathlib import Path

    app.add_config_value("tito", {}, "env")
    app.add_html_theme("tito", str(Path(__file__).parent / "theme"))
    app.set_translator("html", Writer)
    app.add_node(element)
    app.add_html_math_renderer("mathml", (_math, _silent), (_formula, _silent))
    app.add_transform(Sections)
    app.connect("html-page-context", _context)
    for kind in Admonition.titles:
        app.add_directive(kind, Admonition, override=True)
    app.add_directive("dropdown", Dropdown)
    app.add_directive("tab-set", TabSet)
    app.add_directive("tab-item", TabItem)
    app.add_directive("mermaid", Mermaid)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
