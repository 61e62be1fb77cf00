/** Reads a plain tar, of files alone. */

const BLOCK = 512;

export function* files(tar: Uint8Array): Generator<[path: string, content: Uint8Array]> {
  const text = new TextDecoder();
  const field = (at: number, length: number) => text.decode(tar.subarray(at, at + length)).split("\0")[0]!;
  for (let at = 0; tar[at]; ) {
    const prefix = field(at + 345, 155);
    const size = parseInt(field(at + 124, 12), 8);
    yield [(prefix && `${prefix}/`) + field(at, 100), tar.subarray(at + BLOCK, at + BLOCK + size)];
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
