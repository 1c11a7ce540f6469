// Owns the classes of words: words that stand between the same neighbours share one. Neighbours are counted over the
// postings without labels, weighed by how much more often they meet than by chance, brought to a few dimensions by
// a fixed random projection and two rounds of sharpening, and grouped around means. The same texts give the same
// classes.
import { wordsOf } from "@skillstream/extract/tagger-words.ts";
import type { Reading } from "./material.ts";

const wordsMax = 12_000;
const companiesMin = 4;
const neighboursMax = 1_500;
const dimensions = 64;
const classesCount = 250;
const rounds = 12;

export interface WordClasses {
  hashes: Int32Array;
  /** From 1. */
  values: Uint8Array;
}

/** The same order each time. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const draw = drawFrom(seed);
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(draw.next() * (at + 1));
    [order[at], order[other]] = [order[other] as Item, order[at] as Item];
  }
  return order;
}

export interface Draw {
  /** From 0 to just under 1. */
  next(): number;
}

function drawFrom(seed: number): Draw {
  let state = seed | 0;
  return {
    next() {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
  };
}

export function wordClassesOf(readings: readonly Reading[], companies: readonly number[]): WordClasses {
  const seen = new Map<number, { last: number; companies: number; count: number }>();
  const plain = readings.map((reading) => ({ ...reading, known: [] }));
  for (const [index, reading] of plain.entries()) {
    const words = wordsOf(reading);
    const company = companies[index] as number;
    for (let at = 0; at < words.count; at++) {
      const hash = words.hashes[at] as number;
      const one = seen.get(hash);
      if (one === undefined) seen.set(hash, { last: company, companies: 1, count: 1 });
      else {
        one.count++;
        if (one.last !== company) {
          one.last = company;
          one.companies++;
        }
      }
    }
  }
  const ranked = [...seen]
    .filter(([, one]) => one.companies >= companiesMin)
    .sort((a, b) => b[1].companies - a[1].companies || b[1].count - a[1].count || a[0] - b[0])
    .slice(0, wordsMax);
  const place = new Map(ranked.map(([hash], index) => [hash, index]));
  const rows = ranked.map(() => new Map<number, number>());
  // Signs and line ends are neighbours too.
  const signs = 16;
  const width = 2 * (neighboursMax + signs);
  const columnOf = (hash: number, gap: number, side: number): number => {
    const at = gap > 1 ? -1 : (place.get(hash) ?? -1);
    const column = at >= 0 && at < neighboursMax ? signs + at : gap > 1 ? gap : -1;
    return column < 0 ? -1 : side * (neighboursMax + signs) + column;
  };
  const rowSums = new Float64Array(ranked.length);
  const columnSums = new Float64Array(width);
  let total = 0;
  const byCompany = new Map<number, number>();
  for (const company of companies) byCompany.set(company, (byCompany.get(company) ?? 0) + 1);
  for (const [index, reading] of plain.entries()) {
    const weight = 1 / Math.sqrt(byCompany.get(companies[index] as number) ?? 1);
    const words = wordsOf(reading);
    for (let at = 0; at < words.count; at++) {
      const row = place.get(words.hashes[at] as number);
      if (row === undefined) continue;
      const left = at === 0 ? -1 : columnOf(words.hashes[at - 1] as number, words.gaps[at] as number, 0);
      const right =
        at + 1 === words.count
          ? -1
          : columnOf(words.hashes[at + 1] as number, words.gaps[at + 1] as number, 1);
      for (const column of [left, right]) {
        if (column < 0) continue;
        const counts = rows[row] as Map<number, number>;
        counts.set(column, (counts.get(column) ?? 0) + weight);
        rowSums[row] = (rowSums[row] as number) + weight;
        columnSums[column] = (columnSums[column] as number) + weight;
        total += weight;
      }
    }
  }
  // As sparse rows: how much more often than by chance, never below nothing.
  const sparse = rows.map((counts, row) => {
    const entries = [...counts].map(([column, count]): [number, number] => [
      column,
      Math.max(
        0,
        Math.log(
          (count * total) /
            ((rowSums[row] as number) * (columnSums[column] as number) ** 0.75 * total ** 0.25),
        ),
      ),
    ]);
    return entries.filter(([, value]) => value > 0).sort((a, b) => a[0] - b[0]);
  });
  const vectors = projected(sparse, width);
  return { hashes: Int32Array.from(ranked, ([hash]) => hash), values: grouped(vectors, rowSums) };
}

type Sparse = readonly (readonly [number, number])[][];

function projected(rows: Sparse, width: number): Float64Array[] {
  const draw = drawFrom(17);
  let columns = Array.from({ length: width }, () =>
    Float64Array.from({ length: dimensions }, () => draw.next() - 0.5),
  );
  let vectors: Float64Array[] = [];
  for (let round = 0; round < 3; round++) {
    vectors = rows.map((row) => {
      const vector = new Float64Array(dimensions);
      for (const [column, value] of row) addTo(vector, columns[column] as Float64Array, value);
      return vector;
    });
    orthogonalize(vectors);
    if (round === 2) break;
    columns = Array.from({ length: width }, () => new Float64Array(dimensions));
    for (const [index, row] of rows.entries())
      for (const [column, value] of row)
        addTo(columns[column] as Float64Array, vectors[index] as Float64Array, value);
    orthogonalize(columns);
  }
  return vectors.map(normalized);
}

function addTo(sum: Float64Array, vector: Float64Array, value: number): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + value * (vector[at] as number);
}

