// Owns how commands read files of postings: rows in our own words (what `skillstream parse` writes, or a table
// with our columns), and tables of others by a mapping, which their header calls for or a person names. Each row
// becomes an event that a source could have published.
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import type { ReadPosting } from "@skillstream/scrape/files/import.ts";
import {
  columnsOf,
  eventOfRow,
  folded,
  type Mapping,
  withPayload,
} from "@skillstream/scrape/files/mapping.ts";
import { mappingFor, newColumns, readyMade } from "@skillstream/scrape/files/mappings.ts";
import { mappingExample, readOwnMapping } from "@skillstream/scrape/files/own-mapping.ts";
import { type FileRow, openRows } from "@skillstream/scrape/files/rows.ts";
import { jobId } from "@skillstream/scrape/source.ts";
import { UsageError } from "./command.ts";
import { eventOf, isOwnField, isOwnRow, type RawRow } from "./raw-posting.ts";

/** Rows in our own words need no mapping. */
export const ownWords = "skillstream";

export type ChosenMapping = Mapping | typeof ownWords;

/** `written` is the name of a ready-made mapping or a YAML file. */
export function chosenMapping(written: string): ChosenMapping {
  if (written === ownWords) return ownWords;
  const named = readyMade.find(({ name }) => name === written);
  if (named !== undefined) return named;
  if (!existsSync(written)) {
    throw new UsageError(
      `--mapping ${written} is neither a file nor one of ${[ownWords, ...readyMade.map(({ name }) => name)].join(", ")}`,
    );
  }
  return readOwnMapping(readFileSync(written, "utf8"), basename(written));
}

export interface ReadOptions {
  mapping?: ChosenMapping | undefined;
  /** Instead of the mapping's own. */
  source?: string | undefined;
  /** What a row without a date of its own was observed at. */
  importedAt: number;
  /** Whether events carry their row, as they do in Kafka. */
  payload: boolean;
}

export interface PostingFile {
  format: string;
  /** Known before the first row where the file has a header. */
  mapping(): string | null;
  /** Columns that the mapping does not know, as far as rows were read. */
  newColumns(): string[];
  postings: AsyncIterable<ReadPosting>;
  share(): number | null;
}

/** A row wider than this is no posting. */
const columnsKeptMax = 10_000;

/** `place` may be "-". Throws where it cannot be opened, or its columns fit no mapping. */
export async function openPostings(place: string, options: ReadOptions): Promise<PostingFile> {
  const file = await openRows(place);
  const name = place === "-" ? "standard input" : basename(place);
  let mapping = options.mapping;
  const met = new Set<string>();
  const strange = new Set<string>();
  const meet = (columns: readonly string[]) => {
    mapping ??= mappingOf(columns, name);
    const fresh = columns.filter((column) => !met.has(column) && met.size < columnsKeptMax);
    if (fresh.length === 0) return;
    for (const column of fresh) met.add(column);
    const unknown =
      mapping === ownWords
        ? fresh.filter((column) => !isOwnField(folded(column)))
        : newColumns(fresh, mapping);
    for (const column of unknown) strange.add(column);
  };
  if (file.columns !== null) {
    meet(file.columns);
    if (mapping !== undefined && mapping !== ownWords)
      lacking(mapping, file.columns, options.mapping !== undefined);
  }
  async function* postings(): AsyncGenerator<ReadPosting> {
    for await (const row of file.rows) {
      if ("problem" in row) {
        yield row;
        continue;
      }
      const { result, reason } = row.value;
      if (typeof result === "string" && typeof reason === "string") {
        yield { line: row.line, problem: `${result}: ${reason}` };
        continue;
      }
      if (file.columns === null) meet(Object.keys(row.value));
      try {
        const { importedAt, source } = options;
        const event =
          mapping === ownWords || mapping === undefined
            ? ownEvent(row, name, options)
            : eventOfRow(row.value, mapping, { importedAt, source, file: name });
        const { line } = row;
        yield { line, event: options.payload ? withPayload(row.value, { file: name, line }, event) : event };
      } catch (error) {
        yield { line: row.line, problem: (error as Error).message };
      }
    }
  }
  return {
    format: file.format,
    mapping: () => (mapping === undefined ? null : mapping === ownWords ? ownWords : mapping.name),
    newColumns: () => [...strange],
    postings: postings(),
    share: file.share,
  };
}

function mappingOf(columns: readonly string[], name: string): ChosenMapping {
  const found = mappingFor(columns);
  if (found !== undefined) return found;
  if (isOwnRow(columns.map(folded))) return ownWords;
  throw new Error(
    `the columns of ${name} fit no mapping: ${columns.slice(0, 100).join(", ")}
Ready-made are ${readyMade.map((one) => one.name).join(", ")}; for another table write one, such as

${mappingExample}

and name it with --mapping FILE.yaml.`,
  );
}

/** What a mapping was written for and the file does not have. */
function lacking(mapping: Mapping, columns: readonly string[], isNamed: boolean): void {
  if (!isNamed) return;
  const there = new Set(columns.map(folded));
  const title = [
    ...columnsOf({
      ...mapping,
      id: null,
      needs: [],
      known: [],
      columns: { title: mapping.columns.title ?? "" },
    }),
  ];
  if (title.some((column) => there.has(column))) return;
  throw new Error(
    `the mapping ${mapping.name} reads the title from ${JSON.stringify(mapping.columns.title)}, and the file has ${columns.slice(0, 100).join(", ")}`,
  );
}

function ownEvent(row: FileRow, name: string, options: ReadOptions): RawEvent {
  const fields: RawRow = {};
  for (const [column, value] of Object.entries(row.value)) {
    const field = isOwnField(column) ? column : folded(column);
    if (isOwnField(field) && value !== "") fields[field] ??= value;
  }
  const event = eventOf(fields, options.importedAt);
  if (!options.payload) return event;
  if (event.parsed?.title == null) throw new Error("it states no title");
  // A topic's key is the hash of source and id, whatever a file calls job_id.
  const source = options.source ?? event.source;
  return {
    ...event,
    source,
    job_id: jobId(source, event.source_id),
    observed_at: Math.min(event.observed_at, options.importedAt),
    source_file: event.source_file ?? name,
  };
}
