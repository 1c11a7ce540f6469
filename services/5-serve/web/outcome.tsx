// Owns how an outcome and a moment are told: a word with a sign and a colour, never a colour alone; a time as
// its distance from now, with the exact one in its title.
import type { Health, RunResult } from "../crawls.ts";
import { formatDistance, formatExact } from "./format.ts";

const faces: Record<RunResult | Health, { word: string; sign: string; tone: string }> = {
  ok: { word: "Well", sign: "✓", tone: "good" },
  found: { word: "Found", sign: "✓", tone: "good" },
  running: { word: "Running", sign: "▸", tone: "going" },
  new: { word: "Not crawled yet", sign: "·", tone: "plain" },
  empty: { word: "Empty", sign: "○", tone: "plain" },
  stopped: { word: "Stopped", sign: "■", tone: "plain" },
  partial: { word: "Partial", sign: "◐", tone: "warn" },
  blocked: { word: "Blocked", sign: "✕", tone: "bad" },
  changed: { word: "Changed", sign: "≠", tone: "bad" },
  gone: { word: "Gone", sign: "✕", tone: "bad" },
  unavailable: { word: "Unavailable", sign: "!", tone: "bad" },
};

const troubles: ReadonlySet<RunResult | Health> = new Set([
  "partial",
  "blocked",
  "changed",
  "gone",
  "unavailable",
]);

export const isTrouble = (outcome: RunResult | Health) => troubles.has(outcome);

/** With its cause, where one stands in the way. */
export function Outcome({ outcome, cause }: { outcome: RunResult | Health; cause: string | null }) {
  const { word, sign, tone } = faces[outcome];
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{sign} </span>
      {cause === null ? word : `${word}: ${cause}`}
    </span>
  );
}

export function When({ time, nowMs }: { time: string; nowMs: number }) {
  return (
    <time dateTime={time} title={formatExact(time)}>
      {formatDistance(time, nowMs)}
    </time>
  );
}
