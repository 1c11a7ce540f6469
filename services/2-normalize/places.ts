// Owns the places that a posting names: from its words to country, state, city and where they lie on the map.
import type { PostingPlace } from "@skillstream/schemas/types.ts";

export function placesOf(_location: string | null): PostingPlace[] {
  return [];
}
