/** The learner's file in their folder, by way of `tito open`; what it cannot take now waits in this browser. */

import { recall, remember } from "../memory";
import { Newest } from "../newest";
import type { Folder, OnDisk, Verdict, Version } from "../transport";
import type { Keeping, Page } from "./keeping";

interface Draft {
  text: string;
  base: string;
}

export class InFolder implements Keeping {
  /** What stands on the disk, as far as this page knows; the hash is of its bytes. */
  private disk: OnDisk = { text: "", sha256: "" };
  /** The name of what waits: another folder's file, served here later, has another. */
  private draft = "";
  /** Done when nothing is being written. */
  private writing: Promise<unknown> = Promise.resolve();
  private readonly looking = new Newest(() => this.look().catch(() => undefined));
  private asking = false;
  private listening = false;

  constructor(
    private readonly folder: Folder,
    private readonly lesson: string,
    private readonly page: Page,
  ) {}

  async begin(): Promise<string> {
    const file = await this.folder.file(this.lesson);
    this.disk = file;
    this.draft = `draft.${file.path}`;
    if (!this.listening) this.folder.events(this.lesson, (heard) => this.changed(heard));
    this.listening = true;
    const draft = recall<Draft | null>(this.draft, null);
    if (draft === null || draft.text === file.text) return file.text;
    const mine = draft.base === file.sha256 || (await this.chosen(draft.text, file)) === "mine";
    if (!mine) remember(this.draft, null);
    return mine ? draft.text : file.text;
  }

  async keep(text: string): Promise<void> {
    if (text !== this.disk.text) this.note(text);
    await this.writing;
    if (text === this.disk.text || this.asking) return;
    this.note(text);
    const reply = await this.written(this.folder.save(this.lesson, text, this.disk.sha256));
    if ("conflict" in reply) await this.settle(reply.conflict);
    else this.known({ text, sha256: reply.sha256 });
  }

  leave(text: string): void {
    if (text === this.disk.text) return;
    this.note(text);
    if (this.asking) return;
    void this.written(this.folder.save(this.lesson, text, this.disk.sha256, true)).then(
      (reply) => "sha256" in reply && this.known({ text, sha256: reply.sha256 }),
      () => undefined, // it waits in this browser
    );
  }

  async tested(_text: string, _verdict: Verdict): Promise<void> {
    // tito itself keeps what it tests.
  }

  async versions(): Promise<Version[]> {
    return (await this.folder.versions(this.lesson)).versions;
  }

  async version(id: string): Promise<string> {
    return (await this.folder.version(this.lesson, id)).text;
  }

  async restart(): Promise<string> {
    await this.keep(this.page.text());
    const stub = await this.written(this.folder.restart(this.lesson));
    this.known(stub);
    return stub.text;
  }

  /** There is news of the file. They may be older than what was written since: the file itself is looked at. */
  private changed(heard: OnDisk): void {
    if (heard.sha256 !== this.disk.sha256) void this.looking.now();
  }

  private async look(): Promise<void> {
    let file: OnDisk;
    let written: Promise<unknown>;
    do {
      await (written = this.writing);
      file = await this.folder.file(this.lesson);
    } while (written !== this.writing); // it was read before that was written
    if (file.sha256 === this.disk.sha256 || this.asking) return;
    const mine = this.page.text();
    if (mine !== this.disk.text || mine === file.text || file.exists === false) await this.settle(file);
    else {
      this.known(file);
      this.page.adopt(file.text, "Your file was changed in another program; this is what it is now.");
    }
  }

  private written<T>(reply: Promise<T>): Promise<T> {
    this.writing = reply.catch(() => undefined); // who asked is told
    return reply;
  }

  /** The file is another than the page has seen, and so may be the page's text. */
  private async settle(theirs: OnDisk): Promise<void> {
    if (this.page.text() === theirs.text) {
      this.known(theirs);
      return;
    }
    const chosen = await this.chosen(this.page.text(), theirs);
    this.known(theirs);
    if (chosen === "theirs") this.page.adopt(theirs.text, theirs.exists === false ? "You begin anew." : "This is the file from the disk.");
    await this.keep(this.page.text());
  }

  /** Lets the person choose. News that come meanwhile wait until they have. */
  private async chosen(mine: string, theirs: OnDisk): Promise<"mine" | "theirs"> {
    this.asking = true;
    try {
      return await this.page.choose(mine, theirs.text, theirs.exists === false);
    } finally {
      this.asking = false;
      void this.looking.now();
    }
  }

  private known(disk: OnDisk): void {
    this.disk = disk;
    remember(this.draft, null);
  }

  private note(text: string): void {
    remember(this.draft, { text, base: this.disk.sha256 } satisfies Draft);
  }
}
