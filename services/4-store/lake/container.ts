// Owns the bytes of an Avro container file: a header with the schema, then blocks of records, each compressed by
// deflate, the one codec that every reader of Avro knows beside none. It is written from records that are encoded
// already, so that what was read from Kafka is copied and never encoded anew; the same records give the same bytes.
import { promisify } from "node:util";
import { deflateRaw, inflateRaw, type ZlibOptions } from "node:zlib";
import { Invalid, messageOf } from "@skillstream/platform/errors.ts";

const deflate = promisify<Buffer, ZlibOptions, Buffer>(deflateRaw);
const inflate = promisify(inflateRaw);

const magic = Buffer.from("Obj\x01", "latin1");
export const syncBytes = 16;

/** A block is closed when it holds so much; deflate looks back no further than 32 KB anyway. */
export const blockBytesMax = 128 * 1024;
/** Of job pages it packs 5 % worse than level 6 and takes two thirds of the time. */
const deflateOptions = { level: 4, chunkSize: blockBytesMax };
/** A record of the largest size that Kafka takes, after what a block may hold before it. */
const inflatedBytesMax = 32 * 1024 * 1024;

/** Avro's int and long: zigzag, seven bits a byte. */
export function long(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

export function bytes(value: Buffer): Buffer {
  return Buffer.concat([long(value.length), value]);
}

const text = (value: string) => bytes(Buffer.from(value));

export function header(schema: string, sync: Buffer): Buffer {
  const metadata = [text("avro.schema"), text(schema), text("avro.codec"), text("deflate")];
  return Buffer.concat([magic, long(2), ...metadata, long(0), sync]);
}

export async function block(records: readonly Buffer[], sync: Buffer): Promise<Buffer> {
  const packed = await deflate(Buffer.concat(records), deflateOptions);
  return Buffer.concat([long(records.length), long(packed.length), packed, sync]);
}

export interface Container {
  /** As JSON text. */
  schema: string;
  /** Each block's records, still encoded. Throws Invalid where the file is not what it should be. */
  blocks(): AsyncGenerator<{ records: number; body: Buffer }>;
}

/** Throws Invalid where this is no container file, or of a codec that the lake does not write. */
export function openContainer(file: Buffer): Container {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > file.length) throw new Invalid("the file ends too early");
    at += length;
    return file.subarray(at - length, at);
  };
  const takeLong = (): number => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 53; factor *= 128) {
      const byte = take(1)[0] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new Invalid("the file holds a number that is too long");
  };

  if (!take(magic.length).equals(magic)) throw new Invalid("the file is no Avro container file");
  const metadata = new Map<string, string>();
  for (let count = takeLong(); count !== 0; count = takeLong()) {
    if (count < 0) {
      takeLong();
      count = -count;
    }
    for (; count > 0; count--) {
      const key = take(takeLong()).toString();
      metadata.set(key, take(takeLong()).toString());
    }
  }
  const sync = take(syncBytes);
  const schema = metadata.get("avro.schema");
  if (schema === undefined) throw new Invalid("the file states no schema");
  const codec = metadata.get("avro.codec") ?? "null";
  if (codec !== "deflate") throw new Invalid(`the file is compressed by ${codec}, not by deflate`);
  const start = at;

  return {
    schema,
    async *blocks() {
      for (at = start; at < file.length; ) {
        const records = takeLong();
        const packed = take(takeLong());
        if (!take(syncBytes).equals(sync)) throw new Invalid("a block does not end where it says");
        const next = at;
        let body: Buffer;
        try {
          body = (await inflate(packed, { maxOutputLength: inflatedBytesMax })) as Buffer;
        } catch (error) {
          throw new Invalid(`a block can't be unpacked: ${messageOf(error)}`);
        }
        yield { records, body };
        at = next;
      }
    },
  };
}
