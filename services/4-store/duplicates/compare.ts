// Owns the judgement whether two postings are the same job, by their fingerprints alone: the same answer for the
// command and the store, whichever comes first. Place, pay and dates never count.
import { coreSlots, exactBytes, wholeSlots } from "@skillstream/schemas/fingerprint.ts";

/** What is judged; `signature` as schemas/fingerprint.ts lays it out. */
export interface Print {
  title: string;
  company: string | null;
  signature: Uint8Array;
}

/** Shares from 0 to 1: of the lines that say what the work is, and of all lines. */
export interface Similarity {
  core: number;
  whole: number;
}

/**
 * The mean of both shares. A posting of which 15% of the lines were written anew is alike to about 0.7 in both; where
 * the labels fell otherwise the core is alike to less, and all the text to as much. Other duties of the same title
 * leave the boilerplate, and little of the core.
 */
const sameCompanyMin = 0.53;
/** One company is unknown: other companies may use the same template. */
const unknownCompanyMin = 0.62;
/** Two companies, such as an agency and its client, or a name that is spelled otherwise: nearly the same text. */
const otherCompanyMin = 0.85;

/** How alike two postings of the same job are, or null where they are different jobs. */
export function sameJob(one: Print, other: Print): number | null {
  if (one.title !== other.title) return null;
  if (one.signature.length === exactBytes) return equal(one.signature, other.signature) ? 1 : null;
  const similarity = similarityOf(one.signature, other.signature);
  if (similarity === null) return null;
  const likeness = (similarity.core + similarity.whole) / 2;
  return likeness >= leastOf(one.company, other.company) ? likeness : null;
}

function leastOf(one: string | null, other: string | null): number {
  if (one === null || other === null) return unknownCompanyMin;
  return one === other ? sameCompanyMin : otherCompanyMin;
}

/** null where one of the two has too little text. */
export function similarityOf(one: Uint8Array, other: Uint8Array): Similarity | null {
  const length = coreSlots + wholeSlots;
  if (one.length !== length || other.length !== length) return null;
  return { core: share(one, other, 0, coreSlots), whole: share(one, other, coreSlots, length) };
}

/** Of the slots that one of two fills, the share that both fill alike: an unbiased estimate of Jaccard's index. */
function share(one: Uint8Array, other: Uint8Array, from: number, to: number): number {
  let filled = 0;
  let alike = 0;
  for (let slot = from; slot < to; slot++) {
    const value = one[slot] as number;
    if (value === 0 && other[slot] === 0) continue;
    filled++;
    if (value === other[slot]) alike++;
  }
  return filled === 0 ? 0 : alike / filled;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
