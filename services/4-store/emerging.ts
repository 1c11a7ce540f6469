// Owns the queue of emerging skills: what extractors read as a skill and the taxonomy lacks, with how many companies
// name it and the lines that prove it. It only reads; who reviews a term adds, merges or removes it in the taxonomy,
// and it is gone from the queue.
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";
import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import type { Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { Extraction, SkillKind } from "@skillstream/schemas/types.ts";

export interface EmergingTerm {
  term: string;
  kind: SkillKind;
  postings: number;
  companies: number;
  /** A day. */
  first_seen: string;
  evidence: Evidence[];
}

export interface Evidence {
  job_id: string;
  title: string;
  company: string | null;
  /** The line in which it stands. */
  line: string;
}

export interface EmergingOptions {
  generation: number;
  /** Observed from then on. */
  sinceMs: number;
  /** One company may have words of its own. */
  companiesMin: number;
  limit: number;
}

const examplesMax = 3;
/** A line of a text that lost its line breaks is as long as the text. */
const lineCharsMax = 300;
const sql = {
  terms: readSql("queries/emerging_terms.sql", import.meta.url),
  evidence: readSql("queries/emerging_evidence.sql", import.meta.url),
};
/** Most of the frequent ones have been reviewed; what is named less often than so many others can wait. */
const termsMax = 10_000;
/** It reads the whole landing table; it must not stand in the way of those who look at a page. */
const settings = { max_execution_time: 120, max_memory_usage: String(500 * 1024 * 1024), max_threads: 1 };

/** The most widespread first. */
export async function emergingTerms(
  client: ClickHouseClient,
  taxonomy: Taxonomy,
  { generation, sinceMs, companiesMin, limit }: EmergingOptions,
): Promise<EmergingTerm[]> {
  const isReviewed = reviewed(taxonomy);
  const all = await select<Counted>(
    client,
    sql.terms,
    {
      generation,
      since_ms: sinceMs,
      companies_min: companiesMin,
      examples: examplesMax,
      terms_max: termsMax,
    },
    { settings },
  );
  const rows = all.filter(({ term }) => !isReviewed.has(foldForm(term))).slice(0, limit);
  const places = rows.flatMap(({ examples }) => examples);
  const told = await select<Told>(
    client,
    sql.evidence,
    {
      generation,
      partitions: places.map(([, partition]) => partition),
      offsets: places.map(([, , offset]) => offset),
    },
    { settings },
  );
  const postings = new Map(told.map((one) => [one.job_id, one]));
  return rows.map(({ examples, ...row }) => ({
    ...row,
    evidence: examples.flatMap(([job_id]) => evidenceOf(postings.get(job_id), row.term)),
  }));
}

interface Counted extends Omit<EmergingTerm, "evidence"> {
  examples: [job_id: string, partition: number, offset: number][];
}

/** What has been judged since a posting was read: forms of skills, and terms that are none. */
function reviewed({ skills, terms }: Taxonomy): Set<string> {
  const forms = skills.flatMap(({ name, aliases }) => [name, ...aliases].map(foldForm));
  return new Set([...forms, ...terms.removed.keys(), ...terms.mapped.keys()]);
}

interface Told {
  job_id: string;
  title: string;
  company: string | null;
  description: string;
  extraction: string;
}

function evidenceOf(told: Told | undefined, term: string): Evidence[] {
  if (told === undefined) return [];
  const { skills } = JSON.parse(told.extraction) as Extraction;
  const mention = skills.find(({ name, in_taxonomy }) => name === term && !in_taxonomy)?.mentions[0];
  if (mention === undefined) return [];
  const { job_id, title, company } = told;
  const text = mention.field === "title" ? title : told.description;
  const from = text.lastIndexOf("\n", mention.start - 1) + 1;
  const end = text.indexOf("\n", mention.end);
  const start = Math.max(from, mention.start - lineCharsMax / 2);
  const line = text.slice(start, Math.min(end === -1 ? text.length : end, start + lineCharsMax)).trim();
  return [{ job_id, title, company, line }];
}
