// Owns how figures and times are written: in the reader's own language and way of counting.

const whole = new Intl.NumberFormat();
const tenth = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const points = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});
const monthAndYear = new Intl.DateTimeFormat(undefined, { month: "long", year: "numeric", timeZone: "UTC" });
const shortMonth = new Intl.DateTimeFormat(undefined, { month: "short", timeZone: "UTC" });
const ago = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

export const formatCount = (value: number) => whole.format(value);
export const formatRate = (value: number) => tenth.format(value);
export const formatShare = (value: number) => percent.format(value);
/** A difference of shares, in percentage points. */
export const formatPoints = (value: number) => points.format(value * 100);
/** Where a difference of shares lies for 95 of 100 samples, in percentage points. */
export const formatBounds = (low: number, high: number) => `${formatPoints(low)} to ${formatPoints(high)}`;
export const formatMonth = (month: string) => monthAndYear.format(new Date(`${month}T00:00:00Z`));
/** The year is said where it begins. */
export function formatMonthTick(month: string): string {
  const date = new Date(`${month}T00:00:00Z`);
  const name = shortMonth.format(date);
  return date.getUTCMonth() === 0 ? `${name}\n${date.getUTCFullYear()}` : name;
}

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

export function formatAgo(time: string, nowMs: number): string {
  const elapsedMs = nowMs - Date.parse(`${time.replace(" ", "T")}Z`);
  for (const [unit, lengthMs] of units) {
    if (elapsedMs >= lengthMs) return ago.format(-Math.floor(elapsedMs / lengthMs), unit);
  }
  return ago.format(0, "minute");
}

const longUnits = [...units, ["second", 1_000]] as const;
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** From now, before or after it; what is no time is shown as it is. */
export function formatDistance(time: string, nowMs: number): string {
  const distanceMs = Date.parse(time) - nowMs;
  if (Number.isNaN(distanceMs)) return time;
  for (const [unit, lengthMs] of longUnits) {
    if (Math.abs(distanceMs) >= lengthMs) return ago.format(Math.trunc(distanceMs / lengthMs), unit);
  }
  return ago.format(0, "second");
}

export function formatExact(time: string): string {
  const atMs = Date.parse(time);
  return Number.isNaN(atMs) ? time : exact.format(atMs);
}

/** The two greatest units, as in 2 h 5 min. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([figure]) => figure > 0);
  if (first < 0) return "0 s";
  return parts
    .slice(first, first + 2)
    .filter(([figure]) => figure > 0)
    .map(([figure, unit]) => `${formatCount(figure)} ${unit}`)
    .join(" ");
}
