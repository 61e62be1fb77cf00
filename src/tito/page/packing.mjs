// Has Pyodide's own Python pack archives: node packing.mjs RUNTIME KIND ARCHIVE OUT [KIND ARCHIVE OUT]...

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, ...wanted] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(runtime, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: join(runtime, "/") });
python.runPython(readFileSync(new URL("packing.py", import.meta.url), "utf8"));
const pack = python.runPython("lambda kind: pack(kind, open('/archive', 'rb').read(), compiled=True)");
for (let at = 0; at < wanted.length; at += 3) {
  python.FS.writeFile("/archive", readFileSync(wanted[at + 1]));
  writeFileSync(wanted[at + 2], pack(wanted[at]).toJs());
}
