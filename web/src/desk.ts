/** The desk beside the text: the editor with the learner's code, the verdict on it, and what helps. */

import { choose, sure } from "./ask";
import { away, button, fresh, make, sentence, toggle } from "./dom";
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
import { NoAnswer, type Transport, type Verdict } from "./transport";
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
  private readonly main = button("Test", () => this.testNow(), { class: "main", "aria-keyshortcuts": "Control+Enter", title: "Ctrl+Enter" });
  private readonly help = button("Hint", () => this.hint());
  private begun = false;
  /** The verdict that is shown, and the text that it is about. */
  private judged: { verdict: Verdict; text: string } | null = null;
  /** Code of somebody else, from a link: it is not kept, and not run before the person says so. */
  private guest: Linked | null = null;
  /** One's own text as it was when that came. */
  private aside: string | null = null;
  private trusted = true;
  private following = recall("follow", true);
  private read: string | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly lesson: string,
    element: HTMLElement,
  ) {
    const page = { text: () => this.mine ?? "", adopt: this.adopt.bind(this), choose };
    this.keeping = transport.folder ? new InFolder(transport.folder, lesson, page) : new InBrowser(transport, lesson, page);
    const restart = button("Start over", () => this.restart());
    const versions = button("Versions", () => this.lookBack());
    this.hints = new Hints(transport, lesson, () => this.tested(), () => this.editor.text, this.help);
    this.versions = new Versions(this.keeping, () => this.editor.text, (text) => this.exchange(text, "That version is in the editor again."), versions);
    this.sheet = new Sheet(element);
    const into = button("Bring a file in", () => this.bring());
    this.own = [restart, versions, into];
    this.possible(false);
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
    const tools = make("div", { class: "tools" }, this.sheet.lower, this.main, this.help, versions, restart, more);
    const keys = make("p", { class: "keys", id: fresh("keys") }, KEYS);
    const code = make("div", { class: "code" });
    element.setAttribute("aria-label", "Code and verdict");
    element.replaceChildren(tools, this.notices, code, keys, this.versions.element, this.hints.element, this.verdict.element);
    element.addEventListener("click", (event) => {
      if ((event.target as Element).closest("a[href^='#']") !== null) this.sheet.close(); // it leads into the text
    });
    this.editor = new Editor(code, keys.id, () => this.changed(), () => this.testNow());

    document.addEventListener("visibilitychange", () => this.leave());
    window.addEventListener("pagehide", () => this.leave());
  }

  /** Shows the learner's own code, or what a link brought. */
  async begin(guest: Linked | null): Promise<void> {
    try {
      if (guest === null) await this.showOwn();
      else this.welcome(guest);
    } catch (error) {
      this.verdict.none(`${sentence(error)} When that is mended, press Test.`);
      if (error instanceof NoAnswer) setTimeout(() => this.begun || this.begin(guest), RETRY_MS);
    }
  }

  /** The person's own text; `null` before it is known. */
  private get mine(): string | null {
    if (this.guest !== null) return this.aside;
    return this.begun ? this.editor.text : null;
  }

  /** Whether one can do what is done to one's own code, and ask for hints, which need a test. */
  private possible(can: boolean): void {
    for (const one of [...this.own, this.help]) one.disabled = !can;
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
    this.notice("place", `There is no ${exercise} in your file. Start over brings back the lesson's stub, which has it.`);
  }

  private async showOwn(): Promise<void> {
    const text = this.aside ?? (await this.keeping.begin());
    this.guest = this.aside = null;
    this.trusted = true;
    this.possible(true);
    this.begun = true;
    this.editor.show(text);
    this.changed();
    if (this.read !== undefined) this.editor.goTo(this.read, false);
    await this.testing.now();
    const next = this.judged?.verdict.first?.exercise;
    if (this.read === undefined && next !== undefined && !this.editor.focused) this.editor.goTo(next, false);
  }

  private changed(): void {
    this.verdict.stale();
    if (this.guest === null) this.saving.soon();
    if (this.trusted) this.testing.soon();
  }

  private async testNow(): Promise<void> {
    if (!this.begun) return this.begin(null);
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
    const seed = this.guest?.seed ?? (this.verdict.explaining ? (this.judged?.verdict.seed ?? null) : null);
    try {
      const verdict = await this.transport.test(this.lesson, text, seed, this.verdict.explaining);
      if (this.editor.text !== text) return; // the next test follows
      if ("newer" in verdict) return this.testing.soon(); // another tab's was in the way
      if (verdict.sha256 !== hash) throw new Error("The answer was about another text. Press Test.");
      this.judged = { verdict, text };
      this.verdict.show(verdict);
      this.editor.mark(verdict.marks);
      this.notice("version", verdict.note ?? null);
      if (this.guest === null) await this.keeping.tested(text, verdict).catch((error: unknown) => this.unkept(error));
    } catch (error) {
      if (this.editor.text === text) this.verdict.none(sentence(error));
      if (error instanceof NoAnswer) this.testing.soon(RETRY_MS);
    }
  }

  private async keep(): Promise<void> {
    const mine = this.mine;
    if (mine === null) return;
    try {
      await this.keeping.keep(mine);
      this.notice("keeping", null);
    } catch (error) {
      this.unkept(error);
      if (this.transport.folder) this.saving.soon(RETRY_MS);
    }
  }

  private leave(): void {
    const mine = this.mine;
    if (mine !== null && document.visibilityState !== "visible") this.keeping.leave(mine);
  }

  private unkept(error: unknown): void {
    this.notice("keeping", `Your code is not kept: ${sentence(error)}`);
  }

  /** A text from elsewhere, which stands there already. */
  private adopt(text: string, says: string): void {
    if (this.guest !== null) {
      this.aside = text;
      return;
    }
    this.editor.replace(text);
    this.notice("adopted", says);
  }

  /** Another text in place of one's own, with a way back. */
  private exchange(text: string, says: string): void {
    const before = this.editor.text;
    this.editor.replace(text);
    void this.saving.now();
    void this.testing.now();
    this.notice("exchanged", says, ["Undo", () => this.exchange(before, "Your code is as it was before.")]);
  }

  /** The verdict that hints are about: that on the text as it is now. */
  private async tested(): Promise<Verdict | null> {
    if (this.judged?.text !== this.editor.text) await this.testNow();
    return this.judged?.text === this.editor.text ? this.judged.verdict : null;
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
    const says = "Your file becomes the lesson's stub again. What you have now stays among your versions: you can take it back.";
    if (!(await sure("Start over?", says, "Yes, start over", "Keep my code"))) return;
    try {
      const stub = await this.keeping.restart();
      const before = this.editor.text;
      this.editor.replace(stub);
      void this.saving.now();
      void this.testing.now();
      this.notice("exchanged", "This is the lesson's stub again.", ["Undo", () => this.exchange(before, "Your code is as it was before.")]);
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
      if (text !== null) this.exchange(text, "Your code is now what that file holds.");
    } catch (error) {
      this.notice("exchanged", sentence(error));
    }
  }

  private async link(): Promise<void> {
    const address = await linkTo({ lesson: this.lesson, seed: this.judged?.verdict.seed ?? 1, code: this.editor.text });
    try {
      await navigator.clipboard.writeText(address);
      this.notice("link", "The link is copied. It holds your code itself: whoever opens it and presses Test sees this verdict.");
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
    this.aside = this.mine;
    this.guest = guest;
    this.trusted = false;
    this.possible(false);
    this.begun = true;
    this.editor.show(guest.code);
    this.verdict.none("This code comes from a link. Nothing of it has been run yet: press Test to run it.");
    const where = this.transport.folder ? "Test runs it on this machine, as if you had written it." : "Test runs it in this tab alone.";
    this.notice(
      "guest",
      `This is somebody else's code, from a link. Your own is kept as it was. ${where}`,
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
      if (taken !== null) this.exchange(code, "The code from the link is yours now.");
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
    const gone = () => away(notice, this.main, () => notice.remove());
    for (const one of more) {
      if (one instanceof Node) notice.append(one);
      else notice.append(button(one[0], () => (gone(), one[1]())));
    }
    if (kind !== "guest") notice.append(button("✕", gone, { class: "away", "aria-label": "Dismiss" }));
    this.notices.append(notice);
  }
}

/** A menu that goes when one presses elsewhere, chooses, or presses Escape. */
function closing(menu: HTMLDetailsElement): void {
  document.addEventListener("click", (event) => {
    const inside = menu.contains(event.target as Node);
    const chosen = inside && (event.target as Element).closest(".menu button") !== null;
    if (chosen) away(menu.querySelector<HTMLElement>(".menu")!, menu.querySelector("summary")!, () => (menu.open = false));
    else if (!inside) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
    event.stopPropagation();
  });
}
