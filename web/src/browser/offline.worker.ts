/** The service worker: keeps the whole site, so that it opens without a network. `tito site` puts `kept` before it. */

/** The files of the site, and a name for just these. */
declare const kept: { version: string; files: string[] };

interface Extendable extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface Fetching extends Extendable {
  readonly request: Request;
  respondWith(reply: Promise<Response>): void;
}

const scope = self as unknown as EventTarget & { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } };
const NAME = `tito-${kept.version}`;

scope.addEventListener("install", (event) => (event as Extendable).waitUntil(keepAll().then(() => scope.skipWaiting())));
scope.addEventListener("activate", (event) => (event as Extendable).waitUntil(forgetOthers().then(() => scope.clients.claim())));
scope.addEventListener("fetch", (event) => {
  const { request } = event as Fetching;
  if (request.method === "GET" && new URL(request.url).origin === location.origin) (event as Fetching).respondWith(answer(request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(NAME);
  for (const file of kept.files) {
    const before = named(file) ? await caches.match(unpackedName(file)) : undefined;
    if (before) await cache.put(unpackedName(file), before);
    else if (unpackedName(file) !== file) await cache.put(unpackedName(file), unpacked(await fetch(file)));
    else await cache.add(file);
  }
}

/** WebAssembly is kept as it is: a browser keeps with it what it has made of it, and need not make it again. */
function unpackedName(file: string): string {
  return file.replace(/\.wasm\.gz$/, ".wasm");
}

function unpacked(reply: Response): Response {
  if (!reply.ok) throw new Error(reply.statusText);
  return new Response(reply.body!.pipeThrough(new DecompressionStream("gzip")), { headers: { "Content-Type": "application/wasm" } });
}

async function forgetOthers(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith("tito-") && name !== NAME) await caches.delete(name);
}

/** From the network, where there is one; what its own name tells from other versions is taken from what is kept. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  const known = () => cache.match(request, { ignoreSearch: true });
  if (named(request.url)) {
    const found = await known();
    if (found) return found;
  }
  try {
    return await fetch(request);
  } catch (error) {
    const found = (await known()) ?? (request.url.endsWith("/") ? await cache.match(`${request.url}index.html`) : undefined);
    if (found) return found;
    throw error;
  }
}

function named(address: string): boolean {
  return /\/_runtime\/.*\.(gz|wasm)$/.test(`/${address}`);
}
