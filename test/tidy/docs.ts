// Owns the rules about what people read and set: links, paths and maps in the docs, decisions, and
// settings.
import { dirname, join, normalize } from "node:path";
import { isCode, isMarkdown, isTest, type Rule, type Tree } from "./tree.ts";

function matchesSome(tree: Tree, wanted: string): boolean {
  const pattern = wanted
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/<[^>]*>|NNNN|\*+/g, "[^/]*")
    .replace(/\/$/, "");
  const whole = new RegExp(`^${pattern}(/|$)`);
  for (const path of tree.files.keys()) if (whole.test(path)) return true;
  return false;
}

const slug = (heading: string) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replace(/ /g, "-");

/** The paths of an indented map between fences: what is indented lies in the folder above it. */
function mapped(text: string): string[] {
  const paths: string[] = [];
  for (const [, map = ""] of text.matchAll(/^```\n([\s\S]*?)^```/gm)) {
    let folder = "";
    for (const line of map.split("\n")) {
      const names = line
        .trim()
        .split(/ {2,}/)
        .filter((name) => /^[\w.*-]+(\/|\.\w+)$/.test(name));
      const indented = line.startsWith(" ");
      if (!indented) folder = names[0] ?? "";
      paths.push(...names.map((name) => (indented ? folder + name : name)));
    }
  }
  return paths;
}

export const docsRules: Rule[] = [
  {
    name: "every setting is read by a process and documented, and every variable named is a setting",
    check: (tree) => {
      const source = [...tree.files].filter(
        ([path]) => isCode(path) && !isTest(path) && path !== "platform/settings.ts",
      );
      const readme = tree.files.get("README.md") ?? "";
      const known = new Set(Object.values(tree.settings).map((one) => one.variable));
      return [
        ...Object.entries(tree.settings).flatMap(([name, { variable }]) => [
          ...(source.some(([, text]) => text.includes(`"${name}"`))
            ? []
            : [`${variable} (${name}) is read by nothing`]),
          ...(readme.includes(`\`${variable}\``) ? [] : [`${variable} is not in README.md`]),
        ]),
        ...[...tree.files].flatMap(([path, text]) =>
          isTest(path)
            ? []
            : [...text.matchAll(/\bSKILLSTREAM_[A-Z_]*[A-Z]\b/g)]
                .filter(([variable]) => !known.has(variable))
                .map(([variable]) => `${path} names ${variable}, which is no setting`),
        ),
      ];
    },
    broken: [
      { files: { "README.md": "`A`" }, tree: { settings: { a: { variable: "A" } } } },
      { files: { "cli/a.ts": `["a"]` }, tree: { settings: { a: { variable: "A" } } } },
      { files: { "docker-compose.yml": "SKILLSTREAM_KAFKA_BROKER: kafka:9092" } },
    ],
  },
  {
    name: "a Markdown link inside the repository leads somewhere",
    check: (tree) =>
      [...tree.files].flatMap(([path, text]) =>
        isMarkdown(path)
          ? [...text.replace(/```[\s\S]*?```/g, "").matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
              if (/^[a-z]+:/.test(link)) return [];
              const [file = "", anchor] = link.split("#");
              const target = file === "" ? path : normalize(join(dirname(path), file));
              if (!matchesSome(tree, target)) return [`${path} links to ${link}, which is not there`];
              const headings = [...(tree.files.get(target) ?? "").matchAll(/^#+ (.*)$/gm)].map(
                ([, one = ""]) => slug(one),
              );
              return anchor === undefined || headings.includes(anchor)
                ? []
                : [`${path} links to ${link}, but ${target} has no such heading`];
            })
          : [],
      ),
    broken: [
      { files: { "README.md": "[a](docs/A.md)" } },
      { files: { "README.md": "[a](#nowhere)\n# Somewhere\n" } },
    ],
  },
  {
    name: "a path that the docs name exists",
    check: (tree) =>
      [...tree.files].flatMap(([path, text]) =>
        isMarkdown(path) && path !== "CHANGELOG.md"
          ? [...text.matchAll(/`([\w.@<>*-]+(?:\/[\w.@<>*-]+)*\/?)`/g)]
              .map(([, name = ""]) => name)
              .filter((name) =>
                /^(schemas|platform|services|cli|test|bench|deploy|docs|training|\.ci|\.githooks|\.github)\//.test(
                  name,
                ),
              )
              .filter((name) => !matchesSome(tree, name))
              .map((name) => `${path} names ${name}, which is not there`)
          : [],
      ),
    broken: [{ files: { "docs/ARCHITECTURE.md": "see `platform/stages.ts`", "platform/stage.ts": "" } }],
  },
  {
    name: "decisions are numbered without gaps, listed, and each names the check that would prove it wrong",
    check: (tree) => {
      const records = [...tree.files.keys()].filter((path) => /^docs\/adr\/\d/.test(path)).sort();
      const index = tree.files.get("docs/adr/README.md") ?? "";
      return records.flatMap((path, position) => [
        ...(path.startsWith(`docs/adr/${String(position + 1).padStart(4, "0")}-`)
          ? []
          : [`${path} is out of order`]),
        ...(index.includes(`(${path.replace("docs/adr/", "")})`)
          ? []
          : [`${path} is not listed in docs/adr/README.md`]),
        ...(/^## The check that would prove it wrong\n+\S/m.test(tree.files.get(path) ?? "")
          ? []
          : [`${path} names no check that would prove it wrong`]),
      ]);
    },
    broken: [{ files: { "docs/adr/0002-a.md": "# 2. A\n", "docs/adr/README.md": "[a](0002-a.md)" } }],
  },
  {
    name: "the code map in ARCHITECTURE.md is a map of this tree",
    check: (tree) =>
      mapped(tree.files.get("docs/ARCHITECTURE.md") ?? "")
        .filter((path) => !matchesSome(tree, path))
        .map((path) => `docs/ARCHITECTURE.md maps ${path}, which is not there`),
    broken: [
      { files: { "docs/ARCHITECTURE.md": "```\nplatform/\n  gone.ts   what\n```\n", "platform/a.ts": "" } },
      { files: { "docs/ARCHITECTURE.md": "```\nplatform/\n  a.ts  gone.ts\n```\n", "platform/a.ts": "" } },
    ],
  },
];
