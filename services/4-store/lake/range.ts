// Owns the files of one range of offsets while they are being made: events are sorted into groups (source, day,
// keyword, schema), and each group's are packed block by block, so that what waits in memory is compressed. The
// bytes depend on the events and the range alone: no clock, no random mark.
import { createHash, randomUUID } from "node:crypto";
import type { LakeFile } from "./catalog.ts";
import { block, blockBytesMax, header, syncBytes } from "./container.ts";
import type { FileSchema } from "./event-schema.ts";
import { dataPath, dayOf, type Group, undecodablePath } from "./layout.ts";

/** Unpacked, what one range may hold; it ends early where the next event would pass it. */
const rangeBytesMax = 64 * 1024 * 1024;
/** A range is at most so many files; it ends early where the next event would make one more. */
const rangeFilesMax = 256;

/** One message as it goes into a file. */
export interface Item {
  offset: number;
  schema: FileSchema;
  /** Null where the message is no event. */
  known: { source: string; observed_at: number; search_keyword: string | null } | null;
  /** The encoded record, in pieces that are copied when it is added. */
  pieces: readonly Buffer[];
}

interface OpenFile {
  group: Group;
  schema: FileSchema;
  isEvent: boolean;
  blocks: Buffer[];
  waiting: Buffer[];
  waitingBytes: number;
  rows: number;
  from: number;
  to: number;
}

export interface MadeFile {
  file: LakeFile;
  bytes: Buffer;
}

export class OpenRange {
  readonly partition: number;
  readonly first: number;
  end: number;
  /** Tells what this process began from what another one did. */
  readonly id = randomUUID();
  /** Memory that it takes, nearly. */
  heldBytes = 0;
  #files = new Map<string, OpenFile>();
  #bytes = 0;
  /** Where it ends is decided before its files are made: what they hold must not depend on when that was. */
  #closed = false;
  readonly #sync: Buffer;

  constructor(partition: number, first: number) {
    this.partition = partition;
    this.first = first;
    this.end = first;
    this.#sync = createHash("sha256").update(`${partition}/${first}`).digest().subarray(0, syncBytes);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** It takes no more events. */
  close(): void {
    this.#closed = true;
  }

  /** Whether an event may join, or the range must end before it. */
  takes(item: Item): boolean {
    if (this.#closed) return false;
    if (this.end === this.first) return true;
    const size = item.pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (this.#bytes + size > rangeBytesMax) return false;
    return this.#files.size < rangeFilesMax || this.#files.has(keyOf(item));
  }

  /** The next event; resolves when it is in. */
  async add(item: Item): Promise<void> {
    const record = Buffer.concat(item.pieces);
    const key = keyOf(item);
    const file = this.#files.get(key) ?? this.#open(key, item);
    if (file.waitingBytes > 0 && file.waitingBytes + record.length > blockBytesMax) await this.#pack(file);
    file.waiting.push(record);
    file.waitingBytes += record.length;
    file.rows++;
    if (item.known !== null) {
      file.from = Math.min(file.from, item.known.observed_at);
      file.to = Math.max(file.to, item.known.observed_at);
    }
    this.#bytes += record.length;
    this.heldBytes += record.length;
    this.end = item.offset + 1;
  }

  /** All files of the range, which takes no more events from now on. It may be asked again. */
  async files(): Promise<MadeFile[]> {
    this.close();
    const made: MadeFile[] = [];
    for (const file of this.#files.values()) {
      await this.#pack(file);
      const bytes = Buffer.concat([header(file.schema.text, this.#sync), ...file.blocks]);
      const path = file.isEvent
        ? dataPath(file.group, this, file.schema.fingerprint)
        : undecodablePath(this, file.schema.fingerprint);
      made.push({
        bytes,
        file: {
          path,
          rows: file.rows,
          bytes: bytes.length,
          sha256: createHash("sha256").update(bytes).digest("hex"),
          schema: file.isEvent ? file.schema.fingerprint : null,
          ...file.group,
          observed_from: file.isEvent ? file.from : null,
          observed_to: file.isEvent ? file.to : null,
        },
      });
    }
    return made.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  }

  #open(key: string, { known, schema }: Item): OpenFile {
    const file: OpenFile = {
      group: {
        source: known?.source ?? "",
        day: known === null ? null : dayOf(known.observed_at),
        keyword: known?.search_keyword ?? null,
      },
      schema,
      isEvent: known !== null,
      blocks: [],
      waiting: [],
      waitingBytes: 0,
      rows: 0,
      from: Number.POSITIVE_INFINITY,
      to: Number.NEGATIVE_INFINITY,
    };
    this.#files.set(key, file);
    return file;
  }

  async #pack(file: OpenFile): Promise<void> {
    if (file.waiting.length === 0) return;
    const packed = await block(file.waiting, this.#sync);
    file.blocks.push(packed);
    this.heldBytes += packed.length - file.waitingBytes;
    file.waiting = [];
    file.waitingBytes = 0;
  }
}

function keyOf({ known, schema }: Item): string {
  if (known === null) return schema.fingerprint;
  const { source, observed_at, search_keyword } = known;
  return JSON.stringify([schema.fingerprint, source, dayOf(observed_at), search_keyword]);
}
