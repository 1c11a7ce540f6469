// Owns the step from postings to clusters of the same job: who meets whom by a band, which of them are the same, and
// the components that come of it. The answer depends on the set of postings alone, never on their order. A pair that
// people have split never ends up in one cluster: the most alike are joined first, and what would bring a split pair
// together is left.
import { bandsOf } from "@skillstream/schemas/fingerprint.ts";
import { type Print, sameJob } from "./compare.ts";

export interface Item extends Print {
  id: string;
  /** Milliseconds since 1970: the earliest of a cluster gives it its name; the lower id of two. */
  firstAt: number;
}

/**
 * A band with more members than this, all of them different, is a template. Each is then compared with so many only,
 * those of the lowest signatures, and they hold the others together.
 */
export const comparedMax = 200;

/** For each item the earliest of its cluster, in the order of `items`. `apart` are pairs of ids. */
export function cluster<T extends Item>(
  items: readonly T[],
  apart: Iterable<readonly [string, string]> = [],
): T[] {
  const pairs = [...apart];
  const groups = groupEqual(items, new Set(pairs.flat()));
  const sets = createSets(groups.length);
  if (pairs.length === 0) {
    // Most who share a band share the others, and are one already.
    const isOne = (members: readonly number[]) =>
      members.every((index) => sets.areOne(index, members[0] as number));
    forMeetings(groups, isOne, (one, other) => {
      if (!sets.areOne(one, other) && alike(groups, one, other) !== null) sets.join(one, other);
    });
  } else {
    joinApart(groups, pairs, sets);
  }
  return namedByEarliest(items, groups, sets);
}

/** Postings that cannot be told apart, as one. */
interface Group<T> {
  members: T[];
}

function groupEqual<T extends Item>(items: readonly T[], alone: ReadonlySet<string>): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const item of items) {
    // Without a signature nothing tells it from others, or shows that it is one of them.
    const own = alone.has(item.id) || item.signature.length === 0 ? item.id : "";
    const key = `${own}\n${item.title}\n${item.company ?? ""}\n${asText(item.signature)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { members: [item] });
    else group.members.push(item);
  }
  return [...groups.values()];
}

const asText = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");

const printOf = <T extends Item>(groups: readonly Group<T>[], index: number) =>
  (groups[index] as Group<T>).members[0] as T;

const alike = <T extends Item>(groups: readonly Group<T>[], one: number, other: number) =>
  sameJob(printOf(groups, one), printOf(groups, other));

/** Visits each pair of groups that share a band, once for each band; those of whom nothing is to be learnt, not. */
function forMeetings<T extends Item>(
  groups: readonly Group<T>[],
  isKnown: (members: readonly number[]) => boolean,
  visit: (one: number, other: number) => void,
): void {
  const bands = groups.map((_, index) => {
    const { title, company, signature } = printOf(groups, index);
    return bandsOf(title, company, signature);
  });
  const places = bands.reduce((most, { length }) => Math.max(most, length), 0);
  for (let place = 0; place < places; place++) {
    const met = new Map<number, number[]>();
    for (const [index, hashes] of bands.entries()) {
      const hash = hashes[place];
      if (hash === undefined) continue;
      const others = met.get(hash);
      if (others === undefined) met.set(hash, [index]);
      else others.push(index);
    }
    for (const members of met.values()) {
      if (isKnown(members)) continue;
      const compared = members.length > comparedMax ? lowest(groups, members) : members;
      for (const one of compared) {
        for (const other of members) if (one < other || compared !== members) visit(one, other);
      }
    }
  }
}

function lowest<T extends Item>(groups: readonly Group<T>[], members: readonly number[]): readonly number[] {
  const order = (one: number, other: number) => {
    const [first, second] = [printOf(groups, one), printOf(groups, other)];
    const byText = Buffer.compare(first.signature, second.signature);
    return byText !== 0 ? byText : (first.company ?? "") < (second.company ?? "") ? -1 : 1;
  };
  return [...members].sort(order).slice(0, comparedMax);
}

interface Sets {
  root(index: number): number;
  areOne(one: number, other: number): boolean;
  join(one: number, other: number): void;
}

/** Union-find with path halving. */
function createSets(count: number): Sets {
  const parent = Uint32Array.from({ length: count }, (_, index) => index);
  const root = (index: number) => {
    let at = index;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  return {
    root,
    areOne: (one, other) => root(one) === root(other),
    join(one, other) {
      parent[root(one)] = root(other);
    },
  };
}

/** As Kruskal's algorithm joins, except where that would bring a pair together that stays apart. */
function joinApart<T extends Item>(
  groups: readonly Group<T>[],
  apart: readonly (readonly [string, string])[],
  sets: Sets,
): void {
  const where = new Map(
    groups.flatMap(({ members }, index) => members.map(({ id }) => [id, index] as const)),
  );
  const splits = apart.flatMap(([one, other]) => {
    const [first, second] = [where.get(one), where.get(other)];
    return first === undefined || second === undefined ? [] : [[first, second] as const];
  });
  const names = groups.map(({ members }) =>
    members.reduce((least, { id }) => (id < least ? id : least), "\uffff"),
  );
  const edges = new Map<string, { likeness: number; name: string; one: number; other: number }>();
  const isAlone = ({ length }: readonly number[]) => length < 2;
  forMeetings(groups, isAlone, (one, other) => {
    const [first, second] = [names[one] as string, names[other] as string];
    const name = first < second ? `${first}\n${second}` : `${second}\n${first}`;
    if (one === other || edges.has(name)) return;
    const likeness = alike(groups, one, other);
    if (likeness !== null) edges.set(name, { likeness, name, one, other });
  });
  const ordered = [...edges.values()].sort(
    (one, other) => other.likeness - one.likeness || (one.name < other.name ? -1 : 1),
  );
  for (const { one, other } of ordered) {
    const [left, right] = [sets.root(one), sets.root(other)];
    if (left === right) continue;
    const isApart = splits.some(([first, second]) => {
      const [a, b] = [sets.root(first), sets.root(second)];
      return (a === left && b === right) || (a === right && b === left);
    });
    if (!isApart) sets.join(one, other);
  }
}

function namedByEarliest<T extends Item>(items: readonly T[], groups: readonly Group<T>[], sets: Sets): T[] {
  const earliest = new Map<number, T>();
  const rootOf = new Map<T, number>();
  for (const [index, { members }] of groups.entries()) {
    const root = sets.root(index);
    for (const item of members) {
      rootOf.set(item, root);
      const first = earliest.get(root);
      if (first === undefined || isBefore(item, first)) earliest.set(root, item);
    }
  }
  return items.map((item) => earliest.get(rootOf.get(item) as number) as T);
}

const isBefore = (one: Item, other: Item) =>
  one.firstAt < other.firstAt || (one.firstAt === other.firstAt && one.id < other.id);
