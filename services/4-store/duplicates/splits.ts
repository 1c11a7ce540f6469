// Owns what people say of clusters, and what they are shown to say it by: two postings are never the same job, or may
// be again. It holds for all generations, replays among them; the store's next turn takes it up.
import { type ClickHouseClient, clickhouseError, readSql, select } from "@skillstream/platform/clickhouse.ts";
import { similarityOf } from "./compare.ts";

export interface Split {
  one: string;
  other: string;
  reason: string;
  /** The two may be the same job again. */
  withdrawn: boolean;
}

/** Throws where no generation has seen one of the two: a typing mistake would otherwise look like success. */
export async function recordSplit(client: ClickHouseClient, { one, other, ...rest }: Split): Promise<void> {
  if (one === other) throw new Error(`${one} cannot be split from itself`);
  const known = await select<{ job_id: string }>(client, sql.knownJobs, { jobs: [one, other] });
  const missing = [one, other].filter((id) => !known.some(({ job_id }) => job_id === id));
  if (missing.length > 0) throw new Error(`there is no posting ${missing.join(" and no ")}`);
  try {
    await client.command({ query: sql.record, query_params: { one, other, ...rest } });
  } catch (error) {
    throw clickhouseError(error);
  }
}

export interface ClusterPosting {
  id: string;
  cluster: string;
  source: string;
  title: string;
  company: string | null;
  location: string | null;
  first_seen: string;
  last_seen: string;
  /** To the posting that was asked for; null where one of them has too little text. */
  similarity: number | null;
}

type Row = Record<
  "id" | "cluster" | "source" | "title" | "company" | "location" | "first_seen" | "last_seen" | "signature",
  string
>;

/** The cluster of a posting in the live generation, the earliest seen first; empty where there is no such posting. */
export async function clusterOf(client: ClickHouseClient, job: string): Promise<ClusterPosting[]> {
  const rows = await select<Row>(client, sql.clusterOf, { job });
  const own = bytes(rows.find(({ id }) => id === job)?.signature ?? "");
  return rows.map(({ id, cluster, source, title, company, location, first_seen, last_seen, signature }) => ({
    id,
    cluster: cluster === "" ? id : cluster,
    source,
    title,
    company: company === "" ? null : company,
    location: location === "" ? null : location,
    first_seen,
    last_seen,
    similarity: likeness(own, bytes(signature)),
  }));
}

const bytes = (signature: string) => Buffer.from(signature, "base64");

function likeness(one: Uint8Array, other: Uint8Array): number | null {
  const similarity = similarityOf(one, other);
  return similarity === null ? null : Math.round(((similarity.core + similarity.whole) / 2) * 100) / 100;
}

const sql = {
  knownJobs: readSql("known_jobs.sql", import.meta.url),
  clusterOf: readSql("cluster_of.sql", import.meta.url),
  record: readSql("record_split.sql", import.meta.url),
};
