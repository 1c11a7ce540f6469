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