/** Gram and Schmidt over the dimensions. */
function orthogonalize(vectors: Float64Array[]): void {
  for (let one = 0; one < dimensions; one++) {
    for (let other = 0; other < one; other++) {
      let product = 0;
      for (const vector of vectors) product += (vector[one] as number) * (vector[other] as number);
      for (const vector of vectors)
        vector[one] = (vector[one] as number) - product * (vector[other] as number);
    }
    let square = 0;
    for (const vector of vectors) square += (vector[one] as number) ** 2;
    const size = Math.sqrt(square) || 1;
    for (const vector of vectors) vector[one] = (vector[one] as number) / size;
  }
}

function normalized(vector: Float64Array): Float64Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const size = Math.sqrt(square) || 1;
  return vector.map((value) => value / size);
}

/** Spherical k-means; it begins with words far from each other. */
function grouped(vectors: readonly Float64Array[], weights: Float64Array): Uint8Array {
  const draw = drawFrom(29);
  const means: Float64Array[] = [];
  const near = new Float64Array(vectors.length).fill(-1);
  for (let one = 0; one < classesCount; one++) {
    let sum = 0;
    for (let at = 0; at < vectors.length; at++)
      sum += (1 - (near[at] as number)) * Math.log(1 + (weights[at] as number));
    let rest = draw.next() * sum;
    let chosen = 0;
    for (; chosen < vectors.length - 1 && rest > 0; chosen++)
      rest -= (1 - (near[chosen] as number)) * Math.log(1 + (weights[chosen] as number));
    const mean = Float64Array.from(vectors[chosen] as Float64Array);
    means.push(mean);
    for (const [at, vector] of vectors.entries())
      near[at] = Math.max(near[at] as number, product(vector, mean));
  }
  const classes = new Uint8Array(vectors.length);
  for (let round = 0; round < rounds; round++) {
    for (const [at, vector] of vectors.entries()) {
      let best = -2;
      for (let one = 0; one < classesCount; one++) {
        const closeness = product(vector, means[one] as Float64Array);
        if (closeness <= best) continue;
        best = closeness;
        classes[at] = one + 1;
      }
    }
    const sums = means.map(() => new Float64Array(dimensions));
    for (const [at, vector] of vectors.entries())
      addTo(sums[(classes[at] as number) - 1] as Float64Array, vector, Math.log(1 + (weights[at] as number)));
    for (const [one, sum] of sums.entries())
      if (sum.some((value) => value !== 0)) means[one] = normalized(sum);
  }
  return classes;
}

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < dimensions; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
