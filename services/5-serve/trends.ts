// Owns the shapes of trends as the API gives them, and what a period is: whole months, both ends included.

export interface MonthTotal {
  month: string;
  postings: number;
  companies: number;
  open: number;
  remote: number;
}

export interface SkillMonth {
  skill: string;
  kind: string;
  month: string;
  postings: number;
  /** Of all postings of the month, from 0 to 1. */
  share: number;
}

export interface Movement {
  skill: string;
  kind: string;
  postings: number;
  postings_earlier: number;
  share: number;
  share_earlier: number;
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
