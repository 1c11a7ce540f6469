// Owns what a migration is: a file NNNN_name.sql of statements, known by its checksum. The store applies
// them (services/4-store/migrate.ts); nobody else changes the database's shape.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

export interface Migration {
  name: string;
  statements: string[];
  /** Of the file's text: an applied migration that was edited is noticed by it. */
  checksum: string;
}

/** In their order. Refuses a file that is misnamed, and numbers with gaps or twins. */
export function readMigrations(folder: URL = new URL("./", import.meta.url)): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file, index) => {
      const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(file)?.[1];
      if (number === undefined) {
        throw new Error(`${file} is not named like a migration: use NNNN_what_it_does.sql`);
      }
      if (Number(number) !== index + 1) {
        throw new Error(`${file} should be number ${index + 1}: migrations have no gaps and no twins`);
      }
      const text = readFileSync(new URL(file, folder), "utf8").replaceAll("\r\n", "\n");
      return {
        name: file.slice(0, -".sql".length),
        statements: splitStatements(text),
        checksum: createHash("sha256").update(text).digest("hex"),
      };
    });
}

const token =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`\\]|\\.|``)*`|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|;|[^;'"`$/-]+|[\s\S]/g;

/** A semicolon ends a statement unless it stands in a string, a quoted name, a comment or a heredoc. */
export function splitStatements(text: string): string[] {
  const statements: string[] = [];
  let statement = "";
  let empty = true;
  const end = () => {
    if (!empty) statements.push(statement.trim());
    statement = "";
    empty = true;
  };
  for (const [part] of text.matchAll(token)) {
    if (part === ";") {
      end();
      continue;
    }
    statement += part;
    const comment = part.startsWith("--") || part.startsWith("/*");
    if (!comment && part.trim() !== "") empty = false;
  }
  end();
  return statements;
}
