// Owns what the front must know of a statement's text before the engine sees it: where an INSERT's data
// begin, where a result's format is named, and the words that would reach files. It reads ClickHouse's
// lexical rules (comments, strings, quoted names, heredocs) and nothing of its grammar: what a statement
// does is for the engine's own parser to say. Works on Latin-1 text, so that an offset is a byte's offset.

export type TokenKind = "word" | "quoted" | "string" | "symbol";

export interface Token {
  kind: TokenKind;
  /** The text without its quotes. */
  text: string;
  start: number;
  end: number;
}

// Each character of a string is taken by one alternative alone: with two ways to take it, a string that is cut
// off behind a backslash would be tried in more ways than there is time for.
const lexeme =
  /(?<space>\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<string>'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$))|(?<quoted>`(?:[^`\\]|\\[\s\S]|``)*(?:`|\\?$)|"(?:[^"\\]|\\[\s\S]|"")*(?:"|\\?$))|(?<word>[\w$\x80-\xff]+)|(?<symbol>[\s\S])/y;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const heredocs = lastTags(text);
  for (let start = 0, end = 0; start < text.length; start = end) {
    const heredoc = heredocEnd(text, start, heredocs);
    if (heredoc !== undefined) {
      end = heredoc;
      tokens.push({ kind: "string", text: text.slice(start, end), start, end });
      continue;
    }
    lexeme.lastIndex = start;
    const match = lexeme.exec(text);
    const { space, string, quoted, word } = match?.groups ?? {};
    const whole = match?.[0] ?? text.slice(start);
    const inner = whole.slice(1, -1);
    end = start + whole.length;
    if (space !== undefined) continue;
    if (string !== undefined) tokens.push({ kind: "string", text: inner, start, end });
    else if (quoted !== undefined) tokens.push({ kind: "quoted", text: unquote(inner), start, end });
    else if (word !== undefined) tokens.push({ kind: "word", text: whole, start, end });
    else tokens.push({ kind: "symbol", text: whole, start, end });
  }
  return tokens;
}

/** Where each `$tag$` stands for the last time: without that, each opening of many would be looked for to the end. */
function lastTags(text: string): Map<string, number> {
  const last = new Map<string, number>();
  for (const match of text.matchAll(/\$(?=(\w*)\$)/g)) last.set(match[1] ?? "", match.index);
  return last;
}

/** The end of the heredoc that begins at `start`, if one does. */
function heredocEnd(text: string, start: number, last: ReadonlyMap<string, number>): number | undefined {
  if (last.size === 0 || text[start] !== "$") return undefined;
  const close = text.indexOf("$", start + 1);
  const tag = text.slice(start + 1, close);
  if (close < 0 || (last.get(tag) ?? -1) <= close) return undefined;
  return text.indexOf(`$${tag}$`, close + 1) + tag.length + 2;
}

/** A name may be spelt with escapes; one that the check can't read must not pass it. */
function unquote(name: string): string {
  return name
    .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\([\s\S])/g, "$1");
}

const isWord = (token: Token | undefined, ...words: string[]) =>
  token?.kind === "word" && words.includes(token.text.toUpperCase());

const isSymbol = (token: Token | undefined, symbol: string) =>
  token?.kind === "symbol" && token.text === symbol;

/** The INSERT of a text whose data follow it. */
export interface InsertHead {
  /** Where the clause that names a file goes. */
  infileAt: number;
  /** Where FORMAT or VALUES begins. */
  formatAt: number;
  /** Where the data begin: after the format's name, or after VALUES. */
  dataStart: number;
  format: string;
  /** The data would go through INSERT … SELECT … FROM input(). */
  throughSelect: boolean;
}

/** undefined for whatever is not an INSERT with a format or VALUES in it. */
export function readInsert(tokens: Token[]): InsertHead | undefined {
  if (!isWord(tokens[0], "INSERT")) return undefined;
  let depth = 0;
  let throughSelect = false;
  let settingsAt: number | undefined;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    if (isSymbol(token, "(")) depth++;
    else if (isSymbol(token, ")")) depth--;
    else if (isSymbol(token, ";")) return undefined;
    if (isWord(token, "INFILE") && isWord(before, "FROM")) return undefined;
    if (isWord(token, "SELECT", "WITH", "FROM")) throughSelect = true;
    if (depth !== 0 || isWord(before, "INTO", "TABLE") || isSymbol(before, ".")) continue;
    if (isWord(token, "SETTINGS")) settingsAt ??= token.start;
    const formatAt = token.start;
    const infileAt = settingsAt ?? formatAt;
    if (isWord(token, "VALUES") && !throughSelect) {
      return { infileAt, formatAt, dataStart: token.end, format: "Values", throughSelect };
    }
    if (isWord(token, "FORMAT") && after?.kind === "word") {
      return { infileAt, formatAt, dataStart: after.end, format: after.text, throughSelect };
    }
  }
  return undefined;
}

/** How a statement with a result says in what form it wants it. */
export interface Output {
  /** The format that the text names, if it does. */
  format: string | undefined;
  /** Where a clause that must stand before FORMAT goes: before it, or at the statement's end. */
  at: number;
  /** Where the statement ends, semicolons aside. */
  end: number;
}

