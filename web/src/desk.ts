/** The desk beside the text: the editor with the learner's code, the verdict on it, and what helps. */

import { choose, sure } from "./ask";
import { button, fresh, make, sentence, toggle } from "./dom";
import { Editor } from "./editor";
import { bringIn, takeOut } from "./files";
import { sha256 } from "./hash";
import { Hints } from "./hints";
import { InBrowser } from "./keeping/browser";
import { InFolder } from "./keeping/folder";
import type { Keeping } from "./keeping/keeping";
import { type Linked, linkTo } from "./link";
import { recall, remember } from "./memory";
import { Newest } from "./newest";
import { Sheet } from "./sheet";
import type { Transport } from "./transport";
import { VerdictPanel } from "./verdict";
import { Versions } from "./versions";

const KEYS = "Esc, then Tab, leaves the editor. Ctrl+Enter tests.";
const RETRY_MS = 3000;

export class Desk {
  private readonly editor: Editor;
  private readonly verdict = new VerdictPanel(
    () => void this.testing.now(),
    (line) => this.editor.go(line, true),
  );
  private readonly testing = new Newest(() => this.test(), true);
  private readonly saving = new Newest(() => this.keep());
  private readonly keeping: Keeping;
  private readonly hints: Hints;
  private readonly versions: Versions;
  private readonly sheet: Sheet;
  private readonly notices = make("div", { class: "notices", "aria-live": "polite" });
  private readonly own: HTMLButtonElement[];
  private readonly help = button("Hint", () => this.hint());
  private begun = false;
  /** The seed of the verdict that is shown. */
  private seed: number | null = null;
  /** The text that it is about. */
  private judged: string | null = null;
  /** The exercise that it says to look at first. */
  private next: string | null = null;
  /** Code of somebody else, from a link: it is not kept, and not run before the person says so. */
  private guest: Linked | null = null;
  private trusted = true;
  private following = recall("follow", true);
  private read: string | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly lesson: string,
    element: HTMLElement,
  ) {
    const page = { text: () => this.editor.text, adopt: this.adopt.bind(this), choose };
    this.keeping = transport.folder ? new InFolder(transport.folder, lesson, page) : new InBrowser(transport, lesson, page);
    this.hints = new Hints(transport, lesson, () => this.tested());
    this.versions = new Versions(this.keeping, () => this.editor.text, (text) => this.exchange(text, "You have that version again."));
    this.sheet = new Sheet(element);

    const restart = button("Start over", () => this.restart());
    const versions = button("Versions", () => this.lookBack());
    const into = button("Bring a file in", () => this.bring());
    this.own = [restart, versions, into];
    const more = make(
      "details",
      { class: "more" },
      make("summary", {}, "More"),
      make(
        "div",
        { class: "menu" },
        button("Take the file out", () => this.takeOut()),
        into,
        button("Copy a link", () => this.link()),
        toggle("Follow the text", this.following, (on) => this.follow(on)),
      ),
    );
    closing(more);
    const test = button("Test", () => this.testNow(), { class: "main", "aria-keyshortcuts": "Control+Enter", title: "Ctrl+Enter" });
    const tools = make("div", { class: "tools" }, this.sheet.lower, test, this.help, versions, restart, more);
    const keys = make("p", { class: "keys", id: fresh("keys") }, KEYS);
    const code = make("div", { class: "code" });
    element.setAttribute("aria-label", "Code and verdict");
    element.replaceChildren(tools, this.notices, code, keys, this.versions.element, this.hints.element, this.verdict.element);
    this.editor = new Editor(code, keys.id, () => this.changed(), () => this.testNow());

    document.addEventListener("visibilitychange", () => this.leave());
    window.addEventListener("pagehide", () => this.leave());
  }

  /** Shows the learner's own code, or what a link brought. */
  async begin(guest: Linked | null): Promise<void> {
    try {
      if (this.begun && this.guest === null) await this.saving.now(); // what was typed just now
      if (guest === null) await this.showOwn();
      else this.welcome(guest);
    } catch (error) {
      this.verdict.none(sentence(error));
    }
  }

  /** A link that cannot be read. */
  refuse(says: string): void {
    this.notice("link", says);
  }

  /** What the browser's Python is doing until it can answer. */
  say(words: string): void {
    if (this.begun && this.trusted) this.verdict.waiting(words);
  }

  /** The person reads about another exercise: the editor goes along, unless they write. */
  reading(exercise: string | undefined): void {
    if (exercise === undefined || exercise === this.read) return;
    this.read = exercise;
    if (this.following && !this.editor.focused) this.editor.goTo(exercise, false);
  }

  write(exercise: string): void {
    this.sheet.open();
    if (this.editor.goTo(exercise, true)) return;
    this.notice("place", `${exercise} does not stand in your file. Start over gives you the lesson's stub.`);
  }

  private async showOwn(): Promise<void> {
    const text = await this.keeping.begin();
    this.guest = null;
    this.trusted = true;
    for (const one of [...this.own, this.help]) one.disabled = false;
    this.begun = true;
    this.editor.replace(text);
    if (this.read !== undefined) this.editor.goTo(this.read, false);
    await this.testing.now();
    if (this.read === undefined && this.next !== null && !this.editor.focused) this.editor.goTo(this.next, false);
  }

  private changed(): void {
    this.verdict.stale();
    if (!this.begun) return;
    if (this.guest === null) this.saving.soon();
    if (this.trusted) this.testing.soon();
  }

  private async testNow(): Promise<void> {
    if (!this.begun) return;
    this.trusted = true;
    this.help.disabled = false;
    if (this.guest === null) void this.saving.now();
    await this.testing.now();
  }

  private async test(): Promise<void> {
    if (!this.begun || !this.trusted) return;
    const text = this.editor.text;
    const hash = sha256(text);
    this.verdict.testing();
    const seed = this.guest?.seed ?? (this.verdict.explaining ? this.seed : null);
    try {
      const verdict = await this.transport.test(this.lesson, text, seed, this.verdict.explaining);
      if ("newer" in verdict || this.editor.text !== text) return; // the next test follows
      if (verdict.sha256 !== hash) throw new Error("The answer was about another text. Press Test.");
      this.seed = verdict.seed;
      this.judged = text;
      this.next = verdict.first?.exercise ?? null;
      this.verdict.show(verdict);
      this.editor.mark(verdict.marks);
      if (verdict.note) this.unkept(verdict.note);
      if (this.guest === null) await this.keeping.tested(text, verdict).catch((error: unknown) => this.unkept(error));
    } catch (error) {
      if (this.editor.text === text) this.verdict.none(sentence(error));
    }
  }

  private async keep(): Promise<void> {
    if (this.guest !== null) return;
    try {
      await this.keeping.keep(this.editor.text);
      this.notice("keeping", null);
    } catch (error) {
      this.unkept(error);
      if (this.transport.folder) setTimeout(() => this.saving.soon(), RETRY_MS);
    }
  }

  private leave(): void {
    if (this.begun && this.guest === null && document.visibilityState !== "visible") this.keeping.leave(this.editor.text);
  }

  private unkept(error: unknown): void {
    this.notice("keeping", `Your code is not kept: ${sentence(error)}`);
  }

  /** A text from elsewhere, which stands there already. */
  private adopt(text: string, says: string): void {
    if (this.guest !== null) return;
    this.editor.replace(text);
    this.notice("adopted", says);
  }

  /** Another text in place of one's own, with a way back. */
  private exchange(text: string, says: string): void {
    const before = this.editor.text;
    this.editor.replace(text);
    void this.saving.now();
    void this.testing.now();
    this.notice("exchanged", says, ["Undo", () => this.exchange(before, "You have it as it was.")]);
  }

  /** The verdict that hints are about: that on the text as it is now. */
  private async tested(): Promise<void> {
    if (this.judged !== this.editor.text) await this.testNow();
  }

  private async hint(): Promise<void> {
    this.versions.element.hidden = true; // there is room for one of them
    await this.hints.open();
  }

  private async lookBack(): Promise<void> {
    this.hints.element.hidden = true;
    await this.versions.open();
  }

  private async restart(): Promise<void> {
    const says = "Your file becomes the lesson's stub again. What you have now stays among your versions, and can be taken back.";
    if (!(await sure("Start over?", says, "Yes, start over", "Keep my code"))) return;
    const before = this.editor.text;
    try {
      const stub = await this.keeping.restart();
      this.editor.replace(stub);
      void this.saving.now();
      void this.testing.now();
      this.notice("exchanged", "You begin anew.", ["Undo", () => this.exchange(before, "You have it as it was.")]);
    } catch (error) {
      this.unkept(error);
    }
  }

  private async takeOut(): Promise<void> {
    const { lessons } = await this.transport.course().catch(() => ({ lessons: [] }));
    const filename = lessons.find(({ name }) => name === this.lesson)?.filename ?? `${this.lesson}_dev.py`;
    takeOut(filename, this.editor.text);
  }

  private async bring(): Promise<void> {
    try {
      const text = await bringIn();
      if (text !== null) this.exchange(text, "Your code is that of the file now.");
    } catch (error) {
      this.notice("exchanged", sentence(error));
    }
  }

  private async link(): Promise<void> {
    const address = await linkTo({ lesson: this.lesson, seed: this.seed ?? 1, code: this.editor.text });
    try {
      await navigator.clipboard.writeText(address);
      this.notice("link", "The link is copied. It holds your code itself: who opens it sees this verdict.");
    } catch {
      const field = make("input", { type: "text", readonly: true, value: address, "aria-label": "The link, to copy" });
      this.notice("link", "Copy this link. It holds your code itself:", field);
      field.select();
    }
  }

  private follow(on: boolean): void {
    this.following = on;
    remember("follow", on);
    if (on && this.read !== undefined) this.editor.goTo(this.read, false);
  }

  private welcome(guest: Linked): void {
    this.guest = guest;
    this.trusted = false;
    for (const one of [...this.own, this.help]) one.disabled = true; // a hint needs a test
    this.begun = true;
    this.editor.replace(guest.code);
    this.verdict.none("This code comes from a link. Nothing of it has been run: press Test to run it.");
    const where = this.transport.folder ? "Test runs it on this machine, as if you had written it." : "Test runs it in this tab alone.";
    this.notice(
      "guest",
      `Somebody else's code, from a link. Your own is as it was. ${where}`,
      ["Back to mine", () => this.home(null)],
      ["Take it over as mine", () => this.home(guest)],
    );
  }

  /** Leaves the link's code; with `taken`, it becomes one's own. */
  private async home(taken: Linked | null): Promise<void> {
    history.replaceState(null, "", location.pathname + location.search);
    this.notice("guest", null);
    try {
      const code = this.editor.text;
      await this.showOwn();
      if (taken !== null) this.exchange(code, "The code of the link is yours now.");
    } catch (error) {
      this.verdict.none(sentence(error));
    }
  }

  /** A line of news above the editor, in place of the last of its kind; `null` takes it away. */
  private notice(kind: string, says: string | null, ...more: readonly (readonly [string, () => unknown] | Node)[]): void {
    const last = this.notices.querySelector(`[data-kind="${kind}"]`);
    if (says === null) last?.remove();
    if (says === null || last?.firstChild?.textContent === says) return;
    last?.remove();
    const notice = make("div", { class: "notice", "data-kind": kind }, make("span", {}, says));
    for (const one of more) {
      if (one instanceof Node) notice.append(one);
      else notice.append(button(one[0], () => (notice.remove(), one[1]())));
    }
    if (kind !== "guest") notice.append(button("✕", () => notice.remove(), { class: "away", "aria-label": "Dismiss" }));
    this.notices.append(notice);
  }
}

/** A menu that goes when one presses elsewhere, chooses, or presses Escape. */
function closing(menu: HTMLDetailsElement): void {
  document.addEventListener("click", (event) => {
    const inside = menu.contains(event.target as Node);
    if (!inside || (event.target as Element).closest(".menu button") !== null) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
    event.stopPropagation();
  });
}
