/** The text read aloud by the browser's voice, the sentence that is read lit, formulas in words. */

import { inWords } from "./formulas";

const FORMULA = "math[display=block]";
const BLOCKS = `h1, h2, h3, h4, p, li, dt, dd, figcaption, caption, th, td, ${FORMULA}`;
const LIT = "spoken";

interface Sentence {
  words: string;
  range: Range;
}

/** A piece of what stands in a block: its words, and the node that they come from. */
interface Piece {
  words: string;
  node: Node;
}

export function listen(): void {
  const pressed = document.getElementById("listen");
  const main = document.getElementById("text");
  if (pressed === null || main === null) return;
  pressed.hidden = true;
  if (typeof speechSynthesis === "undefined" || typeof Highlight === "undefined") return;
  const voiced = () => {
    pressed.hidden = voice() === undefined;
  };
  speechSynthesis.addEventListener?.("voiceschanged", voiced);
  voiced();
  const reader = new Aloud(main, (on) => {
    pressed.setAttribute("aria-pressed", String(on));
    const label = on ? "Stop reading aloud" : "Listen";
    pressed.setAttribute("aria-label", label);
    pressed.title = label;
    if (pressed.childElementCount === 0) pressed.textContent = on ? "■" : "Listen";
  });
  pressed.addEventListener("click", () => reader.toggle());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") reader.stop();
  });
  window.addEventListener("pagehide", () => reader.stop());
}

function voice(): SpeechSynthesisVoice | undefined {
  const english = speechSynthesis.getVoices().filter(({ lang }) => lang.toLowerCase().startsWith("en"));
  return english.find((one) => one.localService) ?? english[0];
}

class Aloud {
  private left: Sentence[] = [];
  private on = false;

  constructor(
    private readonly main: HTMLElement,
    private readonly turned: (on: boolean) => void,
  ) {
    turned(false);
  }

  toggle(): void {
    if (this.on) {
      this.stop();
      return;
    }
    this.left = this.sentences();
    this.on = true;
    this.turned(true);
    this.next();
  }

  stop(): void {
    if (!this.on) return;
    this.on = false;
    this.left = [];
    speechSynthesis.cancel();
    CSS.highlights.delete(LIT);
    this.turned(false);
  }

  private next(): void {
    const sentence = this.left.shift();
    if (!this.on || sentence === undefined) {
      this.stop();
      return;
    }
    CSS.highlights.set(LIT, new Highlight(sentence.range));
    follow(sentence.range);
    const said = new SpeechSynthesisUtterance(sentence.words);
    said.lang = "en";
    said.voice = voice() ?? null;
    said.onend = () => this.next();
    said.onerror = () => this.stop();
    speechSynthesis.speak(said);
  }

  /** From the first block that one sees the beginning of to the end, in order. */
  private sentences(): Sentence[] {
    const blocks = [...this.main.querySelectorAll(BLOCKS)].filter((block) => block.checkVisibility() && block.closest("[data-unread], form, nav") === null);
    const bar = document.querySelector("header")?.getBoundingClientRect().bottom ?? 0;
    const first = blocks.findIndex((block) => block.getBoundingClientRect().top >= bar);
    return blocks.slice(Math.max(first, 0)).flatMap((block) => [...inBlock(block)]);
  }
}

function* inBlock(block: Element): Generator<Sentence> {
  const pieces: Piece[] = [];
  if (block.matches(FORMULA)) pieces.push({ words: inWords(block), node: block });
  else collect(block, pieces);
  const text = pieces.map(({ words }) => words).join("");
  let segments: { segment: string; index: number }[] = [{ segment: text, index: 0 }];
  if ("Segmenter" in Intl) segments = [...new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)];
  for (const { segment, index } of segments) {
    const words = segment.replace(/\s+/g, " ").trim();
    if (!/[\p{L}\p{N}]/u.test(words)) continue;
    const range = document.createRange();
    place(pieces, index + segment.length - segment.trimStart().length, (node, at) => range.setStart(node, at), (node) => range.setStartBefore(node));
    place(pieces, index + segment.trimEnd().length, (node, at) => range.setEnd(node, at), (node) => range.setEndAfter(node), true);
    yield { words, range };
  }
}

/** The texts of a block in order, without those of blocks inside of it. */
function collect(node: Node, into: Piece[]): void {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) into.push({ words: (child.nodeValue ?? "").replace(/\s/g, " "), node: child });
    else if (child instanceof MathMLElement && !child.matches(FORMULA)) into.push({ words: ` ${inWords(child)} `, node: child });
    else if (child instanceof HTMLElement && !child.matches(`${BLOCKS}, ul, ol, pre, .headerlink, [aria-hidden=true]`)) collect(child, into);
  }
}

/** Finds where character `at` of all pieces stands: in a text, or at a formula as a whole. */
function place(
  pieces: readonly Piece[],
  at: number,
  inText: (node: Node, at: number) => void,
  whole: (node: Node) => void,
  end = false,
): void {
  let before = 0;
  for (const { words, node } of pieces) {
    const inside = at - before;
    if (end ? inside <= words.length : inside < words.length) {
      if (node.nodeType === Node.TEXT_NODE) inText(node, inside);
      else whole(node);
      return;
    }
    before += words.length;
  }
}

function follow(range: Range): void {
  const { top, bottom } = range.getBoundingClientRect();
  if (top >= 80 && bottom <= window.innerHeight * 0.85) return;
  const smooth = matchMedia("(prefers-reduced-motion: no-preference)").matches;
  window.scrollBy({ top: top - window.innerHeight / 3, behavior: smooth ? "smooth" : "auto" });
}
