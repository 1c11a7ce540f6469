// Owns the years of experience that a posting asks for as a whole.
import type { ReadLine } from "./lines.ts";

export function yearsIn(_lines: readonly ReadLine[]): { min: number; max: number | null } | null {
  return null;
}
