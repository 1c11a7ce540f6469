// Owns what the scraper remembers between two runs of the process: which postings it has published in which
// version, how far it is in each list, which postings were named and not yet fetched, what it knows of hosts, and
// how its runs went. What it calls published was acknowledged by Kafka before it was written, so a process killed
// at any moment publishes again at most what was under way, and misses nothing.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { messageOf } from "@skillstream/platform/errors.ts";
import type { Validators } from "./fetch/fetcher.ts";
import type { HostMemory, HostRecord } from "./fetch/hosts.ts";
import type { RunReport, TargetReport } from "./report.ts";
import type { Ask, Cause, Listed } from "./source.ts";

/** What was last published of a posting. */
export interface Known {
  source_id: string;
  target: string;
  /** Name of the source that found it, where several lead into one site. */
  way: string;
  url: string;
  stamp: string | null;
  /** Hash of what it parsed to. */
  hash: string;
  validators: Validators;
  /** When it was last spoken of in an event. */
  saidAt: number;
  /** When its list or its page last showed it, or it was rechecked in vain. */
  checkedAt: number;
  /** When it says that it ends. */
  expiresAt: number | null;
  closed: boolean;
  /** The last sweep of its target that listed it. */
  sweep: number;
}

/** How far a target is. A sweep walks the whole list and goes on where it was after a restart. */
export interface Progress {
  sweep: number;
  /** A sweep is under way. */
  sweeping: boolean;
  /** The list pages that are next. */
  asks: Ask[];
  /** Whoever left the list is asked after in the order of ids; this far the sweep is. */
  askedAfter: string;
  sweepStartedAt: number;
  sweepDoneAt: number | null;
  /** When the last run began that saw all that it asked for. */
  watermark: number | null;
  /** Of a list that is one page. */
  validators: Validators;
}

/** A posting that was named and is not fetched yet. */
export interface Pending extends Listed {
  /** Whether it is asked after though it may be as it was. */
  anew: boolean;
  attempts: number;
}

export type Health = TargetReport["health"];

export interface TargetHealth {
  target: string;
  health: Health;
  cause: Cause | null;
  reason: string | null;
  /** Since when it is so. */
  since: number;
  open: number;
  closed: number;
  sweepDoneAt: number | null;
}

/** Runs that are kept of each target. */
const runsKeptMax = 500;
/** No site's pause and no slowing lasts so long. */
const hostAgeMaxMs = 30 * 24 * 60 * 60 * 1000;

/** Each brings a file of the version before it to its own; PRAGMA user_version says which came last. */
const migrations = [
  `CREATE TABLE IF NOT EXISTS postings (
    source TEXT NOT NULL, source_id TEXT NOT NULL, target TEXT NOT NULL, url TEXT NOT NULL, stamp TEXT,
    hash TEXT NOT NULL, etag TEXT, last_modified TEXT, said_at INTEGER NOT NULL, closed INTEGER NOT NULL,
    sweep INTEGER NOT NULL, PRIMARY KEY (source, source_id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS postings_by_sweep ON postings (target, closed, sweep);
  CREATE TABLE IF NOT EXISTS targets (
    name TEXT PRIMARY KEY, sweep INTEGER NOT NULL DEFAULT 0, cursor TEXT,
    sweep_started_at INTEGER NOT NULL DEFAULT 0, sweep_done_at INTEGER, etag TEXT, last_modified TEXT, origin TEXT,
    health TEXT NOT NULL DEFAULT 'ok', reason TEXT, since INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;`,
  `ALTER TABLE postings ADD COLUMN way TEXT NOT NULL DEFAULT '';
  ALTER TABLE postings ADD COLUMN checked_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE postings ADD COLUMN expires_at INTEGER;
  UPDATE postings SET way = source, checked_at = said_at;
  CREATE INDEX postings_by_check ON postings (way, closed, checked_at);
  ALTER TABLE targets ADD COLUMN sweeping INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE targets ADD COLUMN asks TEXT NOT NULL DEFAULT '[]';
  ALTER TABLE targets ADD COLUMN asked_after TEXT NOT NULL DEFAULT '';
  ALTER TABLE targets ADD COLUMN watermark INTEGER;
  ALTER TABLE targets ADD COLUMN cause TEXT;
  UPDATE targets SET sweeping = 1, asks = json_array(json_object('url', cursor)) WHERE cursor IS NOT NULL;
  CREATE TABLE pending (
    target TEXT NOT NULL, source_id TEXT NOT NULL, url TEXT NOT NULL, stamp TEXT, posted_at INTEGER,
    anew INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, place INTEGER NOT NULL, PRIMARY KEY (target, source_id)
  ) WITHOUT ROWID;
  CREATE TABLE runs (id INTEGER PRIMARY KEY, target TEXT NOT NULL, report TEXT NOT NULL);
  CREATE INDEX runs_by_target ON runs (target, id);
  CREATE TABLE hosts (origin TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE budgets (
    source TEXT NOT NULL, day TEXT NOT NULL, requests INTEGER NOT NULL, PRIMARY KEY (source, day)
  ) WITHOUT ROWID;`,
];

