// Owns the memory of what was read: extractions by the content that they were read from. It holds the latest used
// ones up to a number of bytes and forgets the rest; forgetting costs a second reading and nothing else.
import { createHash } from "node:crypto";
import type { Extraction } from "@skillstream/schemas/types.ts";

export interface ReadBefore {
  get(key: string): Extraction | undefined;
  set(key: string, extraction: Extraction): void;
}

/** The key of what an extractor reads of a posting: other content, other key. */
export function keyOf(reading: object): string {
  return createHash("sha256").update(JSON.stringify(reading)).digest("base64");
}

/** Beside its text an entry has its key and its place in the map. */
const entryBytes = 200;

export function readBefore(bytesMax: number): ReadBefore {
  // As text, whose size is known: the newest last.
  const texts = new Map<string, string>();
  let bytes = 0;
  const sizeOf = (text: string) => 2 * text.length + entryBytes;
  return {
    get(key) {
      const text = texts.get(key);
      if (text === undefined) return undefined;
      texts.delete(key);
      texts.set(key, text);
      return JSON.parse(text) as Extraction;
    },
    set(key, extraction) {
      const text = JSON.stringify(extraction);
      // One that would push out all others is not kept.
      if (texts.has(key) || sizeOf(text) > bytesMax / 4) return;
      texts.set(key, text);
      bytes += sizeOf(text);
      for (const [oldest, dropped] of texts) {
        if (bytes <= bytesMax) break;
        texts.delete(oldest);
        bytes -= sizeOf(dropped);
      }
    },
  };
}
