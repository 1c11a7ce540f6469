// Owns the places that a posting's location line names: from its words to region, country, state, city and where
// that lies on the map. A name with several meanings is resolved by what is named beside it, else by size, and
// never against a stated state or country. What is not sure is left out: a coarser place, or none.
import type { PostingPlace } from "@skillstream/schemas/types.ts";
import { type Gazetteer, openGazetteer } from "./places/gazetteer.ts";
import type { Meaning } from "./places/meaning.ts";
import { meantBy } from "./places/meant.ts";
import { namesIn } from "./places/names.ts";

/** What follows names no place any more. */
const lineCharsMax = 500;
/** A posting for more places than this is for no place in particular. */
const placesMax = 20;
/** The same few location lines come again and again. */
const rememberedLinesMax = 20_000;

let gazetteer: Gazetteer | undefined;
const remembered = new Map<string, PostingPlace[]>();

export function placesOf(location: string | null): PostingPlace[] {
  if (location === null || location === "") return [];
  const line = location.slice(0, lineCharsMax);
  const known = remembered.get(line);
  if (known !== undefined) return known;
  gazetteer ??= openGazetteer();
  const places = meantBy(gazetteer, namesIn(gazetteer, line)).map(placeOf);
  const distinct = new Map(places.map((place) => [JSON.stringify(place), place]));
  const first = [...distinct.values()].slice(0, placesMax);
  if (remembered.size >= rememberedLinesMax) remembered.clear();
  remembered.set(line, first);
  return first;
}

function placeOf({ region, country, state, city }: Meaning): PostingPlace {
  return {
    region,
    country,
    state,
    city: city?.name ?? null,
    latitude: city?.latitude ?? null,
    longitude: city?.longitude ?? null,
  };
}
