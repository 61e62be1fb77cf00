/** Where an exercise stands in a text of Python. */

/** The line of `Linear.forward`, `relu` or `Linear`, counted from 1; 0 where it does not stand there. */
export function lineOf(text: string, exercise: string): number {
  const lines = text.split("\n");
  const [first = "", method] = exercise.split(".");
  const outer = lines.findIndex((line) => new RegExp(`^(?:class|(?:async )?def) ${escape(first)}\\b|^${escape(first)}\\s*[:=]`).test(line));
  if (outer < 0 || method === undefined) return outer + 1;
  for (let n = outer + 1; n < lines.length; n++) {
    const line = lines[n]!;
    if (/^\S/.test(line) && !line.startsWith("#") && !line.startsWith(")")) break;
    if (new RegExp(`^\\s+(?:async )?def ${escape(method)}\\b`).test(line)) return n + 1;
  }
  return outer + 1;
}

function escape(name: string): string {
  return name.replace(/[^\w]/g, "\\$&");
}
