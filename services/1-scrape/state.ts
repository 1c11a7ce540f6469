// Owns what the scraper remembers between two runs: which postings it has published in which version, and how
// far it is in each list. Everything here was acknowledged by Kafka before it was written, so a process killed
// at any moment publishes again at most what was under way, and misses nothing.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Validators } from "./fetch/fetcher.ts";

/** What was last published of a posting. */
export interface Known {
  source_id: string;
  target: string;
  url: string;
  stamp: string | null;
  /** Hash of what it parsed to. */
  hash: string;
  validators: Validators;
  /** When it was last spoken of in an event. */
  saidAt: number;
  closed: boolean;
  /** The last sweep of its target that listed it. */
  sweep: number;
}

/** How far a target is. A sweep walks the whole list and goes on where it was after a restart. */
export interface Progress {
  sweep: number;
  /** The list page that is next; null between two sweeps. */
  cursor: string | null;
  sweepStartedAt: number;
  sweepDoneAt: number | null;
  /** Of a list that is one page. */
  validators: Validators;
}

export type Health = "ok" | "empty" | "blocked" | "changed" | "partial" | "gone" | "unavailable";

export interface TargetHealth {
  target: string;
  health: Health;
  reason: string | null;
  /** Since when it is so. */
  since: number;
  open: number;
  closed: number;
  sweepDoneAt: number | null;
}

const schema = `
CREATE TABLE IF NOT EXISTS postings (
  source TEXT NOT NULL, source_id TEXT NOT NULL, target TEXT NOT NULL, url TEXT NOT NULL, stamp TEXT,
  hash TEXT NOT NULL, etag TEXT, last_modified TEXT, said_at INTEGER NOT NULL, closed INTEGER NOT NULL,
  sweep INTEGER NOT NULL, PRIMARY KEY (source, source_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS postings_by_sweep ON postings (target, closed, sweep);
CREATE TABLE IF NOT EXISTS targets (
  name TEXT PRIMARY KEY, sweep INTEGER NOT NULL DEFAULT 0, cursor TEXT, sweep_started_at INTEGER NOT NULL DEFAULT 0,
  sweep_done_at INTEGER, etag TEXT, last_modified TEXT, origin TEXT,
  health TEXT NOT NULL DEFAULT 'ok', reason TEXT, since INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
`;

type Row = Record<string, null | number | string>;