type Row = Record<string, null | number | string>;

/** Where a data folder keeps it. */
export function stateFile(home: string): string {
  return join(home, "scrape", "state.db");
}

/** For whoever only looks: of a folder in which nothing was ever crawled it is empty, and leaves nothing there. */
export function openKeptState(home: string): CrawlState {
  const file = stateFile(home);
  return new CrawlState(existsSync(file) ? file : ":memory:");
}

export class CrawlState implements Disposable, HostMemory {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** `file` may be ":memory:". */
  constructor(file: string) {
    if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file);
    try {
      this.#database.exec(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;",
      );
      this.#atOnce(() => this.#migrate());
    } catch (error) {
      this.#database.close();
      throw new Error(
        `the scraper's state in ${file} can't be used (${messageOf(error)}): put a whole copy back, or delete it, and everything is crawled once more`,
      );
    }
  }

  #migrate(): void {
    const { user_version: version } = this.#one("PRAGMA user_version") as { user_version: number };
    if (version > migrations.length) throw new Error("a newer version of Skillstream has written it");
    for (const migration of migrations.slice(version)) this.#database.exec(migration);
    this.#database.exec(`PRAGMA user_version = ${migrations.length}`);
  }

  #run(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #one(sql: string, ...values: (null | number | string)[]): Row | undefined {
    return this.#run(sql).get(...values) as Row | undefined;
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
    const row = this.#one("SELECT * FROM postings WHERE source = ? AND source_id = ?", source, sourceId);
    return row === undefined ? undefined : knownOf(row);
  }

  /** Only what Kafka has acknowledged may come here; it waits no longer among what `target` has still to fetch. */
  record(source: string, postings: readonly Known[], target?: string): void {
    if (postings.length === 0) return;
    const insert = this.#run(
      `INSERT INTO postings (source, source_id, target, way, url, stamp, hash, etag, last_modified, said_at,
         checked_at, expires_at, closed, sweep)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (source, source_id) DO UPDATE SET target = excluded.target, way = excluded.way,
         url = excluded.url, stamp = excluded.stamp, hash = excluded.hash, etag = excluded.etag,
         last_modified = excluded.last_modified, said_at = excluded.said_at, checked_at = excluded.checked_at,
         expires_at = excluded.expires_at, closed = excluded.closed, sweep = excluded.sweep`,
    );
    this.#atOnce(() => {
      for (const one of postings) {
        insert.run(
          source,
          one.source_id,
          one.target,
          one.way,
          one.url,
          one.stamp,
          one.hash,
          one.validators.etag,
          one.validators.lastModified,
          one.saidAt,
          one.checkedAt,
          one.expiresAt,
          one.closed ? 1 : 0,
          one.sweep,
        );
        if (target !== undefined) this.#done(target, one.source_id);
      }
    });
  }

  /** Postings that a list page showed unchanged are its target's from now on, unless that sweeps nothing. */
  listed(
    source: string,
    sourceIds: readonly string[],
    { target, sweep }: Pick<Known, "target" | "sweep">,
    now: number,
  ): void {
    if (sourceIds.length === 0 || sweep === 0) return;
    const update = this.#run(
      `UPDATE postings SET target = ?1, sweep = ?2, checked_at = ?3
       WHERE source = ?4 AND source_id = ?5 AND (target <> ?1 OR sweep <> ?2)`,
    );
    this.#atOnce(() => {
      for (const id of sourceIds) update.run(target, sweep, now, source, id);
    });
  }

  /** The whole list of a target is as it was; how many postings it has. */
  allListed(target: string, sweep: number, now: number): number {
    const { changes } = this.#run(
      "UPDATE postings SET sweep = ?, checked_at = ? WHERE target = ? AND closed = 0",
    ).run(sweep, now, target);
    return Number(changes);
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

  /** Open postings that nothing has shown since then, the longest unseen first. */
  unchecked(way: string, before: number, limit: number): Known[] {
    return this.#run(
      "SELECT * FROM postings WHERE way = ? AND closed = 0 AND checked_at < ? ORDER BY checked_at LIMIT ?",
    )
      .all(way, before, limit)
      .map((row) => knownOf(row as Row));
  }

  /** It could not be rechecked, and waits as long as those that could. */
  checkedInVain(source: string, sourceId: string, now: number): void {
    this.#run("UPDATE postings SET checked_at = ? WHERE source = ? AND source_id = ?").run(
      now,
      source,
      sourceId,
    );
  }

  uncheckedCount(way: string, before: number): number {
    const row = this.#one(
      "SELECT count(*) AS count FROM postings WHERE way = ? AND closed = 0 AND checked_at < ?",
      way,
      before,
    );
    return Number(row?.count);
  }

  /** Open postings past their own end, unless they were seen after it. */
  expired(way: string, now: number, limit: number): Known[] {
    return this.#run(
      "SELECT * FROM postings WHERE way = ? AND closed = 0 AND expires_at < ? AND checked_at <= expires_at LIMIT ?",
    )
      .all(way, now, limit)
      .map((row) => knownOf(row as Row));
  }

  /** The next ones, those that failed before last. */
  pending(target: string, limit: number): Pending[] {
    return this.#run("SELECT * FROM pending WHERE target = ? ORDER BY attempts, place LIMIT ?")
      .all(target, limit)
      .map((any) => {
        const row = any as Row;
        return {
          source_id: row.source_id as string,
          url: row.url as string,
          stamp: row.stamp as string | null,
          ...(row.posted_at === null ? {} : { postedAt: row.posted_at as number }),
          anew: row.anew === 1,
          attempts: row.attempts as number,
        };
      });
  }

  pendingCount(target: string): number {
    return Number(this.#one("SELECT count(*) AS count FROM pending WHERE target = ?", target)?.count);
  }

  /** The posting's page could not be had; how often that was so. */
  failed(target: string, sourceId: string): number {
    const row = this.#one(
      "UPDATE pending SET attempts = attempts + 1 WHERE target = ? AND source_id = ? RETURNING attempts",
      target,
      sourceId,
    );
    return Number(row?.attempts ?? 0);
  }

  /** Nothing more is done about it in this run. */
  done(target: string, sourceId: string): void {
    this.#done(target, sourceId);
  }

  #done(target: string, sourceId: string): void {
    this.#run("DELETE FROM pending WHERE target = ? AND source_id = ?").run(target, sourceId);
  }

  /** A page of the list is dealt with: what it named waits to be fetched, and the next page's turn has come. */
  turnPage(target: string, progress: Progress, named: readonly Listed[], anew: boolean): void {
    const insert = this.#run(
      `INSERT INTO pending (target, source_id, url, stamp, posted_at, anew, place)
       VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM pending WHERE target = ?))
       ON CONFLICT (target, source_id) DO UPDATE SET url = excluded.url, stamp = excluded.stamp`,
    );
    this.#atOnce(() => {
      for (const one of named) {
        insert.run(target, one.source_id, one.url, one.stamp, one.postedAt ?? null, anew ? 1 : 0, target);
      }
      this.saveProgress(target, progress);
    });
  }

  /** A site that answers at another address now (the demo site, on another port) keeps what is known of it. */
  moveTo(target: string, origin: string): void {
    const row = this.#one("SELECT origin, asks FROM targets WHERE name = ?", target);
    if (row?.origin === origin) return;
    this.#atOnce(() => {
      if (typeof row?.origin === "string") {
        const old = `${row.origin}/`;
        for (const table of ["postings", "pending"] as const) {
          this.#run(moves[table]).run(`${origin}/`, old.length + 1, old.length, old, target);
        }
        const asks = (JSON.parse(row.asks as string) as Ask[]).map((ask) =>
          ask.url.startsWith(old) ? { ...ask, url: `${origin}/${ask.url.slice(old.length)}` } : ask,
        );
        this.#run("UPDATE targets SET asks = ? WHERE name = ?").run(JSON.stringify(asks), target);
      }
      this.#run(
        "INSERT INTO targets (name, origin) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET origin = excluded.origin",
      ).run(target, origin);
    });
  }

  progress(target: string): Progress {
    const row = this.#one("SELECT * FROM targets WHERE name = ?", target);
    return {
      sweep: Number(row?.sweep ?? 0),
      sweeping: row?.sweeping === 1,
      asks: JSON.parse((row?.asks ?? "[]") as string) as Ask[],
      askedAfter: (row?.asked_after ?? "") as string,
      sweepStartedAt: Number(row?.sweep_started_at ?? 0),
      sweepDoneAt: (row?.sweep_done_at ?? null) as number | null,
      watermark: (row?.watermark ?? null) as number | null,
      validators: {
        etag: (row?.etag ?? null) as string | null,
        lastModified: (row?.last_modified ?? null) as string | null,
      },
    };
  }

  saveProgress(target: string, progress: Progress): void {
    this.#run(
      `INSERT INTO targets (name, sweep, sweeping, asks, asked_after, sweep_started_at, sweep_done_at, watermark,
         etag, last_modified)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET sweep = excluded.sweep, sweeping = excluded.sweeping, asks = excluded.asks,
         asked_after = excluded.asked_after, sweep_started_at = excluded.sweep_started_at,
         sweep_done_at = excluded.sweep_done_at, watermark = excluded.watermark, etag = excluded.etag,
         last_modified = excluded.last_modified`,
    ).run(
      target,
      progress.sweep,
      progress.sweeping ? 1 : 0,
      JSON.stringify(progress.asks),
      progress.askedAfter,
      progress.sweepStartedAt,
      progress.sweepDoneAt,
      progress.watermark,
      progress.validators.etag,
      progress.validators.lastModified,
    );
  }

  /** True where this is news. */
  saveHealth(
    target: string,
    { health, cause, reason }: Pick<TargetHealth, "health" | "cause" | "reason">,
    now: number,
  ): boolean {
    const before = this.#one("SELECT health, cause, reason, since FROM targets WHERE name = ?", target);
    // A target whose health was never said has a row of its progress alone.
    if (
      before?.since !== 0 &&
      before?.health === health &&
      before.cause === cause &&
      before.reason === reason
    )
      return false;
    this.#run(
      `INSERT INTO targets (name, health, cause, reason, since) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET health = excluded.health, cause = excluded.cause, reason = excluded.reason,
         since = excluded.since`,
    ).run(target, health, cause, reason, now);
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
          health: (row.since === 0 ? "new" : row.health) as Health,
          cause: row.cause as Cause | null,
          reason: row.reason as string | null,
          since: row.since as number,
          open: row.open as number,
          closed: row.closed as number,
          sweepDoneAt: row.sweep_done_at as number | null,
        };
      });
  }

  /** Writes a run's state; a new one is given its number. */
  saveRun(report: RunReport): number {
    if (report.id > 0) {
      this.#run("UPDATE runs SET report = ? WHERE id = ?").run(JSON.stringify(report), report.id);
      return report.id;
    }
    let id = 0;
    this.#atOnce(() => {
      id = Number(this.#one("SELECT coalesce(max(id), 0) + 1 AS id FROM runs")?.id);
      this.#run("INSERT INTO runs (id, target, report) VALUES (?, ?, ?)").run(
        id,
        report.target,
        JSON.stringify({ ...report, id }),
      );
      this.#run(
        `DELETE FROM runs WHERE target = ?1 AND id <=
           (SELECT id FROM runs WHERE target = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
      ).run(report.target, runsKeptMax);
    });
    return id;
  }

  /** The newest first. */
  runs(limit: number, target?: string): RunReport[] {
    const rows =
      target === undefined
        ? this.#run("SELECT report FROM runs ORDER BY id DESC LIMIT ?").all(limit)
        : this.#run("SELECT report FROM runs WHERE target = ? ORDER BY id DESC LIMIT ?").all(target, limit);
    return rows.map((row) => JSON.parse((row as Row).report as string) as RunReport);
  }

  /** Of a process that was killed; targets take their own up again. */
  endCutOff(now: number): void {
    this.#run(
      `UPDATE runs SET report = json_set(report, '$.result', 'stopped', '$.ended_at', ?,
         '$.reason', 'the process ended in the middle of it')
       WHERE json_extract(report, '$.result') = 'running'`,
    ).run(new Date(now).toISOString());
  }

  /** Those that nobody asks any more. */
  forgetHosts(now: number): void {
    this.#run(
      `DELETE FROM hosts WHERE max(json_extract(record, '$.lastRequestAt'), json_extract(record, '$.robotsReadAt'),
         json_extract(record, '$.pausedUntil')) < ?`,
    ).run(now - hostAgeMaxMs);
  }

  load(origin: string): HostRecord | undefined {
    const row = this.#one("SELECT record FROM hosts WHERE origin = ?", origin);
    return row === undefined ? undefined : (JSON.parse(row.record as string) as HostRecord);
  }

  save(origin: string, record: HostRecord): void {
    this.#run(
      "INSERT INTO hosts (origin, record) VALUES (?, ?) ON CONFLICT (origin) DO UPDATE SET record = excluded.record",
    ).run(origin, JSON.stringify(record));
  }

  /** Requests that a source has spent on rechecks on a day, after adding some. */
  spend(source: string, day: string, requests: number): number {
    const row = this.#one(
      `INSERT INTO budgets (source, day, requests) VALUES (?, ?, ?)
       ON CONFLICT (source, day) DO UPDATE SET requests = requests + excluded.requests RETURNING requests`,
      source,
      day,
      requests,
    );
    this.#run("DELETE FROM budgets WHERE source = ? AND day < ?").run(source, day);
    return Number(row?.requests);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

/**
 * Holds a data folder for one scraper, as long as its process lives, however it ends. Throws where another one
 * has it.
 */
export function claimState(file: string): Disposable {
  mkdirSync(dirname(file), { recursive: true });
  const lock = new DatabaseSync(`${file}.lock`);
  try {
    lock.exec("PRAGMA busy_timeout = 3000; BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    throw new Error(`another scraper works on ${dirname(file)}: two would crawl everything twice`);
  }
  return { [Symbol.dispose]: () => lock.close() };
}

/** Replaces the start of an address: to, length of the old one + 1, its length, the old one, target. */
const moves = {
  postings: "UPDATE postings SET url = ? || substr(url, ?) WHERE substr(url, 1, ?) = ? AND target = ?",
  pending: "UPDATE pending SET url = ? || substr(url, ?) WHERE substr(url, 1, ?) = ? AND target = ?",
};

function knownOf(row: Row): Known {
  return {
    source_id: row.source_id as string,
    target: row.target as string,
    way: row.way as string,
    url: row.url as string,
    stamp: row.stamp as string | null,
    hash: row.hash as string,
    validators: { etag: row.etag as string | null, lastModified: row.last_modified as string | null },
    saidAt: row.said_at as number,
    checkedAt: row.checked_at as number,
    expiresAt: row.expires_at as number | null,
    closed: row.closed === 1,
    sweep: row.sweep as number,
  };
}
