// Owns the shapes of trends as the API gives them, and what a period is: whole months, both ends included. A cluster
// is one job, however often it was reposted. Shares are of clusters, from 0 to 1, and intervals are at 95%.

/** What answered in a period. Where it is mixed, a change may be one of what the versions read. */
export interface Answered {
  normalizers: string[];
  extractors: string[];
  taxonomies: string[];
  mixed: boolean;
}

export interface MonthTotal extends Answered {
  month: string;
  clusters: number;
  /** Reposts included. */
  postings: number;
  companies: number;
  open: number;
  remote: number;
}

export interface SkillMonth {
  skill: string;
  kind: string;
  month: string;
  clusters: number;
  share: number;
  share_low: number;
  share_high: number;
}

export type Verdict = "rising" | "falling" | "not sure";

/** A skill's share in one period against the one before, as a fixed mix of sources would show it. */
export interface SkillChange {
  skill: string;
  kind: string;
  clusters: number;
  clusters_earlier: number;
  postings: number;
  share: number;
  share_low: number;
  share_high: number;
  share_earlier: number;
  share_earlier_low: number;
  share_earlier_high: number;
  change: number;
  change_low: number;
  change_high: number;
  verdict: Verdict;
}

/** What changes are told of. */
export interface Compared extends Answered {
  from: string;
  to: string;
  earlier_from: string;
  earlier_to: string;
  clusters: number;
  clusters_earlier: number;
  sources: string[];
  /** Those that one of the periods lacks: they say nothing of a change. */
  sources_left_out: string[];
  clusters_left_out: number;
}

export interface Period {
  from: string;
  to: string;
}

/** The running month and those before it, `count` in all. */
export function monthsBack(count: number, now: Date = new Date()): Period {
  const month = (back: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 10);
  return { from: month(count - 1), to: month(0) };
}
