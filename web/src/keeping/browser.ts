/** The learner's text in this browser: IndexedDB holds it, and a version for each text that was tested. */

import { sha256 } from "../hash";
import { recall, remember } from "../memory";
import type { Transport, Verdict, Version } from "../transport";
import type { Keeping, Page } from "./keeping";

/** Past so many versions of a lesson, every second one of the older half goes. */
const MOST = 300;
const REFUSED =
  "This browser lets the page keep nothing (a private window, perhaps). Take your file out before you close this tab.";

/** The last words of a tab, and the hash of what the database had then. */
interface Left {
  text: string;
  base: string;
}

interface Kept extends Version {
  lesson: string;
}

export class InBrowser implements Keeping {
  private base = "";
  private readonly others = new BroadcastChannel("tito");
  /** What another tab has kept last. */
  private theirs = "";
  private asking = false;

  constructor(
    private readonly transport: Transport,
    private readonly lesson: string,
    private readonly page: Page,
  ) {}

  async begin(): Promise<string> {
    const file = await get<{ text: string }>("files", this.lesson).catch(() => undefined);
    const text = file?.text ?? (await this.transport.stub(this.lesson)).text;
    this.base = sha256(text);
    this.others.onmessage = ({ data }: MessageEvent<{ lesson: string; text: string }>) => {
      if (data.lesson === this.lesson) void this.changed(data.text);
    };
    const left = recall<Left | null>(this.left, null);
    remember(this.left, null);
    return left?.base === this.base ? left.text : text;
  }

  async keep(text: string): Promise<void> {
    const hash = sha256(text);
    if (hash === this.base) return;
    await put("files", { lesson: this.lesson, text });
    this.base = hash;
    remember(this.left, null);
    this.others.postMessage({ lesson: this.lesson, text });
  }

  leave(text: string): void {
    if (sha256(text) === this.base) return;
    remember(this.left, { text, base: this.base } satisfies Left); // the tab may be gone before the database has it
    void this.keep(text).catch(() => undefined); // there is nobody left to tell
  }

  async tested(text: string, { sha256: id, passed, total, status: says }: Verdict): Promise<void> {
    remember(`progress.${this.lesson}`, { passed, total });
    await this.note(text, { id, when: Date.now() / 1000, passed, total, says });
  }

  async versions(): Promise<Version[]> {
    const all = await of<Kept>("versions", this.lesson);
    return all.sort((a, b) => a.when - b.when);
  }

  async version(id: string): Promise<string> {
    const found = await get<{ text: string }>("texts", [this.lesson, id]);
    if (found === undefined) throw new Error("This version is gone from the browser.");
    return found.text;
  }

  async restart(): Promise<string> {
    await this.noteFirst(this.page.text()).catch(() => undefined); // where nothing can be kept, the page says so by itself
    return (await this.transport.stub(this.lesson)).text;
  }

  /** A text that was not tested yet, before another takes its place. */
  private async noteFirst(text: string): Promise<void> {
    const id = sha256(text);
    if ((await get("versions", [this.lesson, id])) !== undefined) return;
    await this.note(text, { id, when: Date.now() / 1000, passed: null, total: null });
  }

  private get left(): string {
    return `left.${this.lesson}`;
  }

  private async note(text: string, version: Version): Promise<void> {
    await put("texts", { lesson: this.lesson, id: version.id, text });
    await put("versions", { lesson: this.lesson, ...version } satisfies Kept);
    const all = await this.versions();
    if (all.length <= MOST) return;
    const gone = all.slice(0, MOST / 2).filter((_, n) => n % 2 === 1);
    for (const { id } of gone) for (const store of ["texts", "versions"]) await remove(store, [this.lesson, id]);
  }

  /** Another tab has kept a text of this lesson. */
  private async changed(text: string): Promise<void> {
    this.theirs = text;
    if (this.asking) return;
    const mine = this.page.text();
    this.asking = true;
    const theirs = mine === text || sha256(mine) === this.base || (await this.page.choose(mine, text)) === "theirs";
    this.asking = false;
    this.base = sha256(this.theirs);
    if (!theirs) await this.keep(this.page.text()).catch(() => undefined); // the page says so at the next change
    else if (this.page.text() !== this.theirs) this.page.adopt(this.theirs, "Your code was changed in another tab; this is what it is now.");
  }
}

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const refuse = () => reject(new Error(REFUSED));
    try {
      const asked = indexedDB.open("tito", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore("files", { keyPath: "lesson" });
        asked.result.createObjectStore("texts", { keyPath: ["lesson", "id"] });
        asked.result.createObjectStore("versions", { keyPath: ["lesson", "id"] });
      };
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = asked.onblocked = refuse;
    } catch {
      refuse();
    }
  });
  return opened;
}

/** One request in a transaction of its own; what goes wrong in it becomes a sentence. */
async function within<T>(
  store: string,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const db = await database();
  return new Promise((resolve, reject) => {
    try {
      const transaction = db.transaction(store, mode);
      const asked = ask(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onerror = transaction.onabort = () =>
        reject(new Error(transaction.error?.name === "QuotaExceededError" ? "This browser's room for the page is full. Take your file out before you close this tab." : REFUSED));
    } catch {
      reject(new Error(REFUSED));
    }
  });
}

function get<T>(store: string, key: IDBValidKey): Promise<T | undefined> {
  return within(store, "readonly", (found) => found.get(key) as IDBRequest<T | undefined>);
}

function of<T>(store: string, lesson: string): Promise<T[]> {
  return within(store, "readonly", (found) => found.getAll(IDBKeyRange.bound([lesson], [lesson, []])) as IDBRequest<T[]>);
}

function put(store: string, value: object): Promise<IDBValidKey> {
  return within(store, "readwrite", (found) => found.put(value));
}

function remove(store: string, key: IDBValidKey): Promise<undefined> {
  return within(store, "readwrite", (found) => found.delete(key));
}
