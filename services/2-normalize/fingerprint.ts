// Owns a posting's fingerprint: what near-duplicates are found and judged by (services/4-store/duplicates).
import type { Fingerprint } from "@skillstream/schemas/types.ts";
import type { Texts } from "./facts.ts";
import type { ReadLine } from "./lines.ts";

export function fingerprintOf(_texts: Texts, _lines: readonly ReadLine[]): Fingerprint | null {
  return null;
}
