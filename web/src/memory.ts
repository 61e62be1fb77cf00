/** Small things that this browser remembers: theme, hints had, how far one is. Where it may not, until the tab closes. */

/** What it did not take. */
const here = new Map<string, string>();

export function recall<T>(name: string, otherwise: T): T {
  try {
    const text = here.get(name) ?? localStorage.getItem(`tito.${name}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function remember(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(`tito.${name}`, text);
    here.delete(name);
  } catch {
    here.set(name, text); // full, or refused
  }
}