export class CrawlState implements Disposable {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** `file` may be ":memory:". */
  constructor(file: string) {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file);
    this.#database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;",
    );
    this.#database.exec(schema);
  }

  #run(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #atOnce(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  posting(source: string, sourceId: string): Known | undefined {
    const row = this.#run("SELECT * FROM postings WHERE source = ? AND source_id = ?").get(source, sourceId);
    return row === undefined ? undefined : knownOf(row as Row);
  }

  /** Only what Kafka has acknowledged may come here. */
  record(source: string, postings: readonly Known[]): void {
    if (postings.length === 0) return;
    const insert = this.#run(
      `INSERT INTO postings (source, source_id, target, url, stamp, hash, etag, last_modified, said_at, closed, sweep)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, source_id) DO UPDATE SET target = excluded.target, url = excluded.url,
         stamp = excluded.stamp, hash = excluded.hash, etag = excluded.etag, last_modified = excluded.last_modified,
         said_at = excluded.said_at, closed = excluded.closed, sweep = excluded.sweep`,
    );
    this.#atOnce(() => {
      for (const one of postings) {
        const { etag, lastModified } = one.validators;
        const closed = one.closed ? 1 : 0;
        insert.run(
          source,
          one.source_id,
          one.target,
          one.url,
          one.stamp,
          one.hash,
          etag,
          lastModified,
          one.saidAt,
          closed,
          one.sweep,
        );
      }
    });
  }

  /** Postings that a list page showed unchanged. */
  listed(source: string, sourceIds: readonly string[], sweep: number): void {
    if (sourceIds.length === 0) return;
    const update = this.#run(
      "UPDATE postings SET sweep = ? WHERE source = ? AND source_id = ? AND sweep <> ?",
    );
    this.#atOnce(() => {
      for (const id of sourceIds) update.run(sweep, source, id, sweep);
    });
  }

  /** The whole list of a target is as it was. */
  allListed(target: string, sweep: number): void {
    this.#run("UPDATE postings SET sweep = ? WHERE target = ? AND closed = 0").run(sweep, target);
  }

  /** Open postings that this sweep has not met, a few at a time, in the order of their ids. */
  unlisted(source: string, target: string, sweep: number, after: string, limit: number): Known[] {
    return this.#run(
      `SELECT * FROM postings WHERE source = ? AND target = ? AND closed = 0 AND sweep < ? AND source_id > ?
       ORDER BY source_id LIMIT ?`,
    )
      .all(source, target, sweep, after, limit)
      .map((row) => knownOf(row as Row));
  }

  /** A site that answers at another address now (the demo site, on another port) keeps what is known of it. */
  moveTo(target: string, origin: string): void {
    const row = this.#run("SELECT origin FROM targets WHERE name = ?").get(target) as Row | undefined;
    if (row?.origin === origin) return;
    this.#atOnce(() => {
      if (typeof row?.origin === "string") {
        const move = (column: string) =>
          `${column} = ? || substr(${column}, ?) WHERE substr(${column}, 1, ?) = ?`;
        const old = `${row.origin}/`;
        const to = [`${origin}/`, old.length + 1, old.length, old] as const;
        this.#run(`UPDATE postings SET ${move("url")} AND target = ?`).run(...to, target);
        this.#run(`UPDATE targets SET ${move("cursor")} AND name = ?`).run(...to, target);
      }
      this.#run(
        "INSERT INTO targets (name, origin) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET origin = excluded.origin",
      ).run(target, origin);
    });
  }

  progress(target: string): Progress {
    const row = this.#run("SELECT * FROM targets WHERE name = ?").get(target) as Row | undefined;
    return {
      sweep: Number(row?.sweep ?? 0),
      cursor: (row?.cursor ?? null) as string | null,
      sweepStartedAt: Number(row?.sweep_started_at ?? 0),
      sweepDoneAt: (row?.sweep_done_at ?? null) as number | null,
      validators: {
        etag: (row?.etag ?? null) as string | null,
        lastModified: (row?.last_modified ?? null) as string | null,
      },
    };
  }

  saveProgress(target: string, progress: Progress): void {
    this.#run(
      `INSERT INTO targets (name, sweep, cursor, sweep_started_at, sweep_done_at, etag, last_modified)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET sweep = excluded.sweep, cursor = excluded.cursor,
         sweep_started_at = excluded.sweep_started_at, sweep_done_at = excluded.sweep_done_at,
         etag = excluded.etag, last_modified = excluded.last_modified`,
    ).run(
      target,
      progress.sweep,
      progress.cursor,
      progress.sweepStartedAt,
      progress.sweepDoneAt,
      progress.validators.etag,
      progress.validators.lastModified,
    );
  }

  /** True where this is news. */
  saveHealth(target: string, health: Health, reason: string | null, now: number): boolean {
    const before = this.#run("SELECT health, reason, since FROM targets WHERE name = ?").get(target) as
      | Row
      | undefined;
    // A target whose health was never said has a row of its progress alone.
    if (before?.since !== 0 && before?.health === health && before.reason === reason) return false;
    this.#run(
      `INSERT INTO targets (name, health, reason, since) VALUES (?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET health = excluded.health, reason = excluded.reason, since = excluded.since`,
    ).run(target, health, reason, now);
    return true;
  }

  health(): TargetHealth[] {
    return this.#run(
      `SELECT t.*, (SELECT count(*) FROM postings p WHERE p.target = t.name AND p.closed = 0) AS open,
         (SELECT count(*) FROM postings p WHERE p.target = t.name AND p.closed = 1) AS closed
       FROM targets t ORDER BY t.name`,
    )
      .all()
      .map((any) => {
        const row = any as Row;
        return {
          target: row.name as string,
          health: row.health as Health,
          reason: row.reason as string | null,
          since: row.since as number,
          open: row.open as number,
          closed: row.closed as number,
          sweepDoneAt: row.sweep_done_at as number | null,
        };
      });
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

function knownOf(row: Row): Known {
  return {
    source_id: row.source_id as string,
    target: row.target as string,
    url: row.url as string,
    stamp: row.stamp as string | null,
    hash: row.hash as string,
    validators: { etag: row.etag as string | null, lastModified: row.last_modified as string | null },
    saidAt: row.said_at as number,
    closed: row.closed === 1,
    sweep: row.sweep as number,
  };
}
