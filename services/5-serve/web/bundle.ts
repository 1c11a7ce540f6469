// Owns the making of the pages: a bundle of script and one of style for each, made anew only when a source is newer
// than it, in a fraction of a second. Nothing of it is kept in the repository.
import { existsSync, readdirSync, statSync } from "node:fs";
import { copyFile, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const assets = ["index.html", "runs.html", "data.html", "icon.svg"];
const bundles = ["page.css", "runs.css", "runs.js", "data.js"];

/** Returns the folder to serve. */
export async function bundlePage(): Promise<string> {
  const source = fileURLToPath(new URL("./", import.meta.url));
  const output = join(source, "dist");
  const newest = Math.max(
    ...readdirSync(source, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(source, entry.name)).mtimeMs),
  );
  const made = join(output, "page.js");
  if (existsSync(made) && statSync(made).mtimeMs > newest) return output;

  // Made beside and moved into place, so that a page that is being served is never half there.
  const work = join(source, "dist", `.making-${process.pid}`);
  try {
    await mkdir(work, { recursive: true });
    const { build } = await import("esbuild");
    await build({
      entryPoints: ["page.tsx", "page.css", "runs.tsx", "runs.css", "data.tsx"].map((file) =>
        join(source, file),
      ),
      outdir: work,
      bundle: true,
      minify: true,
      format: "esm",
      target: ["es2022"],
      jsx: "automatic",
      jsxImportSource: "preact",
      legalComments: "none",
      logLevel: "error",
    });
    for (const asset of assets) await copyFile(join(source, asset), join(work, asset));
    // The script comes last: it is what says that the others are there.
    for (const file of [...bundles, ...assets, "page.js"]) await rename(join(work, file), join(output, file));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return output;
}
