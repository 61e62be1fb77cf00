/** On a phone the desk stands below the text; a button always in reach lifts it over the text, and puts it back. */

import { button } from "./dom";

export class Sheet {
  readonly lower = button("Back to the text", () => this.close(), { class: "lower" });
  private readonly lift = button("Your code", () => this.open(), { class: "lift" });

  constructor(private readonly desk: HTMLElement) {
    document.body.append(this.lift);
    document.addEventListener("keydown", (event) => {
      const others = (event.target as Element).closest(".cm-editor") ?? document.querySelector("dialog[open]");
      if (event.key === "Escape" && others === null) this.close();
    });
    matchMedia("(min-width: 800px)").addEventListener("change", () => this.close());
    new IntersectionObserver(([seen]) => (this.lift.hidden = seen?.isIntersecting === true)).observe(desk);
  }

  /** Lifts the desk where there is no room beside the text. */
  open(): void {
    if (this.lifted || matchMedia("(min-width: 800px)").matches) return;
    document.body.classList.add("lifted");
    for (const other of this.others()) other.inert = true;
    this.lower.focus();
  }

  close(): void {
    if (!this.lifted) return;
    document.body.classList.remove("lifted");
    for (const other of this.others()) other.inert = false;
    this.lift.hidden = false;
    this.lift.focus();
  }

  private get lifted(): boolean {
    return document.body.classList.contains("lifted");
  }

  private others(): HTMLElement[] {
    const path = new Set<Element>();
    for (let one: Element | null = this.desk; one !== null; one = one.parentElement) path.add(one);
    return [...path].flatMap((one) => [...(one.parentElement?.children ?? [])]).filter(
      (one): one is HTMLElement => one instanceof HTMLElement && !path.has(one) && one !== document.head && !(one instanceof HTMLDialogElement),
    );
  }
}
