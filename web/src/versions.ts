/** A slider through one's own versions, each with how it stood, and a way to take one back. */

import { differences } from "./ask";
import { away, button, closeable, fresh, make, sentence } from "./dom";
import type { Keeping } from "./keeping/keeping";
import type { Version } from "./transport";

export class Versions {
  readonly element = make("section", { class: "versions", "aria-label": "Versions", hidden: true });
  private readonly slider: HTMLInputElement;
  private readonly which = make("div");
  private readonly says = make("div", { "aria-live": "polite" }); // of which version, the slider says itself
  private readonly shown = make("div", { class: "compared", tabindex: "0", role: "group", "aria-label": "What differs from now" });
  private readonly take = button("Take this version back", () => this.takeBack());
  /** Oldest first, as the slider has them. */
  private all: Version[] = [];
  private text: string | null = null;

  constructor(
    private readonly keeping: Keeping,
    private readonly now: () => string,
    private readonly taken: (text: string) => void,
    private readonly opener: HTMLElement,
  ) {
    const id = fresh("version");
    this.slider = make("input", { type: "range", id, min: "1", step: "1" });
    this.slider.addEventListener("input", () => void this.look());
    const close = closeable(this.element, () => away(this.element, opener));
    this.element.append(
      make("div", { class: "slide" }, make("label", { for: id }, "Version"), this.slider, make("div", { class: "about" }, this.which, this.says)),
      make("p", { class: "legend" }, "− only in that version, + only in your code now"),
      this.shown,
      make("div", { class: "answers" }, this.take, close),
    );
  }

  async open(): Promise<void> {
    this.element.hidden = false;
    this.slider.disabled = this.take.disabled = true;
    let none = "There are no versions yet. Each text that is tested becomes one.";
    try {
      this.all = await this.keeping.versions();
    } catch (error) {
      this.all = [];
      none = sentence(error);
    }
    this.slider.disabled = this.all.length === 0;
    if (this.all.length === 0) {
      this.which.textContent = "";
      this.says.textContent = none;
      this.shown.replaceChildren();
      return;
    }
    this.slider.max = this.slider.value = String(this.all.length);
    await this.look();
    this.slider.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }

  private async look(): Promise<void> {
    const place = Number(this.slider.value);
    const version = this.all[place - 1];
    if (version === undefined) return;
    const which = `${place} of ${this.all.length}, ${when(version.when)}`;
    this.which.textContent = which;
    this.says.textContent = version.says || standing(version);
    this.slider.setAttribute("aria-valuetext", which);
    this.text = null;
    this.take.disabled = true;
    try {
      const text = await this.keeping.version(version.id);
      if (Number(this.slider.value) !== place) return;
      this.text = text;
      this.shown.replaceChildren(differences(text, this.now()));
    } catch (error) {
      this.shown.replaceChildren(make("p", { class: "bad" }, sentence(error)));
    }
    this.take.disabled = this.text === null || this.text === this.now();
  }

  private takeBack(): void {
    if (this.text === null) return;
    away(this.element, this.opener);
    this.taken(this.text);
  }
}

function standing({ passed, total }: Version): string {
  return passed === null || total === null ? "It was not tested." : `${passed} of ${total} checks pass.`;
}

function when(seconds: number): string {
  const date = new Date(seconds * 1000);
  const today = date.toDateString() === new Date().toDateString();
  const time = { hour: "2-digit", minute: "2-digit" } as const;
  return today
    ? date.toLocaleTimeString("en", { ...time, second: "2-digit", hour12: false })
    : date.toLocaleString("en", { ...time, day: "numeric", month: "short", hour12: false });
}
