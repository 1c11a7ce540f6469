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
 * One company and title: a posting of which 15% of the lines were written anew is alike to about 0.7, and two jobs
 * of one title rarely to more than half. The whole text decides where the labels fell otherwise.
 */
const coreMin = 0.6;
const wholeMin = 0.8;
/** One company is unknown: other companies may use the same template. */
const unknownMin = 0.75;
/** Two companies, such as an agency and its client, or a name that is spelled otherwise: only the same text. */
const strangersMin = 0.85;

/** How alike two postings of the same job are, or null where they are different jobs. */
export function sameJob(one: Print, other: Print): number | null {
  if (one.title !== other.title || one.signature.length !== other.signature.length) return null;
  if (one.signature.length === 0) return null;
  if (one.signature.length === exactBytes) return equal(one.signature, other.signature) ? 1 : null;
  const { core, whole } = similarityOf(one.signature, other.signature);
  const isSame = decide(one.company, other.company, core, whole);
  return isSame ? Math.max(core, whole) : null;
}

function decide(one: string | null, other: string | null, core: number, whole: number): boolean {
  if (one === null || other === null) return core >= unknownMin || whole >= unknownMin;
  if (one === other) return core >= coreMin || whole >= wholeMin;
  return core >= strangersMin && whole >= strangersMin;
}

export function similarityOf(one: Uint8Array, other: Uint8Array): Similarity {
  return {
    core: share(one, other, 0, coreSlots),
    whole: share(one, other, coreSlots, coreSlots + wholeSlots),
  };
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