export function readOutput(tokens: Token[]): Output {
  const last = tokens.findLastIndex((token) => !isSymbol(token, ";"));
  const body = tokens.slice(0, last + 1);
  const end = body.at(-1)?.end ?? 0;
  let depth = 0;
  let output: Output = { format: undefined, at: end, end };
  for (const [index, token] of body.entries()) {
    if (isSymbol(token, "(")) depth++;
    else if (isSymbol(token, ")")) depth--;
    const name = body[index + 1];
    const next = body[index + 2];
    const ends = next === undefined || isWord(next, "SETTINGS");
    if (depth === 0 && index > 0 && isWord(token, "FORMAT") && name?.kind === "word" && ends) {
      output = { format: name.text, at: token.start, end };
    }
  }
  return output;
}

/**
 * chdb gives every query an id of its own, while clients look for theirs in system.processes and end it by
 * KILL QUERY. Theirs stands in the log comment; `text` is given back with it in the place of chdb's.
 */
export function useGivenIds(text: string, tokens: Token[]): string {
  const id = `splitByChar('\\t', Settings['log_comment'])[2]`;
  const kills = isWord(tokens[0], "KILL") && isWord(tokens[1], "QUERY");
  const parts: string[] = [];
  const bytes = Buffer.from(text);
  let done = 0;
  const replace = (from: number, to: number, by: string) => {
    parts.push(bytes.subarray(done, from).toString(), by);
    done = to;
  };
  for (const [index, token] of tokens.entries()) {
    const [before, dot, table] = [tokens[index - 1], tokens[index + 1], tokens[index + 2]];
    if (kills && isName(token, "query_id")) replace(token.start, token.end, id);
    else if (
      (isWord(before, "FROM", "JOIN") || isSymbol(before, ",")) &&
      isName(token, "system") &&
      isSymbol(dot, ".") &&
      isName(table, "processes")
    ) {
      replace(
        token.start,
        table?.end ?? token.end,
        `(SELECT * REPLACE (${id} AS query_id) FROM system.processes)`,
      );
    }
  }
  return parts.join("") + bytes.subarray(done).toString();
}

/**
 * Why a text may not run, where it reaches for files in a way that the engine's grants do not guard. That is
 * the scalar function file(), however it is spelt, and the clauses of ClickHouse's command-line client. Some
 * table functions read a list of columns out of a string, with expressions in it, so such a string is looked
 * into, and must be one that can be: a literal. (Settings that carry SQL or paths are the engine's to refuse.)
 */
export function findForbidden(
  tokens: Token[],
  parameters: ReadonlyMap<string, string>,
  engines: ReadonlySet<string>,
): string | undefined {
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    const next = tokens[index + 1];
    if (isName(token, "file") && !isSymbol(before, ".")) {
      return "the name `file` is not available over HTTP: as a function it would read files with the server's own rights (write a column of that name as table.file)";
    }
    if (isWord(token, "IDENTIFIER") && isSymbol(before, ":")) {
      const value = parameters.get(tokens[index - 2]?.text ?? "") ?? "";
      if (/(^|[.`"])file[`"]?$/i.test(value)) return "a parameter of type Identifier may not be `file`";
    }
    if (
      (isWord(token, "OUTFILE") && isWord(before, "INTO")) ||
      (isWord(token, "INFILE") && isWord(before, "FROM"))
    ) {
      return `${token.text.toUpperCase()} is not available over HTTP: it would use files of the server; send or read the data over HTTP`;
    }
    if (isWord(token, "ENGINE")) {
      const engine = isSymbol(next, "=") ? tokens[index + 2] : next;
      if (isName(engine) && engines.has(engine?.text ?? "")) {
        return `the engine ${engine?.text} is not available over HTTP: it would reach outside the data folder`;
      }
    }
    if (!isSymbol(next, "(")) continue;
    if (isName(token, "executable")) return "executable() is not available over HTTP";
    if (isName(token, "format", "values", "generaterandom", "null", "sqlstandardvalues")) {
      const problem = findInColumns(tokens, index + 1);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

/** The tokens of the first arguments of a call whose parenthesis opens at `open`; the others are not read. */
function argumentsAt(tokens: Token[], open: number, argumentsMax: number): Token[][] {
  const all: Token[][] = [[]];
  let depth = 1;
  for (let index = open + 1; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    if (isSymbol(token, "(")) depth++;
    if (isSymbol(token, ")")) depth--;
    if (depth === 0) break;
    if (depth > 1 || !isSymbol(token, ",")) all.at(-1)?.push(token);
    else if (all.length === argumentsMax) break;
    else all.push([]);
  }
  return all;
}

function findInColumns(tokens: Token[], open: number): string | undefined {
  const name = tokens[open - 1]?.text.toLowerCase() ?? "";
  const [first = []] = argumentsAt(tokens, open, 1);
  // format('{}, {}', a, b) puts text together; as a table function it would know no such format.
  if (name === "format" && first[0]?.kind === "string" && first.length === 1 && first[0].text.includes("{")) {
    return undefined;
  }
  for (const argument of argumentsAt(tokens, open, name === "format" ? 2 : 1)) {
    const literal = argument.length === 1 && argument[0]?.kind !== "symbol";
    const tuple = argument.every(
      (token) => token.kind === "string" || /^[\d.]+$/.test(token.text) || /^[(),-]$/.test(token.text),
    );
    if (!literal && !tuple) return `${name}() over HTTP takes its columns as a literal`;
    for (const token of argument.filter((one) => one.kind === "string")) {
      if (/\bfile\b|\\/i.test(token.text))
        return `${name}() over HTTP may not name \`file\` or escapes in its columns`;
    }
  }
  return undefined;
}

/** A name, quoted or not; one of the given ones, if any are given. */
function isName(token: Token | undefined, ...names: string[]): boolean {
  if (token?.kind !== "word" && token?.kind !== "quoted") return false;
  return names.length === 0 || names.includes(token.text.toLowerCase());
}
