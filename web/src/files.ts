/** The learner's file out of the page, and into it. */

import { make } from "./dom";

/** What is larger is no learner's file. */
const MOST = 64 * 1024;

export function takeOut(filename: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
  const link = make("a", { href: address, download: filename });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The text of a file that the person chooses; `null` if they choose none. */
export function bringIn(): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const input = make("input", { type: "file", accept: ".py,text/x-python,text/plain" });
    input.addEventListener("cancel", () => resolve(null));
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file === undefined) resolve(null);
      else if (file.size > MOST) reject(new Error(`${file.name} has ${Math.ceil(file.size / 1024)} KiB. Choose a Python file of at most 64 KiB.`));
      else file.text().then(resolve, reject);
    });
    input.click();
  });
}
