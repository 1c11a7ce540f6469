// Owns where the work is done: remote, hybrid or on site, as the source, the place, the title or the text say.
import type { WorkplaceType } from "@skillstream/schemas/types.ts";
import type { ReadLine } from "./lines.ts";

/** What a field, a place or a title says. */
export function workplaceOf(text: string | null): WorkplaceType | null {
  if (text === null) return null;
  if (/hybrid|híbrid|hybride/i.test(text)) return "hybrid";
  if (
    /\bremote\b|telecommute|work from home|home[\s-]*office|télétravail|teletrabajo|\bremoto\b|\bà distance\b/iu.test(
      text,
    )
  )
    return "remote";
  return /on[\s-]?site|in[\s-]office|vor ort|présentiel|presencial/iu.test(text) ? "onsite" : null;
}

export function workplaceIn(_lines: readonly ReadLine[]): WorkplaceType | null {
  return null;
}
