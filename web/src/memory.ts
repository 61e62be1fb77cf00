/** Small things that this browser remembers: theme, hints had, how far one is. Where it may not, until the tab closes. */

const here = new Map<string, string>();

export function recall<T>(name: string, otherwise: T): T {
  let text: string | null | undefined;
  try {
    text = localStorage.getItem(`tito.${name}`);
  } catch {
    // Refused by the browser's settings: what was put in this tab is all there is.
  }
  text ??= here.get(name);
  try {
    return text == null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function remember(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  here.set(name, text);
  try {
    localStorage.setItem(`tito.${name}`, text);
  } catch {
    // Full, or refused: the tab itself still knows.
  }
}
