/** A link that holds lesson, seed and code itself, compressed, behind the `#`, which is sent to no server. */

export interface Linked {
  lesson: string;
  seed: number;
  code: string;
}

const BEGINS = "#code=";
const MOST = 256 * 1024;
const SEEDS = 2 ** 32;

export async function linkTo(linked: Linked): Promise<string> {
  const bytes = await through(new Blob([JSON.stringify(linked)]), new CompressionStream("deflate-raw"));
  const letters = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const page = new URL(location.href);
  page.search = "";
  page.hash = BEGINS.slice(1) + letters.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  return page.href;
}

/** What the address holds: `null` if it is an ordinary one; rejects if the link is damaged. */
export async function linked(hash: string): Promise<Linked | null> {
  if (!hash.startsWith(BEGINS)) return null;
  try {
    const letters = hash.slice(BEGINS.length).replace(/-/g, "+").replace(/_/g, "/");
    const bytes = Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(
      await through(new Blob([bytes]), new DecompressionStream("deflate-raw")),
    );
    const { lesson, seed, code } = JSON.parse(text) as Partial<Linked>;
    if (typeof lesson === "string" && typeof code === "string" && Number.isInteger(seed) && seed! >= 0 && seed! < SEEDS) {
      return { lesson, seed: seed!, code };
    }
  } catch {
    // Falls through: cut off, or no link of ours.
  }
  throw new Error("The code in this link cannot be read: a part of the address is missing. Ask for the link again.");
}

async function through(blob: Blob, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = blob.stream().pipeThrough(stream as ReadableWritablePair<Uint8Array, Uint8Array>).getReader(); // Safari has no `for await` here
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    size += part.value.length;
    if (size > MOST) {
      await reader.cancel();
      throw new Error("too large");
    }
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
