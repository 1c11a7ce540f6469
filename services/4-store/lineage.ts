// Owns what the SQL itself says of where data come from: for each table and view, what it is computed from, and
// which queries read it. Read off the statements; no second list that could disagree with them.

export interface Statement {
  /** The file's name without ".sql", or the view's. */
  name: string;
  text: string;
}

export interface Lineage {
  /** Table or view -> the tables and views that it is computed from. */
  sources: Map<string, string[]>;
  /** Table or view -> the queries that read it. */
  readers: Map<string, string[]>;
}

const token = /'(?:[^'\\]|\\.|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|\{[^{}]*\}|`([^`]*)`|\w+|[^\s]/g;

/** The words of a statement, without its comments, strings and parameters; of `db.table` the last part. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const [whole, quoted] of text.matchAll(token)) {
    if (quoted !== undefined) words.push(quoted);
    else if (/^\w|^[.(),]$/.test(whole)) words.push(whole);
  }
  return words;
}

/** The tables that a statement reads: what stands after FROM, JOIN or IN, or after a comma in such a list. */
export function readIn(text: string, tables: ReadonlySet<string>): string[] {
  const words = wordsOf(text);
  const found = new Set<string>();
  for (const [index, word] of words.entries()) {
    if (!/^(?:FROM|JOIN|IN)$/i.test(word)) continue;
    let next = index + 1;
    while (words[next] === "(") next++;
    if (words[next + 1] === ".") next += 2;
    const table = words[next];
    if (table !== undefined && tables.has(table)) found.add(table);
  }
  return [...found].sort();
}

/**
 * What a statement writes: the table that it inserts into, or, where that is a staging table, the one that its file
 * is named after (recompute_TABLE.sql).
 */
export function writtenBy({ name, text }: Statement, tables: ReadonlySet<string>): string | null {
  const words = wordsOf(text);
  const into = words.findIndex(
    (word, index) => /^INSERT$/i.test(word) && /^INTO$/i.test(words[index + 1] ?? ""),
  );
  if (into < 0) return null;
  const named = words[into + 2];
  if (named !== undefined && tables.has(named)) return named;
  const meant = name.replace(/^(?:recompute|fill|copy)_/, "");
  return tables.has(meant) ? meant : null;
}

/** `views` are stored SELECTs; `work` is what the store runs; `queries` is what the API and dashboards run. */
export function lineageOf(
  tables: readonly string[],
  { views, work, queries }: Record<"views" | "work" | "queries", readonly Statement[]>,
): Lineage {
  const known = new Set(tables);
  const sources = new Map<string, Set<string>>();
  const readers = new Map<string, string[]>();
  const derive = (target: string, text: string) => {
    const from = sources.get(target) ?? new Set();
    for (const table of readIn(text, known)) if (table !== target) from.add(table);
    sources.set(target, from);
  };
  for (const { name, text } of views) derive(name, text);
  for (const statement of work) {
    const target = writtenBy(statement, known);
    if (target !== null) derive(target, statement.text);
  }
  for (const { name, text } of queries) {
    for (const table of readIn(text, known)) readers.set(table, [...(readers.get(table) ?? []), name]);
  }
  return {
    sources: new Map([...sources].map(([target, from]) => [target, [...from].sort()])),
    readers,
  };
}
