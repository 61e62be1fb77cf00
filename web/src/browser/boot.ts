/** Starts Python in a worker, from parts that the page has fetched; nothing is asked of the network. */

import type { Parts } from "./parts";
import { files } from "./tar";

export interface Pyodide {
  FS: { mkdirTree(path: string): void; writeFile(path: string, data: Uint8Array): void };
  setStdin(options: object): void;
  setStdout(options: object): void;
  setStderr(options: object): void;
  runPython(code: string): unknown;
  unregisterJsModule(name: string): void;
}

/** What stays in a worker's scope: the language itself, and what Python's own machinery calls. */
const KEPT = new Set(
  (
    "Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error AggregateError " +
    "EvalError RangeError ReferenceError SyntaxError TypeError URIError globalThis self JSON Math Intl ArrayBuffer SharedArrayBuffer Atomics " +
    "Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray BigUint64Array " +
    "BigInt64Array DataView Map BigInt Set WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry isFinite isNaN WebAssembly console " +
    "TextDecoder TextEncoder performance crypto constructor hasOwnProperty toString valueOf addEventListener removeEventListener dispatchEvent"
  ).split(" "),
);
const SITE = "/lib/python3.12/site-packages/";
const MEMORY_PAGES = 1 << 14; // of 64 KiB: 1 GiB

/** Reads Pyodide's scripts, from where they stand: `boot` finds them read. */
export async function readScripts(from: string): Promise<void> {
  await Promise.all([import(`${from}pyodide.mjs`), import(`${from}pyodide.asm.js`)]);
}

/** Python with these archives unpacked; what it writes goes to `write`. */
export async function boot(parts: Parts, archives: string[], write: (bytes: Uint8Array) => void): Promise<Pyodide> {
  const given: Record<string, BodyInit> = {
    "python_stdlib.zip": parts.files["python_stdlib.zip"]!,
    "pyodide-lock.json": '{"info":{"arch":"wasm32","platform":"emscripten_3_1_58","version":"0.27.7","python":"3.12.7"},"packages":{}}',
    "pyodide.asm.wasm": "",
  };
  const scope = self as unknown as Record<string, unknown>;
  scope.fetch = (address: unknown) => {
    const body = given[String(address).split("/").pop()!];
    return body === undefined ? Promise.reject(new Error(`no ${String(address)} here`)) : Promise.resolve(new Response(body));
  };
  const { Memory } = WebAssembly;
  WebAssembly.Memory = new Proxy(Memory, {
    construct: (made, [{ maximum, ...rest }]) => new made({ ...rest, maximum: Math.min(maximum, MEMORY_PAGES) }),
  });
  WebAssembly.instantiateStreaming = async (_reply, imports) => {
    return { module: parts.python, instance: await WebAssembly.instantiate(parts.python, imports) };
  };
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct: (made, [bytes]: [ArrayBuffer | Uint8Array<ArrayBuffer>]) => parts.libraries.get(bytes.byteLength) ?? new made(bytes),
  });
  const { loadPyodide } = await import(`${parts.index}pyodide.mjs`);
  const python = (await loadPyodide({ indexURL: parts.index, jsglobals: { setTimeout: () => 0, clearTimeout: () => undefined }, env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" } })) as Pyodide;
  for (const set of ["setStdout", "setStderr"] as const) python[set]({ write: (bytes: Uint8Array) => (write(bytes), bytes.length), isatty: false });
  python.setStdin({ stdin: () => null, isatty: false });
  // No clock here is fine enough for advice on costs: one that stands still gives none.
  python.runPython("import time; time.thread_time = lambda: 0.0");
  for (const name of archives) untar(python, new Uint8Array(parts.files[name]!));
  python.runPython("import sys; [sys.modules.pop(name, None) for name in ('js', 'pyodide_js')]");
  python.unregisterJsModule("pyodide_js");
  close();
  return python;
}

/** Leaves no way from Python to the network, to the page, or to code that is made of text. */
function close(): void {
  const functions = [() => 0, async () => 0, function* () {}, async function* () {}];
  for (const one of functions) Object.defineProperty(Object.getPrototypeOf(one), "constructor", { value: undefined });
  for (let scope: object = self; scope !== Object.prototype; scope = Object.getPrototypeOf(scope) as object) {
    for (const name of Object.getOwnPropertyNames(scope)) {
      if (!KEPT.has(name)) Reflect.deleteProperty(scope, name);
    }
  }
}

function untar(python: Pyodide, tar: Uint8Array): void {
  const made = new Set<string>();
  for (const [path, content] of files(tar)) {
    const folder = SITE + path.slice(0, path.lastIndexOf("/"));
    if (!made.has(folder)) python.FS.mkdirTree(folder);
    made.add(folder);
    python.FS.writeFile(SITE + path, content);
  }
}
