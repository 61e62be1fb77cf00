/** The verdict: how it stands, what to fix first and why, and never of another text than the one in the editor. */

import { button, make, toggle, written } from "./dom";
import type { Verdict } from "./transport";

export class VerdictPanel {
  readonly element: HTMLElement;
  private readonly status = make("div", { role: "status", "aria-label": "Verdict", class: "unseen" });
  private readonly standing = make("strong", { "aria-hidden": "true" });
  private readonly doing = make("span", { class: "doing", "aria-hidden": "true" });
  private readonly parts = make("ul", { class: "parts", "aria-label": "How each part stands" });
  private readonly report = make("div", { class: "report" });
  private readonly old = make("p", { class: "old", hidden: true }, "From before your last change:");
  private readonly explain: HTMLButtonElement;

  /** `explained` is told when the person wants more or fewer words, `goTo` of a line to go to. */
  constructor(explained: (on: boolean) => void, private readonly goTo: (line: number) => void) {
    this.explain = toggle("Explain", false, explained);
    this.explain.hidden = true;
    const head = make("div", { class: "headline" }, this.standing, this.doing, this.explain);
    this.element = make("section", { class: "verdict" }, this.status, head, this.parts, this.old, this.report);
  }

  get explaining(): boolean {
    return this.explain.getAttribute("aria-pressed") === "true";
  }

  /** The text has changed: what is shown is of another one, and says so. */
  stale(): void {
    if (this.element.dataset.state === "stale") return;
    this.state("stale");
    this.status.textContent = "";
    this.doing.textContent = "";
    this.old.hidden = this.report.childElementCount === 0;
  }

  testing(): void {
    this.status.setAttribute("aria-busy", "true");
    this.doing.textContent ||= "Testing…";
  }

  /** There is no verdict yet, and what it waits for; of a count that runs, only the words are read out. */
  waiting(words: string): void {
    this.doing.textContent = words;
    this.status.removeAttribute("aria-busy");
    const said = words.replace(/[\d.]+ (?:of|from|\/) /g, "").replace(/[\d.]+ (?:MB|%)/g, "");
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  show(verdict: Verdict): void {
    this.state(verdict.ok ? "right" : "wrong");
    this.standing.textContent = verdict.standing;
    this.parts.replaceChildren(
      ...verdict.parts.map((part) =>
        make(
          "li",
          { "data-style": part.style },
          make("span", { class: "name" }, part.name),
          ` ${part.passed}/${part.total} `,
          make("span", { class: "state" }, part.state),
        ),
      ),
    );
    const first = this.report.querySelector("h3")?.textContent;
    const open = new Set([...this.report.querySelectorAll("details[open]")].map(title));
    const reading = this.report.contains(document.activeElement);
    this.report.replaceChildren(written(verdict.html));
    for (const field of this.report.querySelectorAll<HTMLElement>("[data-line]")) {
      const label = field.querySelector(".label");
      const go = button(label?.textContent ?? "", () => this.goTo(Number(field.dataset.line)), { class: "goto" });
      label?.replaceChildren(go);
    }
    for (const details of this.report.querySelectorAll("details")) if (open.has(title(details))) details.open = true;
    if (this.report.querySelector("h3")?.textContent !== first) this.element.scrollTop = 0;
    this.explain.hidden = false;
    if (reading) (this.report.querySelector<HTMLElement>("button, summary") ?? this.explain).focus();
    this.done(verdict.status);
  }

  /** There is no verdict, and why; what was shown goes. */
  none(says: string): void {
    this.state("none");
    this.standing.textContent = says;
    this.parts.replaceChildren();
    this.report.replaceChildren();
    this.done(says, this.status.textContent !== says); // what is tried again and again is said once
  }

  private done(says: string, anew = true): void {
    this.doing.textContent = "";
    this.old.hidden = true;
    this.status.removeAttribute("aria-busy");
    if (anew) this.status.textContent = says;
  }

  private state(state: string): void {
    this.element.dataset.state = state;
  }
}

function title(details: Element): string {
  return details.querySelector("summary")?.textContent ?? "";
}
