import { describe, expect, test } from "vitest";
import { addSkill, type Changes, mergeSkill, removeTerm } from "./edit.ts";
import { lint, parseTaxonomy, type TaxonomyFile } from "./taxonomy.ts";

const files: Partial<Record<TaxonomyFile, string>> = {
  technology:
    "# Tools.\n\n[database]\nmysql\nredis = redis cache\n\n[postgresql]\npostgis\n\n[database]\npostgresql = postgres\npgsql\n",
  group: "database\n",
  ambiguous: "[redis -> redis]\nnever: redis labs\n",
  stack: "database\npostgresql\n",
  mapped: "pgsql = psql\n",
  related: "# Pairs.\npostgresql ~ pgsql, mysql\nredis ~ pgsql, postgresql, mysql\n",
  removed: "# None.\n[anybody could say it]\ntools\n",
  affixes: "before: knowledge of\n",
  version: "1.2.3\n",
};
const read = (file: TaxonomyFile) => files[file] ?? "";
const after = (changes: Changes) => (file: TaxonomyFile) => changes.get(file) ?? read(file);
const problems = (changes: Changes) => lint(parseTaxonomy(after(changes)));

describe("adding a skill", () => {
  test("puts it into its section by the alphabet, and raises the version", () => {
    const changes = addSkill(read, {
      name: "oracle",
      kind: "technology",
      broader: "database",
      aliases: ["oracle db"],
    });
    expect(changes.get("technology")).toContain(
      "[database]\nmysql\noracle = oracle db\nredis = redis cache\n",
    );
    expect(changes.get("version")).toBe("1.2.4\n");
    expect(problems(changes)).toEqual([]);
  });

  test("makes a section that is not there yet", () => {
    const changes = addSkill(read, { name: "redisearch", kind: "technology", broader: "redis", aliases: [] });
    expect(changes.get("technology")).toMatch(/\n\n\[redis\]\nredisearch\n$/);
    expect(problems(changes)).toEqual([]);
  });

  test.each(["a\nb", "a = b", "# a", "[a]", " a", "a, b", ""])("by the name %j is refused", (name) => {
    const skill = { name, kind: "technology", broader: "database", aliases: [] } as const;
    expect(() => addSkill(read, skill)).toThrow(/can't be a name/);
  });

  test("twice is for lint to refuse", () => {
    const changes = addSkill(read, {
      name: "cache",
      kind: "technology",
      broader: "database",
      aliases: ["redis cache"],
    });
    expect(problems(changes).join()).toMatch(/redis cache/);
  });
});

describe("merging a skill into another", () => {
  test("takes over its forms, what is narrower, and what is mapped to it", () => {
    const changes = mergeSkill(read, "pgsql", "postgresql");
    expect(changes.get("technology")).toContain("postgresql = postgres, pgsql\n");
    expect(changes.get("technology")).not.toMatch(/^pgsql/m);
    expect(changes.get("mapped")).toBe("postgresql = psql\n");
    expect(problems(changes)).toEqual([]);
    const upwards = mergeSkill(read, "postgresql", "mysql");
    expect(upwards.get("technology")).toContain("mysql = postgresql, postgres\n");
    expect(upwards.get("technology")).toContain("[mysql]\npostgis\n");
    expect(upwards.get("stack")).toBe("database\nmysql\n");
    expect(problems(upwards)).toEqual([]);
  });

  test("keeps the rules of its forms", () => {
    const changes = mergeSkill(read, "redis", "mysql");
    expect(changes.get("ambiguous")).toBe("[redis -> mysql]\nnever: redis labs\n");
  });

  test("keeps each pair of related skills once, and none with itself", () => {
    const changes = mergeSkill(read, "pgsql", "postgresql");
    expect(changes.get("related")).toBe("# Pairs.\npostgresql ~ mysql\nredis ~ postgresql, mysql\n");
    expect(mergeSkill(read, "postgis", "postgresql").get("related")).toBeUndefined();
  });

  test("names a skill that is not there, and whose form it is", () => {
    expect(() => mergeSkill(read, "postgres", "mysql")).toThrow(
      /no skill "postgres"; it is a form of "postgresql"/,
    );
    expect(() => mergeSkill(read, "mysql", "mysql")).toThrow(/already/);
  });
});

describe("removing a term", () => {
  test("puts it under the heading that says why", () => {
    const changes = removeTerm(read, "data stuff", "anybody could say it");
    expect(changes.get("removed")).toBe("# None.\n[anybody could say it]\ntools, data stuff\n");
    expect(problems(changes)).toEqual([]);
  });

  test("begins the list of a heading that is empty", () => {
    const empty = (file: TaxonomyFile) => (file === "removed" ? "[one]\n[two]\ntools\n" : read(file));
    expect(removeTerm(empty, "data stuff", "one").get("removed")).toBe("[one]\ndata stuff\n[two]\ntools\n");
  });

  test("names the headings that there are", () => {
    expect(() => removeTerm(read, "x", "noise")).toThrow(
      /no heading \[noise\]; it has "anybody could say it"/,
    );
  });
});
