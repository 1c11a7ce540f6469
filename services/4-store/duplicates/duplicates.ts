// Owns the store's clusters of near-duplicates: which postings are the same job, after a change. What a change may
// touch is gathered in ClickHouse (who shares a band with what changed, and who is in a cluster with one of these),
// judged here, and written where it differs. So the clusters depend on what the postings say now, not on the order in
// which they came, and doing it again changes nothing.
import { type ClickHouseClient, clickhouseError, readSql, select } from "@skillstream/platform/clickhouse.ts";
import type { Logger } from "@skillstream/platform/log.ts";
import { bandsOf } from "@skillstream/schemas/fingerprint.ts";
import { cluster, comparedMax, type Item } from "./cluster.ts";

export interface Duplicates {
  /**
   * `changes` names a table with a column posting_key (UInt64): the postings whose latest version has changed, or
   * that are new; posting_versions and posting_bands have them already. What people split since is taken up as well.
   * Clusters are computed again, and every posting whose cluster changed, or has got or lost a member, is added to
   * the table before that is written. Done again after a kill, it ends the same and adds the same.
   */
  update(changes: string): Promise<void>;
}

/** Fingerprints in one answer, and rows in one insert: bounds the text that is held at a time. */
const pageRows = 10_000;
/** Splits chain clusters together; nobody splits by hand in longer chains. */
const roundsMax = 20;

interface Posting extends Item {
  key: string;
}

interface Member {
  key: string;
  cluster: string;
  sequence: number;
}

