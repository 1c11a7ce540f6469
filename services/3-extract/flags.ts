// Owns what makes a text doubtful as a whole: words stuffed in to be found, letters disguised as others, orders to
// whoever reads it by machine. A flag changes no other field.
import type { ExtractionFlag, Skill } from "@skillstream/schemas/types.ts";

export function flagsOf(_title: string, _description: string, _skills: readonly Skill[]): ExtractionFlag[] {
  return [];
}
