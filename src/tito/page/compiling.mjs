// Has Pyodide's own Python turn archives into bytecode: node compiling.mjs RUNTIME SOURCES OUT

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, sources, out] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(runtime, "pyodide.mjs")));
const python = await loadPyodide({ indexURL: `${runtime}/` });
const wheel = readFileSync(process.env.NUMPY_WHEEL);
python.FS.writeFile("/numpy.zip", wheel);
python.FS.writeFile("/stdlib.zip", readFileSync(join(runtime, "python_stdlib.zip")));
python.FS.writeFile("/sources.zip", readFileSync(sources));
python.runPython(readFileSync(new URL("compiling.py", import.meta.url), "utf8"));
for (const name of python.FS.readdir("/made")) {
  if (!name.startsWith(".")) writeFileSync(join(out, name), python.FS.readFile(`/made/${name}`));
}
