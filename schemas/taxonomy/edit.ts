// Owns changes of the taxonomy's files that people make by command: a skill more, two that are one, a term that is
// none. Each gives the new texts of the files that it touches, and the version goes up with it; nothing is written
// here, and whether the result is sound is for lint to say. What stands in the files beside it stays as it is.
import type { SkillKind } from "../types.ts";
import { foldForm } from "./fold.ts";
import { parseTaxonomy, TaxonomyError, type TaxonomyFile, type TaxonomySkill } from "./taxonomy.ts";

type Read = (file: TaxonomyFile) => string;
/** New texts, by file. */
export type Changes = Map<TaxonomyFile, string>;

export interface NewSkill {
  name: string;
  kind: SkillKind;
  /** A skill or a group. */
  broader: string;
  aliases: readonly string[];
}

export function addSkill(read: Read, { name, kind, broader, aliases }: NewSkill): Changes {
  if (/\n| = |,|^[#[]/.test(name) || name.trim() !== name || name === "")
    throw new TaxonomyError(`${JSON.stringify(name)} can't be a name: a line holds name, "=" and forms`);
  const lines = read(kind).split("\n");
  const line = aliases.length === 0 ? name : `${name} = ${aliases.map(escaped).join(", ")}`;
  const heading = lines.findIndex((one) => one.trim() === `[${broader}]`);
  if (heading < 0) {
    while (lines.at(-1)?.trim() === "") lines.pop();
    lines.push("", `[${broader}]`, line, "");
  } else {
    const isSkill = (one: string) => one.trim() !== "" && !one.startsWith("#");
    let at = heading + 1;
    let end = at;
    while (end < lines.length && !/^\[.*\]$/.test(lines[end] ?? "")) end++;
    while (end > at && !isSkill(lines[end - 1] ?? "")) end--;
    while (at < end && !(isSkill(lines[at] ?? "") && nameIn(lines[at] ?? "") > name)) at++;
    lines.splice(at, 0, line);
  }
  return raised(read, new Map([[kind, lines.join("\n")]]));
}

/** All forms of `from` become forms of `into`, and what named the one names the other. */
export function mergeSkill(read: Read, from: string, into: string): Changes {
  const { skills } = parseTaxonomy(read);
  const [gone, kept] = [skillNamed(skills, from), skillNamed(skills, into)];
  if (gone === kept) throw new TaxonomyError(`"${from}" is "${into}" already`);
  const changes: Changes = new Map();
  const text = (file: TaxonomyFile) => changes.get(file) ?? read(file);

  const own = new Set([kept.name, ...kept.aliases].map(foldForm));
  const more = [gone.name, ...gone.aliases].filter((form) => !own.has(foldForm(form))).map(escaped);
  const lineOf = (skill: TaxonomySkill) => Number(skill.at.split(":")[1]) - 1;
  const keptLines = text(kept.kind).split("\n");
  const line = keptLines[lineOf(kept)] ?? "";
  if (more.length > 0)
    keptLines[lineOf(kept)] = `${line}${line.includes(" = ") ? ", " : " = "}${more.join(", ")}`;
  changes.set(kept.kind, keptLines.join("\n"));
  const goneLines = text(gone.kind).split("\n");
  goneLines.splice(lineOf(gone), 1);
  changes.set(gone.kind, goneLines.join("\n"));

  for (const file of ["technology", "method", "domain", "soft", "language", "certification"] as const) {
    replace(file, (one) => (one.trim() === `[${from}]` ? `[${into}]` : one));
  }
  replace("ambiguous", (one) =>
    one.endsWith(` -> ${from}]`) ? `${one.slice(0, -from.length - 1)}${into}]` : one,
  );
  replace("stack", (one) => (one.trim() === from ? into : one));
  replace("mapped", (one) => (nameIn(one) === from ? `${into}${one.slice(from.length)}` : one));
  const related = relatedAfter(text("related"), from, into);
  if (related !== text("related")) changes.set("related", related);
  return raised(read, changes);

  function replace(file: TaxonomyFile, change: (line: string) => string): void {
    const before = text(file);
    const after = before.split("\n").map(change).join("\n");
    if (after !== before) changes.set(file, after);
  }
}

/** The pairs of both, each once, without the one that the two were. What is then too much is for lint to name. */
function relatedAfter(text: string, from: string, into: string): string {
  const seen = new Set<string>();
  const renamed = (name: string) => (name === from ? into : name);
  const lines = text.split("\n").flatMap((line) => {
    const [left = "", right] = line.split(" ~ ");
    if (line.startsWith("#") || right === undefined) return line;
    const name = renamed(left.trim());
    const others = right
      .split(",")
      .map((other) => renamed(other.trim()))
      .filter((other) => {
        const pair = [name, other].sort().join("\n");
        if (other === name || seen.has(pair)) return false;
        seen.add(pair);
        return true;
      });
    return others.length === 0 ? [] : `${name} ~ ${others.join(", ")}`;
  });
  return lines.join("\n");
}

/** A term that is no skill, under the heading that says why. */
export function removeTerm(read: Read, term: string, why: string): Changes {
  const lines = read("removed").split("\n");
  const heading = lines.findIndex((line) => line.trim() === `[${why}]`);
  if (heading < 0) {
    const headings = lines.flatMap((line) => /^\[(.*)\]$/.exec(line)?.[1] ?? []);
    throw new TaxonomyError(
      `removed.txt has no heading [${why}]; it has ${headings.map((one) => `"${one}"`).join(", ")}`,
    );
  }
  let at = heading + 1;
  while (at < lines.length && lines[at]?.trim() === "") at++;
  const line = lines[at];
  if (line === undefined || line.startsWith("[")) lines.splice(heading + 1, 0, escaped(term));
  else lines[at] = `${line}, ${escaped(term)}`;
  return raised(read, new Map([["removed", lines.join("\n")]]));
}

function skillNamed(skills: readonly TaxonomySkill[], name: string): TaxonomySkill {
  const skill = skills.find((one) => one.name === name);
  if (skill !== undefined) return skill;
  const form = foldForm(name);
  const near = skills.find((one) => one.aliases.some((alias) => foldForm(alias) === form));
  throw new TaxonomyError(
    `there is no skill "${name}"${near === undefined ? "" : `; it is a form of "${near.name}"`}`,
  );
}

function raised(read: Read, changes: Changes): Changes {
  const [major = "0", minor = "0", patch = "0"] = read("version").trim().split(".");
  return changes.set("version", `${major}.${minor}.${Number(patch) + 1}\n`);
}

const nameIn = (line: string) => line.split(" = ")[0]?.trim() ?? "";
const escaped = (form: string) => form.replaceAll(",", "\\,");
