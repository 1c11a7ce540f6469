// Owns the layout of a fingerprint's signature, and by which bands two of them meet: normalize writes it, the store
// reads it. Both are part of the contract: a change of either is a new normalizer version, whose generation has
// fingerprints of its own.
//
// A signature has one byte a slot: 1 to 255 of the lowest rank that fell into it, 0 where none did. First the slots
// of the lines that say what the work is, then those of all lines. One of exactBytes is of a posting with too little
// text: equal ones are equal postings, others say nothing.

export const coreSlots = 128;
export const wholeSlots = 64;
export const exactBytes = 8;

/** Texts alike to 0.75 meet in one of a half's bands with probability 0.93, to 0.85 with 0.99. */
const bandsPerHalf = 5;
const slotsPerBand = 3;

/**
 * Only equal titles meet, since a title that differs is another job; all of one title and company do, whatever their
 * texts. Without a signature, none. Each is below 2^52; those of different places in the list have nothing to do with each other.
 */
export function bandsOf(title: string, company: string | null, signature: Uint8Array): number[] {
  if (signature.length === exactBytes) return [hashOf(title, Buffer.from(signature).toString("hex"))];
  if (signature.length !== coreSlots + wholeSlots) return [];
  const bands = [hashOf(title, company ?? "")];
  const seed = hashOf(title);
  for (const [from, slots] of halves) {
    // Several neighbouring slots stand for one, so that few are empty even of a short text.
    const width = Math.floor(slots / (bandsPerHalf * slotsPerBand));
    for (let band = 0; band < bandsPerHalf; band++) {
      let one = seed | 0;
      let other = Math.floor(seed / 2 ** 20);
      for (let i = 0; i < slotsPerBand; i++) {
        let at = from + (band * slotsPerBand + i) * width;
        const last = at + width - 1;
        while (at < last && signature[at] === 0) at++;
        const value = (at << 8) | (signature[at] ?? 0);
        one = mix(one ^ value);
        other = mix(other + value);
      }
      bands.push(joined(one, other));
    }
  }
  return bands;
}

const halves: readonly [from: number, slots: number][] = [
  [0, coreSlots],
  [coreSlots, wholeSlots],
];

/** Below 2^52, so that it stays a whole number wherever it goes. */
export function hashOf(...texts: readonly string[]): number {
  let one = 1;
  let other = 2;
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      one = Math.imul(one ^ code, 0x0100_0193) + 1;
      other = Math.imul(other + code, 0x85eb_ca6b) ^ (other >>> 15);
    }
    one = mix(one + 0x7f);
    other = mix(other ^ 0x7f);
  }
  return joined(one, other);
}

const joined = (one: number, other: number) => (one >>> 12) * 2 ** 32 + (other >>> 0);

/** The finalizer of MurmurHash3: every bit of the answer depends on every bit of the value. */
export function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
