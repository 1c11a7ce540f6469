// Owns what the work is: role and function by title and duties, from the reviewed list in roles.txt.
import type { Role } from "@skillstream/schemas/types.ts";
import type { ReadLine } from "./lines.ts";

export function roleOf(_title: string, _lines: readonly ReadLine[]): Role | null {
  return null;
}

/** Of the role, or else of the words. */
export function functionOf(_role: Role | null, _words: string): string | null {
  return null;
}
