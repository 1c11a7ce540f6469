// Owns the rules of this house that no linter knows, as tests. A rule is a pure function of the tree's texts
// and carries examples of what it forbids: each must make it complain, so that no rule can go blind without
// anybody noticing.
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { allSettings } from "@skillstream/platform/settings.ts";
import { flowTopics, schemaFiles } from "@skillstream/schemas/topics.ts";
import { describe, expect, test } from "vitest";
import { codeRules } from "./tidy/code.ts";
import { docsRules } from "./tidy/docs.ts";
import type { Tree } from "./tidy/tree.ts";

const rules = [...codeRules, ...docsRules];

/** A file that breaks a rule on purpose stands here with its reason; one that no longer does is a complaint. */
const exceptions: { rule: string; path: string; reason: string }[] = [
  {
    rule: "SQL binds its parameters; no text is pasted into it",
    path: "services/4-store/lock.ts",
    reason: "ClickHouse binds no parameter in a table's comment; the names are the store's own",
  },
  {
    rule: "SQL binds its parameters; no text is pasted into it",
    path: "services/4-store/migrate.ts",
    reason: "creates the database, whose name its setting has checked",
  },
  {
    rule: "SQL binds its parameters; no text is pasted into it",
    path: "schemas/clickhouse/cluster.ts",
    reason: "turns migrations into those of a cluster, whose name its setting has checked",
  },
  {
    rule: "SQL binds its parameters; no text is pasted into it",
    path: "bench/warehouse/fill.ts",
    reason: "a view takes no parameters; what is pasted are two numbers and the name of a table of ours",
  },
  {
    rule: "a file is at most 600 lines long",
    path: "platform/stage.ts",
    reason: "one state machine; its parts would share all their state",
  },
  {
    rule: "a file is at most 600 lines long",
    path: "platform/local/demo/market.ts",
    reason: "mostly the words and numbers of a made-up market",
  },
];

function readTree(): Tree {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const paths = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
  })
    .toString()
    .split("\0")
    .filter((path) => path !== "" && statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
  const binary = /\.(png|jpe?g|gif|ico|webp|woff2?|gz|zst|parquet|bin)$/;
  const textOf = (path: string) => {
    if (binary.test(path)) return "";
    const text = readFileSync(join(root, path), "utf8");
    // The examples of the rules break every rule: of these files only the opening and the imports count.
    return path.startsWith("test/tidy") ? text.slice(0, text.indexOf("\n\n")) : text;
  };
  return {
    files: new Map(paths.map((path) => [path, textOf(path)])),
    topics: flowTopics(1),
    schemas: schemaFiles,
    settings: allSettings,
  };
}

describe("the house", () => {
  const tree = readTree();

  test.each(rules)("$name", ({ name, check }) => {
    const excused = exceptions.filter((one) => one.rule === name).map((one) => one.path);
    const complaints = check(tree);
    expect(complaints.filter((complaint) => !excused.some((path) => complaint.startsWith(path)))).toEqual([]);
    expect(excused.filter((path) => !complaints.some((complaint) => complaint.startsWith(path)))).toEqual([]);
  });

  test.each(rules)("the rule complains where it is broken: $name", ({ check, broken }) => {
    expect(broken.length).toBeGreaterThan(0);
    for (const example of broken) {
      const files = new Map(Object.entries(example.files));
      expect(
        check({ topics: [], schemas: {}, settings: {}, ...example.tree, files }),
        JSON.stringify(example),
      ).not.toEqual([]);
    }
  });
});
