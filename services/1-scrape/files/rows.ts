// Owns the rows of a file of postings, whatever its format: each an object of columns and values with the line
// on which it begins, read as they are asked for and never gathered. What cannot be read is a row with its
// problem; only a file that cannot be opened, or breaks off, throws.
import { decoded, type Format, openFile } from "./bytes.ts";
import { type BrokenRow, readCsv } from "./csv.ts";
import { readJsonArray, readJsonLines, readJsonObject } from "./json.ts";
import { openParquet } from "./parquet.ts";

export interface FileRow {
  line: number;
  value: Record<string, unknown>;
}

export interface RowFile {
  /** nothing: it is empty. */
  format: Exclude<Format, "Avro"> | "nothing";
  /** Where the file states them before its rows; null where each row names its own. */
  columns: string[] | null;
  rows: AsyncIterable<FileRow | BrokenRow>;
  /** How much of it was read, from 0 to 1; null where nobody knows how much there is. */
  share(): number | null;
}

/** `place` may be "-" for standard input. */
export async function openRows(place: string): Promise<RowFile> {
  const file = await openFile(place);
  const { format, letters } = file;
  const share = () => (file.bytes === null || file.bytes === 0 ? null : file.bytesRead() / file.bytes);
  switch (format) {
    case "nothing":
      return { format, columns: null, rows: noRows(), share };
    case "Avro":
      throw new Error("it is Avro: a lake's file, which skillstream import takes as it is");
    case "Parquet": {
      const { columns, rowCount, rows } = await openParquet(place);
      let read = 0;
      const counted = (async function* () {
        for await (const row of rows) {
          read = row.line;
          yield "problem" in row ? row : objectRow(row);
        }
      })();
      return { format, columns, rows: counted, share: () => (rowCount === 0 ? 1 : read / rowCount) };
    }
    case "JSON Lines":
      return { format, columns: null, rows: objects(readJsonLines(letters)), share };
    case "JSON array":
      return { format, columns: null, rows: objects(readJsonArray(letters)), share };
    case "JSON object":
      return { format, columns: null, rows: objects(readJsonObject(letters)), share };
    case "CSV": {
      const records = readCsv(letters);
      const header = await records.next();
      if (header.done) return { format: "nothing", columns: null, rows: noRows(), share };
      if ("problem" in header.value) {
        await records.return(undefined);
        throw new Error(`line ${header.value.line}, the header, cannot be read: ${header.value.problem}`);
      }
      const columns = distinct(header.value.fields.map((field) => decoded(field).trim()));
      return { format, columns, rows: tableRows(records, columns), share };
    }
    default:
      return format satisfies never;
  }
}

async function* noRows(): AsyncGenerator<FileRow> {}

async function* tableRows(
  records: AsyncIterable<{ line: number; fields: string[] } | BrokenRow>,
  columns: string[],
): AsyncGenerator<FileRow | BrokenRow> {
  for await (const record of records) {
    if ("problem" in record) {
      yield record;
      continue;
    }
    const value: Record<string, unknown> = {};
    for (const [index, column] of columns.entries()) value[column] = decoded(record.fields[index] ?? "");
    yield { line: record.line, value };
  }
}

async function* objects(
  rows: AsyncIterable<{ line: number; value: unknown } | BrokenRow>,
): AsyncGenerator<FileRow | BrokenRow> {
  for await (const row of rows) yield "problem" in row ? row : objectRow(row);
}

function objectRow({ line, value }: { line: number; value: unknown }): FileRow | BrokenRow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { line, problem: "it is no JSON object" };
  }
  return { line, value: value as Record<string, unknown> };
}

/** Two columns of one name are told apart, so that no value is lost. */
function distinct(names: string[]): string[] {
  const met = new Map<string, number>();
  return names.map((name) => {
    const count = (met.get(name) ?? 0) + 1;
    met.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
