/** The transport to Python in this browser's workers: its place is here. */

import { asking, type Transport } from "../transport";

export function browserTransport(_root: string, _say: (words: string) => void): Transport {
  return asking(() => Promise.reject(new Error("Python in the browser is not there yet. In a clone, type: ./tito open")), null);
}
