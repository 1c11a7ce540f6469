// Owns the question whether an item of a list is what a search asked for, where the list itself could not be asked
// for it. What an item does not say is not held against it.
import type { Listed, Search, Source } from "./source.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** `since` is in milliseconds since 1970. */
export function isWanted(
  item: Listed,
  { source, search }: { source: Source; search: Search },
  since: number | undefined,
): boolean {
  if (isOld(item, since)) return false;
  if (source.searches || item.posting === undefined) return true;
  const { keyword, location, remote } = search;
  const { parsed } = item.posting;
  const holds = (text: string | null, wanted: string | undefined) =>
    wanted === undefined || (text ?? "").toLowerCase().includes(wanted.toLowerCase());
  return (
    holds(`${parsed.title} ${parsed.description_html}`, keyword) &&
    holds(parsed.location, location) &&
    (remote !== true || /remote|telecommute/i.test(`${parsed.workplace_type} ${parsed.location}`))
  );
}

/** A list without items, such as one of lists, says nothing of what follows. */
export function areOld(items: readonly Listed[], since: number | undefined): boolean {
  return items.length > 0 && items.every((item) => isOld(item, since));
}

function isOld(item: Listed, since: number | undefined): boolean {
  if (since === undefined) return false;
  const at = item.postedAt ?? Date.parse(item.stamp ?? item.posting?.parsed.posted_time ?? "");
  // Midnight is how lists write a whole day.
  const until = at % dayMs === 0 ? at + dayMs : at;
  return until < since;
}
