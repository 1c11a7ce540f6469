// Owns the promises of the pages that people read first: what README.md, CONTRIBUTING.md and docs/ tell them to
// type or set must exist, and a table there must be the one the code would print.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { commands } from "@skillstream/cli/commands.ts";
import { metrics } from "@skillstream/platform/health.ts";
import { allSettings } from "@skillstream/platform/settings.ts";
import { flowTopics } from "@skillstream/schemas/topics.ts";
import { expect, test } from "vitest";

const root = new URL("..", import.meta.url);
const rootPath = fileURLToPath(root);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(new URL("docs/", root))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
  ...readdirSync(new URL("docs/adr/", root)).map((file) => `docs/adr/${file}`),
].map((path) => ({ path, text: read(path) }));
const readme = read("README.md");

const manifest = JSON.parse(read("package.json")) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

/** What stands in code: in backticks, or between fences. */
function codeIn(text: string): string[] {
  return [...text.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
}

const between = (text: string, name: string) =>
  text.split(`<!-- ${name} -->\n`)[1]?.split(`\n<!-- /${name} -->`)[0]?.trim();

test("the settings table is the one that platform/settings.ts defines", () => {
  const rows = Object.values(allSettings).map(({ variable, fallback, allowed, doc }) => {
    const fallbackText =
      fallback === undefined ? "must be set" : fallback === "" ? "empty" : `\`${fallback}\``;
    return `| \`${variable}\` | ${fallbackText} | ${allowed} | ${doc} |`;
  });
  const table = ["| variable | default | takes | for |", "|---|---|---|---|", ...rows].join("\n");
  expect(between(readme, "settings")).toBe(table);
});

test("the commands are those of the command line, and `skillstream --help` lists them", () => {
  const line = ({ name, summary }: { name: string; summary: string }) => `| \`${name}\` | ${summary} |`;
  const ready = commands.filter((command) => "load" in command);
  const later = commands.filter((command) => "later" in command);
  expect(between(readme, "commands")).toBe(
    ["| command | does |", "|---|---|", ...ready.map(line)].join("\n"),
  );
  const laterNames = later.map(({ name }) => `\`${name}\``);
  expect(between(readme, "later")).toBe(
    later.length === 0 ? "" : `Not there yet, and said so with exit code 2:\n${laterNames.join(", ")}.`,
  );

  const help = execFileSync(process.execPath, ["cli/main.ts", "--help"], { cwd: rootPath, encoding: "utf8" });
  expect(
    commands.filter(({ name, summary }) => !new RegExp(`^ +${name} +${summary}$`, "m").test(help)),
  ).toEqual([]);
});

test("every npm script that the docs name exists", () => {
  const named = pages.flatMap(({ path, text }) =>
    codeIn(text).flatMap((code) => [
      ...[...code.matchAll(/\bnpm run (?:-s )?([\w:]+)/g)].map(([, script = ""]) => ({ path, script })),
      ...[...code.matchAll(/\bnpm (start|test)\b/g)].map(([, script = ""]) => ({ path, script })),
    ]),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ script }) => manifest.scripts[script] === undefined)).toEqual([]);
});

test("every test that the docs call a proof is there", () => {
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/`([\w/.-]+\.test\.ts)`\s+"([^"]+)"/g)].map(([, file = "", name = ""]) => ({
      path,
      file,
      name: name.replace(/\s+/g, " "),
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(
    named.filter(({ file, name }) => !existsSync(new URL(file, root)) || !read(file).includes(name)),
  ).toEqual([]);
});

test("every subcommand that the docs name exists", () => {
  const known = new Set(commands.map(({ name }) => name));
  const named = pages.flatMap(({ path, text }) =>
    codeIn(text).flatMap((code) =>
      [...code.matchAll(/(?:\bnpx skillstream|\bskillstream --|^skillstream) ([a-z]+)/gm)].map(
        ([, name = ""]) => ({
          path,
          name,
        }),
      ),
    ),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ name }) => !known.has(name))).toEqual([]);
});

test("the API's table has every route and no other", () => {
  const routes = globSync("services/5-serve/routes/*.ts", { cwd: rootPath })
    .filter((file) => !file.endsWith(".test.ts"))
    .flatMap((file) =>
      [...read(file).matchAll(/\bapp\.get(?:<[^()]*>)?\(\s*"([^"]+)"/g)].map(([, path]) => `/api${path}`),
    );
  expect(routes.length).toBeGreaterThan(3);
  const listed = [...readme.matchAll(/^\| `(\/api\/[^`]+)` \|/gm)].map(([, path]) => path);
  expect(listed.toSorted()).toEqual(routes.toSorted());
});

test("the page stands where the README says", () => {
  const { host, port } = allSettings;
  const addresses = [...readme.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([address]) => address);
  expect(addresses).toContain(`http://${host.fallback}:${port.fallback}`);
});

test("the README asks for the Node that package.json asks for", () => {
  const [, major] = /(\d+)/.exec(manifest.engines.node) ?? [];
  expect(readme).toContain(`Node ${major}`);
});

test("OPERATING.md explains every metric of ours and names no other", async () => {
  const page = read("docs/OPERATING.md");
  for (const file of globSync("services/*/metrics.ts", { cwd: rootPath }))
    await import(new URL(file, root).href);
  const ours = metrics.getMetricsAsArray().map(({ name }) => name);
  expect(ours.length).toBeGreaterThan(3);
  const named = [
    ...new Set(
      [...page.matchAll(/`((?:stage|messaging|extract|scrape|store|data|lake)_[a-z_]+)/g)].map(
        ([, name]) => name,
      ),
    ),
  ];
  expect(named.toSorted()).toEqual(ours.toSorted());
});

test("ARCHITECTURE.md names every topic", () => {
  const page = read("docs/ARCHITECTURE.md");
  const names = flowTopics(1).map(({ name }) => name.replace(/g1$/, "g<N>"));
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
