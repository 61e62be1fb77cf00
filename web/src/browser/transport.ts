/** The transport to Python in this browser's workers. */

import { asking, type Transport } from "../transport";
import { Engine } from "./engine";

export { Engine };

export function browserTransport(root: string, say: (words: string) => void): Transport {
  const engine = new Engine(root, document.body.dataset.lesson!, say);
  void engine.begin().catch(() => undefined); // who asks is told
  return asking((call, given) => engine.ask(call, given), null);
}
