// Owns the two kinds of failure that a stage tells apart, and how anything thrown is put into words. What is
// thrown and is neither of the two is a bug.

/** A dependency is down or slow. Nothing is wrong with the record: wait, try again, lose nothing. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

/** The input is at fault and will be each time: reject it with this message as the reason. */
export class Invalid extends Error {
  override name = "Invalid";
}

/** Anything can be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
