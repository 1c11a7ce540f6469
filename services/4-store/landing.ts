// Owns the way of answers into the landing table. One insert is one block and one part, so it is there whole
// or not at all, and inserts of a partition follow each other in the order of their offsets: the greatest
// offset in the table is how far it is. After an insert whose end is unknown the table is asked before
// anything is sent again. A row that two stores write at once is the same row, and merges away.
import { Readable } from "node:stream";
import { type ClickHouseClient, clickhouseError, readSql, select } from "@skillstream/platform/clickhouse.ts";
import { Unavailable } from "@skillstream/platform/errors.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import type { Answer, Destination } from "@skillstream/platform/outcome.ts";
import type { EnrichedPosting } from "@skillstream/schemas/types.ts";
import { resumePoint } from "./resume.ts";
import { landingColumns, landingRow } from "./row.ts";

/** A batch of unusually long postings goes in several inserts, so that neither side holds it all at once. */
const insertCharactersMax = 16 * 1024 * 1024;
/** How long a write waits for an insert that was given up to end on the server; then it is tried again later. */
const insertEndMs = 30_000;
const insertEndPollMs = 250;

const oneBlock = {
  async_insert: 0,
  max_insert_threads: "1",
  input_format_parallel_parsing: 0,
  max_insert_block_size: "10000000",
  min_insert_block_size_rows: "10000000",
  min_insert_block_size_bytes: "1000000000",
  input_format_null_as_default: 1,
} as const;

const insertLanding = "INSERT INTO landing FORMAT JSONCompactEachRowWithNames";
const header = `${JSON.stringify(landingColumns)}\n`;

/** What the landing needs of its table; the simulation has one of its own. */
export interface LandingTable {
  /** Where a partition stands; null if nothing of it is held. */
  resumePoint(partition: number): Promise<{ origin: number; offset: number } | null>;
  /** All lines or none. Rejects with Unavailable where it may yet have happened. */
  insert(insertId: string, lines: string, rows: number): Promise<void>;
  /** Resolves when that insert no longer runs; rejects with Unavailable where it goes on and on. */
  ended(insertId: string): Promise<void>;
}

export interface LandingOptions {
  generation: number;
  log: Pick<Logger, "info">;
  /** Called when rows have become readable. */
  landed?: () => void;
}

export function createLanding(
  client: ClickHouseClient,
  options: LandingOptions,
): Destination<EnrichedPosting> {
  const { generation } = options;
  return landInto(
    {
      resumePoint: (partition) => resumePoint(client, generation, partition),
      insert: (insertId, lines, rows) => insert(client, insertId, lines, rows),
      ended: (insertId) => untilEnded(client, insertId),
    },
    options,
  );
}

export function landInto(
  table: LandingTable,
  { generation, log, landed = () => undefined }: LandingOptions,
): Destination<EnrichedPosting> {
  /** By partition, the insert whose end is unknown. */
  const doubts = new Map<number, string>();

  return {
    async resume(partition) {
      // With no row the beginning is meant, whatever the group committed: the table may be a new one.
      return (await table.resumePoint(partition)) ?? { origin: -1, offset: 0 };
    },
    async write(partition, answers) {
      let rest = answers;
      const doubt = doubts.get(partition);
      if (doubt !== undefined) {
        await table.ended(doubt);
        const held = (await table.resumePoint(partition))?.origin ?? -1;
        rest = answers.filter((answer) => answer.origin > held);
        doubts.delete(partition);
        log.info(
          { partition, held, again: rest.length },
          "Asked the landing table what a failed insert left.",
        );
      }
      for (const { text, rows } of inserts({ generation, partition }, rest)) {
        const insertId = crypto.randomUUID();
        try {
          await table.insert(insertId, text, rows);
        } catch (error) {
          doubts.set(partition, insertId);
          throw error;
        }
      }
      landed();
    },
  };
}

function* inserts(
  place: { generation: number; partition: number },
  answers: readonly Answer<EnrichedPosting>[],
): Generator<{ text: string; rows: number }> {
  let lines: string[] = [];
  let characters = 0;
  for (const answer of answers) {
    const line = landingRow(place, answer);
    if (lines.length > 0 && characters + line.length > insertCharactersMax) {
      yield { text: lines.join(""), rows: lines.length };
      lines = [];
      characters = 0;
    }
    lines.push(line);
    characters += line.length;
  }
  if (lines.length > 0) yield { text: lines.join(""), rows: lines.length };
}

async function insert(
  client: ClickHouseClient,
  insertId: string,
  lines: string,
  rows: number,
): Promise<void> {
  let written: number;
  try {
    const { stream, summary } = await client.exec({
      query: insertLanding,
      values: Readable.from([Buffer.from(header + lines)], { objectMode: false }),
      query_id: insertId,
      clickhouse_settings: oneBlock,
    });
    for await (const _ of stream);
    // Servers that count say so; 0 comes from those that do not.
    written = Number(summary?.written_rows ?? 0) || rows;
  } catch (error) {
    throw clickhouseError(error);
  }
  if (written !== rows) throw new Error(`ClickHouse wrote ${written} rows of an insert of ${rows}`);
}

/** An insert goes on when its client has given up; what it leaves is known only when it is over. */
async function untilEnded(client: ClickHouseClient, insertId: string): Promise<void> {
  for (const giveUp = Date.now() + insertEndMs; Date.now() < giveUp; ) {
    const [row] = await select<{ running: number }>(
      client,
      readSql("queries/running_inserts.sql", import.meta.url),
      { query_id: insertId },
    );
    if (row?.running === 0) return;
    await new Promise((resolve) => setTimeout(resolve, insertEndPollMs));
  }
  throw new Unavailable(`ClickHouse is still at an insert that was given up ${insertEndMs} ms ago`);
}
