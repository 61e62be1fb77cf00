/** Makes the bundle and the stylesheet of web/, in src/tito/page/static or the folder named: the same bytes each time. */

import { build } from "esbuild";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = `${process.argv[2] ?? `${here}../src/tito/page/static`}/`;
const MOST = 250 * 1024; // gzipped, in all, without Python

const browser = `${here}src/browser/`;
const workers = existsSync(browser) ? readdirSync(browser).filter((name) => name.endsWith(".worker.ts")) : [];
const entries = { early: `${here}src/early.ts`, tito: `${here}src/tito.ts` };
if (existsSync(`${browser}transport.ts`)) entries["tito-browser"] = `${browser}transport.ts`;
for (const name of workers) entries[name.replace(/\.ts$/, "")] = `${browser}${name}`;

// CodeMirror's styles go into a <style> element, which the page's policy forbids; ours adopts a stylesheet.
const styles = {
  name: "adopted styles",
  setup: (run) => run.onResolve({ filter: /^style-mod$/ }, () => ({ path: `${here}src/styles.ts` })),
};

mkdirSync(out, { recursive: true });
for (const name of readdirSync(out)) if (/\.(js|css)$/.test(name)) rmSync(out + name);
const shared = { bundle: true, minify: true, charset: "utf8", legalComments: "none", logLevel: "warning", write: false };
const scripts = await build({
  ...shared,
  entryPoints: entries,
  outdir: out,
  format: "esm",
  target: ["chrome123", "firefox120", "safari17.5"],
  plugins: [styles],
});
const sheets = ["tokens", "page", "desk"].map((name) => `${here}css/${name}.css`).filter(existsSync);
const sheet = await build({
  ...shared,
  stdin: { contents: sheets.map((path) => readFileSync(path, "utf8")).join("\n"), loader: "css", resolveDir: `${here}css` },
  outfile: `${out}tito.css`,
  external: ["*.woff", "*.svg"],
  target: ["chrome123", "firefox120", "safari17.5"],
});

let all = 0;
for (const file of [...scripts.outputFiles, ...sheet.outputFiles].sort((a, b) => (a.path < b.path ? -1 : 1))) {
  writeFileSync(file.path, file.contents);
  const sent = gzipSync(file.contents, { level: 9 }).length;
  all += sent;
  console.log(`${basename(file.path).padEnd(28)} ${String(file.contents.length).padStart(9)} bytes, ${sent} gzipped`);
}
console.log(`in all ${all} bytes gzipped, of ${MOST}`);
if (all > MOST) throw new Error(`The bundle has ${all} bytes gzipped, at most ${MOST} are allowed: take something out.`);
