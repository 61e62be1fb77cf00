/** Hints by degrees: a question first, then where to look, then the line in words; the solution for who asks for it. */

import { sure } from "./ask";
import { away, button, closeable, enable, make, sentence, written } from "./dom";
import { recall, remember } from "./memory";
import type { Transport, Verdict } from "./transport";

export class Hints {
  readonly element = make("section", { class: "hints", "aria-label": "Hints", hidden: true });
  private readonly said = make("div", { "aria-live": "polite" });
  private readonly further = button("A step further", () => this.ask(true));
  private readonly solution = button("Show the solution", () => this.solve());
  private readonly close: HTMLButtonElement;
  private exercise: string | null = null;
  /** What is asked before the solution is shown. */
  private question: string | null = null;
  private ok = false;

  /** `tested` gives the verdict on the text as it is, if there is one. */
  constructor(
    private readonly transport: Transport,
    private readonly lesson: string,
    private readonly tested: () => Promise<Verdict | null>,
    private readonly text: () => string,
    opener: HTMLElement,
  ) {
    this.close = closeable(this.element, () => away(this.element, opener));
    this.element.append(this.said, make("div", { class: "answers" }, this.further, this.solution, this.close));
  }

  /** A hint, or one more, about the first thing to fix in the text as it is now. */
  async open(): Promise<void> {
    this.element.hidden = false;
    this.element.scrollIntoView({ block: "nearest" });
    this.ok = (await this.tested())?.ok ?? false;
    this.exercise = null;
    await this.ask(true);
  }

  private async ask(further: boolean): Promise<void> {
    const name = `hints.${this.lesson}`;
    const had = recall<Record<string, number>>(name, {});
    const pressed = document.activeElement === this.further;
    enable(this.further, false);
    this.further.hidden = false;
    this.solution.hidden = true;
    try {
      const hint = await this.transport.hint(this.lesson, this.exercise, further, had);
      if (hint === null) {
        const says = this.ok ? "All checks pass: nothing needs a hint." : "There is no hint on this yet. Mend first what the verdict says.";
        this.said.replaceChildren(make("p", {}, says));
        this.further.hidden = true;
        return;
      }
      this.exercise = hint.exercise;
      remember(name, { ...had, [hint.key]: hint.degree });
      const given = hint.given.map((text, n) =>
        make("li", n === hint.given.length - 1 ? { class: "newest" } : {}, text),
      );
      this.said.replaceChildren(
        make("h3", {}, `Hint ${hint.degree} of ${hint.of}: ${hint.exercise}`),
        make("ol", {}, ...given),
        ...(hint.note ? [make("p", {}, hint.note)] : []),
      );
      this.further.hidden = hint.degree >= hint.of;
      enable(this.further, true);
      this.question = hint.solution;
      this.solution.hidden = hint.solution === null;
      if (pressed) [this.further, this.solution, this.close].find(({ hidden }) => !hidden)?.focus();
    } catch (error) {
      enable(this.further, true);
      this.said.replaceChildren(make("p", { class: "bad" }, sentence(error)));
    }
  }

  private async solve(): Promise<void> {
    if (this.exercise === null || this.question === null) return;
    if (!(await sure("The solution?", this.question, "Show it", "Not yet"))) return;
    try {
      const { html, note } = await this.transport.solution(this.lesson, this.exercise, this.text());
      this.said.replaceChildren(written(html), ...(note ? [make("p", {}, note)] : []));
      this.solution.hidden = true;
      this.close.focus({ preventScroll: true });
      this.element.scrollTop = 0;
      this.element.scrollIntoView({ block: "nearest" });
    } catch (error) {
      this.said.append(make("p", { class: "bad" }, sentence(error)));
    }
  }
}
