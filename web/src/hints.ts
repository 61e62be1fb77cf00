/** Hints by degrees: a question first, then where to look, then the line in words. */

import { away, button, closeable, enable, make, sentence } from "./dom";
import { recall, remember } from "./memory";
import type { Transport } from "./transport";

export class Hints {
  readonly element = make("section", { class: "hints", "aria-label": "Hints", hidden: true });
  private readonly said = make("div", { "aria-live": "polite" });
  private readonly further = button("A step further", () => this.ask(true));
  private exercise: string | null = null;

  constructor(
    private readonly transport: Transport,
    private readonly lesson: string,
    private readonly tested: () => Promise<void>,
    opener: HTMLElement,
  ) {
    const close = closeable(this.element, () => away(this.element, opener));
    this.element.append(this.said, make("div", { class: "answers" }, this.further, close));
  }

  /** A hint, or one more, about the first thing to fix in the text as it is now. */
  async open(): Promise<void> {
    this.element.hidden = false;
    this.element.scrollIntoView({ block: "nearest" });
    await this.tested();
    this.exercise = null;
    await this.ask(true);
  }

  private async ask(further: boolean): Promise<void> {
    const name = `hints.${this.lesson}`;
    const had = recall<Record<string, number>>(name, {});
    enable(this.further, false);
    try {
      const hint = await this.transport.hint(this.lesson, this.exercise, further, had);
      if (hint === null) {
        this.said.replaceChildren(make("p", {}, "Nothing needs a hint here."));
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
      const last = hint.degree >= hint.of;
      enable(this.further, !last);
      this.further.textContent = last ? "That is the last one" : "A step further";
    } catch (error) {
      enable(this.further, true);
      this.said.replaceChildren(make("p", { class: "bad" }, sentence(error)));
    }
  }
}
