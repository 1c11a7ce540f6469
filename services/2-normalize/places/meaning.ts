// Owns what a name of a place may mean, and how two meanings lie to each other: which is finer, which lies in
// which, what both are. It knows no names and no lines.

/** What a name may mean. Equal parts are equal objects or texts, so that meanings can be compared part by part. */
export interface Meaning {
  region: string | null;
  country: string | null;
  state: string | null;
  city: City | null;
  /** How likely it is meant, to compare with others: how many live there, in a state's cities; less for a byname. */
  weight: number;
  /** Whether the name alone means this whatever else it may mean. */
  isPreferred: boolean;
}

export interface City {
  name: string;
  population: number;
  latitude: number;
  longitude: number;
}

/** Region 0, country 1, state 2, city 3. */
export function grainOf({ country, state, city }: Meaning): number {
  if (city !== null) return 3;
  if (state !== null) return 2;
  return country === null ? 0 : 1;
}

export function lies(finer: Meaning, coarser: Meaning): boolean {
  switch (grainOf(coarser)) {
    case 0:
      return finer.region === coarser.region;
    case 1:
      return finer.country === coarser.country;
    default:
      return finer.country === coarser.country && finer.state === coarser.state;
  }
}

/** Whether one is the other, or lies in it. */
export function isPart(one: Meaning, other: Meaning): boolean {
  if (grainOf(one) < grainOf(other) || !lies(one, other)) return false;
  return other.city === null || other.city.name === one.city?.name;
}

export function whatBothAre(one: Meaning, other: Meaning): Meaning {
  const country = one.country === other.country ? one.country : null;
  const state = country !== null && one.state === other.state ? one.state : null;
  return { region: one.region, country, state, city: null, weight: 0, isPreferred: false };
}

export function heavier(best: Meaning | null, one: Meaning): Meaning {
  if (best === null || one.isPreferred !== best.isPreferred)
    return best === null || one.isPreferred ? one : best;
  return one.weight > best.weight ? one : best;
}
