/** What Python in the browser is made of: fetched once, compiled once, handed to each worker. */

import { files as filesOf } from "./tar";

/** `_runtime/parts.json`: each part's file, and its size when it is unpacked. */
interface Manifest {
  parts: { name: string; file: string; size: number }[];
}

export interface Parts {
  /** The folder of Pyodide's scripts. */
  index: string;
  python: WebAssembly.Module;
  /** NumPy's, by their sizes: compiled once for all workers. */
  libraries: Map<number, WebAssembly.Module>;
  files: Record<string, ArrayBuffer>;
}

const STEPS = 5; // it is read aloud to some
const WASM = "pyodide.asm.wasm";

/** Fetches all parts from a folder; `told` hears a few times how many per cent are there. Rejects with a sentence for the person. */
export async function fetchParts(index: string, told: (part: number) => void): Promise<Parts> {
  if (typeof WebAssembly === "undefined") throw new Error("Python needs WebAssembly, which this browser lacks or has switched off. The text can be read; to be told about your code, use another browser.");
  return await fetchAll(index, told).catch((cause: unknown) => {
    throw new Error("Python could not be fetched: is the network there, and does it ask for a login first? Reload the page to try again.", { cause });
  });
}

async function fetchAll(index: string, told: (part: number) => void): Promise<Parts> {
  const { parts } = (await (await get(`${index}parts.json`)).json()) as Manifest;
  const all = parts.reduce((sum, { size }) => sum + size, 0);
  let had = 0;
  const counted = (some: number) => {
    const before = Math.floor((STEPS * had) / all);
    const steps = Math.floor((STEPS * (had += some)) / all);
    if (steps > before) told((100 * steps) / STEPS);
  };
  const files: Record<string, ArrayBuffer> = {};
  let libraries: Promise<Parts["libraries"]> = Promise.resolve(new Map());
  let python: Promise<WebAssembly.Module> | undefined;
  await Promise.all(
    parts.map(async ({ name, file, size }) => {
      if (name === WASM) return (python = keptOrFetched(index + file, size, counted));
      files[name] = await new Response(unpacked(await get(index + file), file, counted)).arrayBuffer();
      if (name === "numpy.tar") libraries = compiled(new Uint8Array(files[name]!));
    }),
  );
  if (python === undefined) throw new Error(`${WASM} is not in the site.`);
  return { index, python: await python, libraries: await libraries, files };
}

/** From what `offline.js` keeps, where it does: with that a browser keeps what it has made of it. */
async function keptOrFetched(address: string, size: number, counted: (some: number) => void): Promise<WebAssembly.Module> {
  const kept = navigator.serviceWorker?.controller ? await fetch(address.replace(/\.gz$/, "")).catch(() => null) : null;
  if (kept?.ok) {
    const python = await WebAssembly.compileStreaming(kept);
    counted(size);
    return python;
  }
  const body = unpacked(await get(address), address, counted);
  return WebAssembly.compileStreaming(new Response(body, { headers: { "Content-Type": "application/wasm" } }));
}

async function compiled(tar: Uint8Array<ArrayBuffer>): Promise<Parts["libraries"]> {
  const found = [...filesOf(tar)].filter(([path]) => path.endsWith(".so")).map(([, content]) => content as Uint8Array<ArrayBuffer>);
  const sizes = found.map(({ length }) => length);
  const alone = found.filter(({ length }) => sizes.indexOf(length) === sizes.lastIndexOf(length));
  return new Map(await Promise.all(alone.map(async (content) => [content.length, await WebAssembly.compile(content)] as const)));
}

async function get(address: string): Promise<Response> {
  const reply = await fetch(address);
  if (!reply.ok || reply.body === null) throw new Error(`${address}: ${reply.status}`);
  return reply;
}

function unpacked(reply: Response, file: string, counted: (some: number) => void): ReadableStream<Uint8Array> {
  const plain = file.endsWith(".gz") ? reply.body!.pipeThrough(new DecompressionStream("gzip")) : reply.body!;
  const count = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, to) {
      counted(chunk.length);
      to.enqueue(chunk);
    },
  });
  return plain.pipeThrough(count);
}
