// Owns how the warehouse finds what is new in the landing table, and takes it up: piece by piece, each with what it
// held at the time. A piece is recorded only after everything computed from it stands, with what it held before it was
// copied, so whatever comes in meanwhile is found by the next look.
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";
import type { Turn } from "./turn.ts";

/** Raised where what is copied or computed from a landing row changes: everything is then computed anew. */
const warehouseVersion = 1;
/** Raw offsets in one piece, as in changed_pieces.sql: enough that 10 million rows are 200 pieces, few enough that one is taken up in a second or two. */
const pieceOffsets = 65_536;
/** Rows taken up in one turn: bounds its memory, and how long what comes in meanwhile waits. */
const turnRowsMax = 65_536;
/** Ranges in one statement: bounds its text. */
const turnRangesMax = 64;

export interface Piece {
  partition: number;
  piece: number;
  next: number;
  rows: number;
  digest: string;
  taken_next: number;
  taken_rows: number;
  taken_digest: string;
}

export interface Range {
  partition: number;
  from: number;
  upto: number;
}

export function changedPieces(client: ClickHouseClient, generation: number): Promise<Piece[]> {
  return select<Piece>(client, sql.changed, { generation, version: warehouseVersion });
}

/** As many of the pieces as one turn takes, and what is new in them. */
export async function chosen(
  turn: Turn,
  pieces: readonly Piece[],
): Promise<{ pieces: Piece[]; ranges: Range[] }> {
  const taken: Piece[] = [];
  const ranges: Range[] = [];
  let rows = 0;
  for (const piece of pieces) {
    const start = piece.piece * pieceOffsets;
    const range = { partition: piece.partition, from: start, upto: piece.next };
    let fresh = piece.rows;
    if (piece.taken_rows > 0 && piece.taken_next < piece.next) {
      const [before] = await turn.select<{ rows: number; digest: string }>(sql.before, {
        ...range,
        upto: piece.taken_next,
      });
      if (before?.rows === piece.taken_rows && before.digest === piece.taken_digest) {
        range.from = piece.taken_next;
        fresh = piece.rows - piece.taken_rows;
      }
    }
    if (taken.length > 0 && (rows + fresh > turnRowsMax || taken.length >= turnRangesMax)) break;
    taken.push(piece);
    ranges.push(range);
    rows += fresh;
  }
  return { pieces: taken, ranges };
}

/** Copies the ranges into the order of postings, and says in `changes` which postings they touch. */
export async function takeUp(turn: Turn, ranges: readonly Range[]): Promise<void> {
  if (ranges.length === 0) return;
  for (const text of [sql.versions, sql.bands, sql.touched]) {
    const { query, parameters } = overRanges(text, ranges);
    await turn.command(query, parameters);
  }
}

export async function recordPieces(
  client: ClickHouseClient,
  { generation, sequence }: { generation: number; sequence: number },
  pieces: readonly Piece[],
): Promise<void> {
  if (pieces.length === 0) return;
  await client.insert({
    table: "warehouse_pieces",
    format: "JSONEachRow",
    values: pieces.map(({ partition, piece, next, rows, digest }) => ({
      generation,
      raw_partition: partition,
      piece,
      next,
      rows,
      digest,
      version: warehouseVersion,
      sequence,
    })),
  });
}

const rangeClause = /\(raw_partition = \{partition:UInt16\}[^)]*\)/;

/** The statement's one range, written once for each, so that the primary key finds them all. */
function overRanges(text: string, ranges: readonly Range[]) {
  const clause = rangeClause.exec(text)?.[0];
  if (clause === undefined) throw new Error("a statement over ranges has no range in it");
  const clauses = ranges.map((_, index) => clause.replace(/\{(partition|from|upto):/g, `{$1_${index}:`));
  return {
    query: text.replace(clause, `(${clauses.join("\n        OR ")})`),
    parameters: Object.fromEntries(
      ranges.flatMap(({ partition, from, upto }, index) => [
        [`partition_${index}`, partition],
        [`from_${index}`, from],
        [`upto_${index}`, upto],
      ]),
    ),
  };
}

const sql = {
  changed: readSql("../queries/changed_pieces.sql", import.meta.url),
  before: readSql("../queries/piece_before.sql", import.meta.url),
  versions: readSql("../queries/copy_posting_versions.sql", import.meta.url),
  bands: readSql("../queries/copy_posting_bands.sql", import.meta.url),
  touched: readSql("../queries/touched_postings.sql", import.meta.url),
};
