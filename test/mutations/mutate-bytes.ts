// Owns mutations that know nothing of what a page is: cut, garbled, repeated, in another encoding.
import type { Chance } from "./chance.ts";

export type Mutation = (body: Buffer, chance: Chance) => Buffer;

/** What a mutation that makes a page huge makes of it. */
const hugeBytes = 3 * 1024 * 1024;

function range(length: number, chance: Chance, longest = length): [number, number] {
  const from = chance.below(length + 1);
  return [from, Math.min(length, from + chance.below(longest + 1))];
}

export const byteMutations: Record<string, Mutation> = {
  "cut at the end": (body, chance) => body.subarray(0, chance.below(body.length + 1)),
  "cut at the start": (body, chance) => body.subarray(chance.below(body.length + 1)),
  "a part left out"(body, chance) {
    const [from, to] = range(body.length, chance);
    return Buffer.concat([body.subarray(0, from), body.subarray(to)]);
  },
  "a part twice"(body, chance) {
    const [from, to] = range(body.length, chance);
    return Buffer.concat([body.subarray(0, to), body.subarray(from)]);
  },
  "a part elsewhere"(body, chance) {
    const [from, to] = range(body.length, chance, 2_000);
    const rest = Buffer.concat([body.subarray(0, from), body.subarray(to)]);
    const at = chance.below(rest.length + 1);
    return Buffer.concat([rest.subarray(0, at), body.subarray(from, to), rest.subarray(at)]);
  },
  "some random bytes"(body, chance) {
    const garbled = Buffer.from(body);
    for (let count = 1 + chance.below(60); count > 0 && garbled.length > 0; count--) {
      garbled[chance.below(garbled.length)] = chance.below(256);
    }
    return garbled;
  },
  "nothing but random bytes": (_, chance) =>
    Buffer.from(Array.from({ length: chance.below(5_000) }, () => chance.below(256))),
  nothing: (_, chance) => Buffer.from(" \n".repeat(chance.below(3))),
  "NUL bytes"(body, chance) {
    const holed = Buffer.from(body);
    for (let count = 1 + chance.below(30); count > 0 && holed.length > 0; count--) {
      holed[chance.below(holed.length)] = 0;
    }
    return holed;
  },
  "UTF-16 without saying so": (body) => Buffer.from(body.toString(), "utf16le"),
  "UTF-16 with a mark": (body) => Buffer.from(`\ufeff${body.toString()}`, "utf16le"),
  "UTF-16 the other way round": (body) => Buffer.from(`\ufeff${body.toString()}`, "utf16le").swap16(),
  "Latin-1 declared as UTF-8": (body) => Buffer.from(body.toString().replaceAll("a", "ä"), "latin1"),
  "UTF-8 read as Latin-1 and written again": (body) => Buffer.from(body.toString("latin1")),
  "byte order marks": (body, chance) => {
    const mark = Buffer.from("\ufeff");
    const at = chance.below(body.length + 1);
    return Buffer.concat([mark, mark, body.subarray(0, at), mark, body.subarray(at)]);
  },
  "half a letter"(body, chance) {
    const at = chance.below(body.length + 1);
    const halves = [[0xed, 0xa0, 0x80], [0xf0, 0x9f], [0xc3], [0x80]];
    return Buffer.concat([body.subarray(0, at), Buffer.from(chance.pick(halves)), body.subarray(at)]);
  },
  "a part without end"(body, chance) {
    const [from, to] = range(body.length, chance, 20_000);
    const part = body.subarray(from, Math.max(to, Math.min(from + 1, body.length)));
    if (part.length === 0) return body;
    const parts = Array.from({ length: Math.ceil(hugeBytes / part.length) }, () => part);
    return Buffer.concat([body.subarray(0, from), ...parts, body.subarray(to)]);
  },
};

/** These make several megabytes and take their time, so they come more rarely than others. */
export const rare = new Set(["a part without end", "an element without end", "an item a thousand times"]);
export { hugeBytes };
