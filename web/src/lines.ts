/** Two texts, line by line: which lines are in both, and which in one alone. */

export interface Row {
  text: string;
  /** `-` is in the first text alone, `+` in the second alone. */
  kind: " " | "-" | "+";
}

/** Beyond so many pairs of lines it takes too long: then what lies between the first and the last difference is another text. */
const MOST = 1 << 24;

/** The rows of both texts in order, by their longest common run of lines. */
export function compared(first: string, second: string): Row[] {
  const [a, b] = [first.split("\n"), second.split("\n")];
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let [endA, endB] = [a.length, b.length];
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  const same = (text: string): Row => ({ text, kind: " " });
  return [...a.slice(0, from).map(same), ...middle(a.slice(from, endA), b.slice(from, endB)), ...a.slice(endA).map(same)];
}

function middle(a: string[], b: string[]): Row[] {
  if (a.length * b.length > MOST) return [...a.map((text): Row => ({ text, kind: "-" })), ...b.map((text): Row => ({ text, kind: "+" }))];
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [down, right] = [longest[(i + 1) * width + j]!, longest[i * width + j + 1]!];
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1]! + 1 : Math.max(down, right);
    }
  }
  const rows: Row[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push({ text: a[i]!, kind: " " });
      [i, j] = [i + 1, j + 1];
    } else if (j >= b.length || (i < a.length && longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!)) {
      rows.push({ text: a[i++]!, kind: "-" });
    } else rows.push({ text: b[j++]!, kind: "+" });
  }
  return rows;
}
