/** The editor of the learner's file: Python, with a mark at each line that a check points at. */

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, Prec, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

import { compared } from "./lines";
import { lineOf } from "./place";
import type { Mark } from "./transport";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.self, tags.bool, tags.null], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: tags.number, color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--code-comment)", fontStyle: "italic" },
  {
    tag: [tags.definition(tags.variableName), tags.function(tags.definition(tags.variableName)), tags.className],
    color: "var(--code-name)",
    fontWeight: "600",
  },
  { tag: tags.meta, color: "var(--code-name)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--raised)", fontSize: "var(--size-code, 0.875rem)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", paddingBlock: "0.5rem" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--code-paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-wash)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--edge)" },
  ".cm-panel.cm-search": { padding: "0.4rem 2.6rem 0.4rem 0.5rem", font: "var(--size-small) var(--interface)" },
  ".cm-panel.cm-search :is(input, button, label)": { fontSize: "inherit" },
  ".cm-panel.cm-search :is(input[name], .cm-button)": { color: "var(--ink)", background: "var(--raised)", border: "1px solid var(--edge)" },
  ".cm-panel.cm-search input[type=checkbox]": { inlineSize: "1rem", blockSize: "1rem", verticalAlign: "-0.15rem", accentColor: "var(--accent)" },
  ".cm-panels": { backgroundColor: "var(--code-paper)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--edge)", maxWidth: "28rem" },
  ".cm-diagnostic": { fontFamily: "var(--interface)", whiteSpace: "pre-wrap" },
});

const SEVERITY = { failed: "error", error: "error", file: "error", todo: "info" } as const;
/** How much of what stands before a line stays in sight, in pixels. */
const ABOVE = 48;
/** Marks a change that does not come from the person's hands. */
const REPLACED = "replaced";

/** Long lines go on below, as far in as they began: there is little room beside the text, and on a phone. */
const hanging = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = indents(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = indents(update.view);
    }
  },
  { decorations: ({ decorations }) => decorations },
);

/** From here on what goes on below comes no further in. */
const DEEPEST = 24;
const INWARDS = Array.from({ length: DEEPEST + 1 }, (_, spaces) => Decoration.line({ class: `cm-in-${spaces}` }));
/** Rules and no `style` attributes: the browser copies those while one edits, and the page's policy forbids that. */
const inwards = EditorView.theme(
  Object.fromEntries(
    INWARDS.map((_, spaces) => {
      const far = `min(${spaces + 2}ch, 6rem)`;
      return [`.cm-line.cm-in-${spaces}`, { paddingLeft: `calc(6px + ${far})`, textIndent: `calc(-1 * ${far})` }];
    }),
  ),
);

/** Text over several lines, put in by ourselves: the browser would make spans with `style` of it, which the policy forbids. */
const over = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const [range] = event.getTargetRanges();
    if (event.inputType !== "insertText" || event.isComposing || !event.data || range === undefined) return false;
    const from = view.posAtDOM(range.startContainer, range.startOffset);
    const to = view.posAtDOM(range.endContainer, range.endOffset);
    const { doc } = view.state;
    if (doc.lineAt(from).number === doc.lineAt(to).number) return false;
    event.preventDefault();
    const insert = view.state.toText(event.data);
    view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

function indents(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      const spaces = line.text.search(/[^ ]|$/);
      builder.add(line.from, line.from, INWARDS[Math.min(spaces, DEEPEST)]!);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

export class Editor {
  private readonly view: EditorView;
  private readonly extensions: Extension;

  /** `changed` is told of each change, and whether a person's hands made it. */
  constructor(into: HTMLElement, describedBy: string, changed: (byHand: boolean) => void, test: () => void) {
    const name = { "aria-label": "Your code", "aria-describedby": describedBy, tabindex: "0" };
    this.extensions = [
      lineNumbers(),
      EditorView.lineWrapping,
      hanging,
      inwards,
      over,
      python(),
      indentUnit.of("    "),
      EditorState.tabSize.of(4),
      syntaxHighlighting(colours),
      look,
      lintGutter(),
      history(),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      Prec.highest(keymap.of([{ key: "Ctrl-Enter", mac: "Cmd-Enter", run: () => (test(), true) }])),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
      EditorView.contentAttributes.of({ ...name, spellcheck: "false", autocapitalize: "off", autocorrect: "off" }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(!update.transactions.some((one) => one.isUserEvent(REPLACED)));
      }),
    ];
    // Before there is a text nothing can be typed that would be lost.
    const empty = EditorState.create({ extensions: [this.extensions, EditorState.readOnly.of(true)] });
    this.view = new EditorView({ parent: into, state: empty });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  get focused(): boolean {
    return this.view.hasFocus;
  }

  focus(): void {
    this.view.focus();
  }

  /** A text to begin with: nothing of what stood here before can be undone into it. */
  show(text: string): void {
    this.view.setState(EditorState.create({ doc: text, extensions: this.extensions }));
  }

  /** Another text in place of the present one: only the lines that differ, so that place and undo stay. */
  replace(given: string): void {
    const text = given.replace(/\r\n?/g, "\n");
    let from = 0;
    const changes: { from: number; to: number; insert: string }[] = [];
    for (const row of compared(this.text, text)) {
      const length = row.text.length + 1;
      const last = changes.at(-1);
      if (row.kind === "+") {
        if (last && last.to === from) last.insert += `${row.text}\n`;
        else changes.push({ from, to: from, insert: `${row.text}\n` });
      } else {
        if (row.kind === "-") {
          if (last && last.to === from) last.to = from + length;
          else changes.push({ from, to: from + length, insert: "" });
        }
        from += length;
      }
    }
    this.view.dispatch({ changes: this.within(changes, text), userEvent: REPLACED });
  }

  /** The same changes where the last line has no line end; all of the text where they would not give `text`. */
  private within(changes: { from: number; to: number; insert: string }[], text: string) {
    const { doc } = this.view.state;
    const whole = { from: 0, to: doc.length, insert: text };
    if (changes.some((change) => change.to > doc.length || change.from > doc.length)) return whole;
    return this.view.state.changes(changes).apply(doc).toString() === text ? changes : whole;
  }

  /** Brings a line in sight; with `focus`, the cursor and the keyboard go there, too. */
  go(line: number, focus: boolean, y: "center" | "start" = "center"): void {
    const { doc } = this.view.state;
    if (line < 1 || line > doc.lines) return;
    const at = doc.line(line).from;
    if (focus) this.view.dispatch({ selection: { anchor: at } });
    // It stops scrolling at the desk, which is sticky, and leaves the page where the reader is.
    this.view.dispatch({ effects: EditorView.scrollIntoView(at, { y, yMargin: ABOVE }) });
    if (!focus) return;
    this.focus();
    this.view.dom.scrollIntoView({ block: "nearest" });
  }

  /** The same by the name of an exercise; whether it stands in the text. */
  goTo(exercise: string, focus: boolean): boolean {
    const line = lineOf(this.text, exercise);
    this.go(line, focus, "start");
    return line > 0;
  }

  mark(marks: readonly Mark[]): void {
    const { doc } = this.view.state;
    const found = marks
      .filter((mark) => mark.line >= 1 && mark.line <= doc.lines)
      .map((mark): Diagnostic => {
        const line = doc.line(mark.line);
        const from = line.from + (line.text.length - line.text.trimStart().length);
        return { from, to: line.to, severity: SEVERITY[mark.kind], message: mark.text };
      });
    this.view.dispatch(setDiagnostics(this.view.state, found));
  }
}
