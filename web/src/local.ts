/** The transport to `tito open`: the learner's own file, judged on this machine. */

import { asking, type Folder, NoAnswer, type OnDisk } from "./transport";

const RETRY_MS = 3000;

async function ask<T>(call: string, given: object, keepalive = false): Promise<T> {
  let reply: Response;
  try {
    reply = await fetch(`/desk/${call}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
      keepalive,
    });
  } catch {
    throw new NoAnswer("tito open does not answer. Start it again, and this page goes on.");
  }
  const said: unknown = await reply.json().catch(() => undefined);
  if (!reply.ok || said === undefined) {
    const error = (said as { error?: string } | null | undefined)?.error;
    const foreign = `What answers here (${reply.status}) is not tito open. Open the page with the address that tito open prints.`;
    const gone = reply.status === 403 || error === undefined; // another has begun there, or this one ends
    throw new (gone ? NoAnswer : Error)(error ?? foreign);
  }
  return said as T;
}

const folder: Folder = {
  file: (lesson) => ask("file", { lesson }),
  save: (lesson, text, base, leaving = false) => ask("save", { lesson, text, base }, leaving),
  versions: (lesson) => ask("versions", { lesson }),
  version: (lesson, id) => ask("version", { lesson, id }),
  restart: (lesson) => ask("restart", { lesson }),
  events: (lesson, heard) => {
    let source: EventSource | undefined;
    const listen = () => {
      source?.close();
      source = undefined;
      if (document.visibilityState !== "visible") return; // all tabs together have six connections
      const opened = (source = new EventSource(`/desk/events?lesson=${encodeURIComponent(lesson)}`));
      opened.addEventListener("file", (event) => heard(JSON.parse(event.data as string) as OnDisk));
      opened.addEventListener("error", () => {
        if (opened === source && opened.readyState === EventSource.CLOSED) setTimeout(listen, RETRY_MS);
      });
    };
    listen();
    document.addEventListener("visibilitychange", listen);
    window.addEventListener("pageshow", ({ persisted }) => persisted && listen());
    window.addEventListener("pagehide", () => source?.close());
  },
};

export const local = asking(ask, folder);
