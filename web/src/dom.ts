/** Elements, each made in one line. */

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with its attributes and what is in it; `false` and `undefined` leave an attribute out. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...inside: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inside);
  return element;
}

/** A button that does something. */
export function button(name: string, pressed: () => unknown, attributes: Attributes = {}): HTMLButtonElement {
  const made = make("button", { type: "button", ...attributes }, name);
  made.addEventListener("click", () => made.ariaDisabled !== "true" && void pressed());
  return made;
}

/** Lets a button be pressed, or not: one that was `disabled` would lose the keyboard. */
export function enable(one: HTMLButtonElement, on: boolean): void {
  one.ariaDisabled = on ? null : "true";
}

/** Takes a part of the page away with `how`; where the keyboard was in it, it goes on at `next`. */
export function away(part: HTMLElement, next: HTMLElement, how: () => void = () => (part.hidden = true)): void {
  const within = part.contains(document.activeElement);
  how();
  if (within) next.focus();
}

/** A part that closes by its button and by Escape. */
export function closeable(part: HTMLElement, close: () => void): HTMLButtonElement {
  part.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  return button("Close", close);
}

/** A button that is on or off, and says so. */
export function toggle(name: string, on: boolean, turned: (on: boolean) => unknown): HTMLButtonElement {
  const made = button(name, () => {
    const now = made.getAttribute("aria-pressed") !== "true";
    made.setAttribute("aria-pressed", String(now));
    void turned(now);
  });
  made.setAttribute("aria-pressed", String(on));
  return made;
}

/** Elements of HTML that our own Python wrote, escaped there. */
export function written(html: string): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The text of an error for a person. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

let made = 0;

/** An id that no other element has. */
export function fresh(name: string): string {
  made += 1;
  return `tito-${name}-${made}`;
}
