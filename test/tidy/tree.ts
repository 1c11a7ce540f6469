// Owns what a rule of the house sees and says: the texts of the tree, and complaints that name a file.
import type { Topic } from "@skillstream/schemas/topics.ts";

export interface Tree {
  files: ReadonlyMap<string, string>;
  topics: readonly Pick<Topic, "name" | "records" | "partitions">[];
  schemas: Readonly<Record<string, string>>;
  settings: Readonly<Record<string, { variable: string }>>;
}

export interface Rule {
  name: string;
  check(tree: Tree): string[];
  /** Each of these is wrong by this rule alone. */
  broken: { files: Record<string, string>; tree?: Partial<Omit<Tree, "files">> }[];
}

export const isCode = (path: string) => /\.(ts|tsx|mts|mjs|js)$/.test(path);
/** What runs in tests only. */
export const isTest = (path: string) =>
  /\.(test|fixture)\.tsx?$|\/fixtures\//.test(path) || path.startsWith("test/");
export const isMarkdown = (path: string) => path.endsWith(".md");

/** One complaint for each line of a chosen file on which the pattern is found. */
export function grep(
  tree: Tree,
  chosen: (path: string) => boolean,
  pattern: RegExp,
  complaint: string,
): string[] {
  return [...tree.files].flatMap(([path, text]) =>
    chosen(path)
      ? text
          .split("\n")
          .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${complaint}`] : []))
      : [],
  );
}

/** The same, unless a comment on that line or the one above gives the reason. */
export function grepUnexplained(
  tree: Tree,
  chosen: (path: string) => boolean,
  pattern: RegExp,
  complaint: string,
) {
  return grep(tree, chosen, pattern, complaint).filter((found) => {
    const [, path = "", line = "0"] = /^(\S+):(\d+) /.exec(found) ?? [];
    const lines = (tree.files.get(path) ?? "").split("\n");
    return !/\/\/|\*\//.test(`${lines[Number(line) - 2] ?? ""}\n${lines[Number(line) - 1] ?? ""}`);
  });
}