export function createDuplicates(
  client: ClickHouseClient,
  { generation, log }: { generation: number; log: Logger },
): Duplicates {
  /** Of this process: the first update of each looks at all splits again, which are few. */
  let splitsSeen = 0;

  return {
    async update(changes) {
      const lastSeen = await lastSplit();
      if (lastSeen > splitsSeen) await command(sql.newSplits, { changes, seen: splitsSeen });
      await command(sql.earlierMates, { changes });
      // Named after the turn, which is what its successor drops.
      const tables = { keys: `${changes}_keys`, bands: `${changes}_bands`, members: `${changes}_members` };
      try {
        await gather(changes, tables, lastSeen > 0);
        await judge(changes, tables, lastSeen > 0);
      } finally {
        // What can't be dropped now goes with the leftovers of the turn; it must not hide why this one ended.
        for (const table of Object.values(tables)) await command(sql.drop, { table }).catch(() => undefined);
      }
      splitsSeen = lastSeen;
    },
  };

  async function lastSplit(): Promise<number> {
    const [last] = await select<{ sequence: number }>(client, sql.lastSplit);
    return last?.sequence ?? 0;
  }

  /** All postings of every cluster that may come out otherwise. */
  async function gather(
    changes: string,
    { keys, bands }: { keys: string; bands: string },
    hasSplits: boolean,
  ): Promise<void> {
    await command(sql.createKeys, { keys });
    await command(sql.createBands, { bands });
    await command(sql.copyKeys, { keys, changes });
    for await (const postings of pages(keys)) {
      const rows = postings.flatMap(({ title, company, signature }) =>
        bandsOf(title, company, signature).map((hash, place) => [place + 1, hash]),
      );
      await insert(bands, rows);
    }
    await command(sql.addNeighbours, { keys, bands, compared: comparedMax });
    await command(sql.addMates, { keys });
    // Whom a split ties to them brings a cluster of its own, which may be split again.
    let before = -1;
    for (let round = 0; hasSplits && round < roundsMax; round++) {
      await command(sql.addSplit, { keys });
      await command(sql.addMates, { keys });
      const [count] = await select<{ postings: number }>(client, sql.countKeys, { keys });
      const postings = count?.postings ?? 0;
      if (postings === before) break;
      before = postings;
    }
  }

  async function judge(
    changes: string,
    { keys, members: staging }: { keys: string; members: string },
    hasSplits: boolean,
  ): Promise<void> {
    const postings: Posting[] = [];
    for await (const page of pages(keys)) postings.push(...page);
    const splits = hasSplits
      ? await select<{ one: string; other: string }>(client, sql.splits, { keys })
      : [];
    const members = await select<Member>(client, sql.members, { generation, keys });
    const was = new Map(members.map((member) => [member.key, member]));
    const earliest = cluster(
      postings,
      splits.map(({ one, other }) => [one, other] as const),
    );
    const sizes = new Map<Posting, number>();
    for (const first of earliest) sizes.set(first, (sizes.get(first) ?? 0) + 1);

    const rows: unknown[][] = [];
    /** Clusters that got or lost somebody. */
    const changed = new Set<string>();
    for (const [index, posting] of postings.entries()) {
      const first = earliest[index] as Posting;
      const before = was.get(posting.key);
      const stood = before?.cluster ?? posting.key;
      if (stood === first.key && (before !== undefined || sizes.get(first) === 1)) continue;
      const sequence = (before?.sequence ?? 0) + 1;
      rows.push([generation, posting.key, posting.id, first.key, first.id, stood, sequence]);
      changed.add(stood).add(first.key);
    }
    const touched = postings.filter(
      ({ key }, index) =>
        changed.has((earliest[index] as Posting).key) || changed.has(was.get(key)?.cluster ?? key),
    );
    await insert(
      changes,
      touched.map(({ key }) => [key]),
    );
    if (rows.length > 0) {
      await command(sql.createMembers, { members: staging });
      await insert(staging, rows);
      await command(sql.copyMembers, { members: staging });
    }
    log.debug({ generation, postings: postings.length, rows: rows.length }, "Clusters were computed.");
  }

  /** The fingerprints of the postings in `keys`, page by page. */
  async function* pages(keys: string): AsyncGenerator<Posting[]> {
    let after = "0";
    for (;;) {
      const rows = await select<
        Omit<Posting, "signature" | "company"> & { signature: string; company: string }
      >(client, sql.prints, { generation, keys, after, rows: pageRows });
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map((row) => ({
        ...row,
        company: row.company === "" ? null : row.company,
        signature: Buffer.from(row.signature, "base64"),
      }));
      if (rows.length < pageRows) return;
      after = last.key;
    }
  }

  async function command(query: string, parameters: Record<string, unknown>): Promise<void> {
    try {
      await client.command({ query, query_params: { generation, ...parameters } });
    } catch (error) {
      throw clickhouseError(error);
    }
  }

  async function insert(table: string, rows: unknown[][]): Promise<void> {
    for (let at = 0; at < rows.length; at += pageRows * 10) {
      const values = rows.slice(at, at + pageRows * 10);
      try {
        await client.insert({ table, values, format: "JSONCompactEachRow" });
      } catch (error) {
        throw clickhouseError(error);
      }
    }
  }
}

const sql = {
  newSplits: readSql("new_splits.sql", import.meta.url),
  lastSplit: readSql("last_split.sql", import.meta.url),
  earlierMates: readSql("earlier_mates.sql", import.meta.url),
  createKeys: readSql("create_keys.sql", import.meta.url),
  createBands: readSql("create_bands.sql", import.meta.url),
  copyKeys: readSql("copy_keys.sql", import.meta.url),
  prints: readSql("prints.sql", import.meta.url),
  addNeighbours: readSql("add_neighbours.sql", import.meta.url),
  addMates: readSql("add_mates.sql", import.meta.url),
  addSplit: readSql("add_split.sql", import.meta.url),
  countKeys: readSql("count_keys.sql", import.meta.url),
  splits: readSql("splits.sql", import.meta.url),
  members: readSql("members.sql", import.meta.url),
  createMembers: readSql("create_members.sql", import.meta.url),
  copyMembers: readSql("copy_members.sql", import.meta.url),
  drop: readSql("drop_table.sql", import.meta.url),
};
