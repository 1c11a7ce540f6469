// Owns how a request's query and data are read: the query in the URL and the body are one text, as in
// ClickHouse. An insert's data go to a file as they come, never whole through memory, and the engine reads
// them from there: given inline, chdb would take what follows an empty line for the next statement.
import { type FileHandle, open, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import type { Readable, Transform } from "node:stream";
import zlib from "node:zlib";
import { Exception } from "./exception.ts";
import { readInsert, type Token, tokenize } from "./sql.ts";

export interface StatementLimits {
  /** Text of a statement, without an insert's data. */
  queryBytesMax: number;
  /** Data of one insert, uncompressed. */
  insertBytesMax: number;
}

export interface InsertData extends AsyncDisposable {
  path: string;
  format: string;
  /** The data themselves, where they are SQL and few enough to be looked into. */
  values: Token[] | undefined;
}

export interface Statement {
  /** What the engine runs; for an insert with data, reading them from their file. */
  text: string;
  tokens: Token[];
  data: InsertData | undefined;
}

/** Enough to find the end of any reasonable INSERT's head without looking through its data. */
const headBytes = 16 * 1024;

/** Data are handed to the disk in pieces of this size. */
const writeBytes = 4 * 1024 * 1024;

/** VALUES may hold expressions, which must be looked into; longer ones are read as plain literals. */
const valuesBytesMax = 4 * 1024 * 1024;

export async function readStatement(
  request: IncomingMessage,
  query: string,
  limits: StatementLimits,
  spool: string,
): Promise<Statement> {
  await using source = textOf(request, query);
  const taken: Buffer[] = [];
  let bytes = 0;
  let ended = false;
  const take = async (atLeast: number) => {
    while (!ended && bytes < atLeast) {
      const next = await source.next();
      if (next.done) {
        ended = true;
      } else {
        taken.push(next.value);
        bytes += next.value.length;
      }
    }
    return Buffer.concat(taken);
  };

  let text = await take(headBytes);
  let insert = findInsert(text.subarray(0, headBytes));
  if (insert === undefined && bytes > headBytes) {
    text = await take(limits.queryBytesMax + 1);
    insert = findInsert(text.subarray(0, limits.queryBytesMax));
  }
  if (insert === undefined) {
    if (bytes > limits.queryBytesMax) {
      throw new Exception(
        62,
        "SYNTAX_ERROR",
        `Syntax error: Max query size exceeded: a statement may have ${limits.queryBytesMax} bytes`,
      );
    }
    return { text: text.toString(), tokens: tokenize(text.toString("latin1")), data: undefined };
  }

  const { head, tokens } = insert;
  if (head.throughSelect) {
    throw new Exception(
      48,
      "NOT_IMPLEMENTED",
      "INSERT … SELECT … FORMAT (data through input()) is not supported here: insert the data as they are, or leave FORMAT",
    );
  }
  const data = await spoolData(afterHead(text.subarray(head.dataStart)), source, head.format, limits, spool);
  const part = (from: number, to: number) => text.subarray(from, to).toString();
  return {
    text: `${part(0, head.infileAt)} FROM INFILE '${data.path}' ${part(head.infileAt, head.formatAt)} FORMAT ${head.format}`,
    tokens,
    data,
  };
}

/** The query and, on lines of its own, the body. */
async function* textOf(request: IncomingMessage, query: string): AsyncGenerator<Buffer, void, void> {
  let before = Buffer.from(query);
  if (before.length > 0) yield before;
  for await (const chunk of bodyOf(request)) {
    if (before.length > 0) yield newline;
    before = nothing;
    yield chunk;
  }
}

const newline = Buffer.from("\n");
const nothing = Buffer.alloc(0);

function findInsert(text: Buffer) {
  const tokens = tokenize(text.toString("latin1"));
  const head = readInsert(tokens);
  if (head === undefined) return undefined;
  return { head, tokens: tokens.filter((token) => token.end <= head.dataStart) };
}

/** Data that stand in the query's own text begin after the line break that ends its head. */
function afterHead(data: Buffer): Buffer {
  let at = 0;
  while (data[at] === 0x20 || data[at] === 0x09 || data[at] === 0x0d || data[at] === 0x3b) at++;
  return data[at] === 0x0a ? data.subarray(at + 1) : data.subarray(at);
}

let files = 0;

async function spoolData(
  first: Buffer,
  rest: AsyncIterator<Buffer, void>,
  format: string,
  limits: StatementLimits,
  spool: string,
): Promise<InsertData> {
  const path = join(spool, `insert-${files++}`);
  const remove = () => rm(path, { force: true });
  const file = await open(path, "wx", 0o600);
  try {
    const kept: Buffer[] = [];
    const expressions = format.toUpperCase() === "VALUES";
    let piece = [first];
    let pieceBytes = first.length;
    let bytes = pieceBytes;
    for (;;) {
      const next = await rest.next();
      if (!next.done) {
        piece.push(next.value);
        pieceBytes += next.value.length;
        bytes += next.value.length;
      }
      if (bytes > limits.insertBytesMax) {
        throw new Exception(
          307,
          "TOO_MANY_BYTES",
          `The data of one insert are larger than ${limits.insertBytesMax} bytes: send the rows in smaller inserts`,
          413,
        );
      }
      if (next.done || pieceBytes >= writeBytes) {
        if (expressions && bytes <= valuesBytesMax) kept.push(...piece);
        await writeAll(file, piece);
        piece = [];
        pieceBytes = 0;
      }
      if (next.done) break;
    }
    const values =
      expressions && bytes <= valuesBytesMax ? tokenize(Buffer.concat(kept).toString("latin1")) : undefined;
    return { path, format, values, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    throw new Exception(243, "NOT_ENOUGH_SPACE", `No room for the insert's data in ${spool}: free some disk`);
  } finally {
    await file.close();
  }
}

/** The kernel takes so many buffers at once. */
const buffersMax = 1024;

async function writeAll(file: FileHandle, chunks: Buffer[]): Promise<void> {
  for (let at = 0; at < chunks.length; at += buffersMax) {
    const some = chunks.slice(at, at + buffersMax);
    const { bytesWritten } = await file.writev(some);
    const left = Buffer.concat(bytesWritten === total(some) ? [] : some).subarray(bytesWritten);
    // What a write leaves over is an error, such as a full disk, that the next one names.
    if (left.length > 0) await file.writeFile(left);
  }
}

function total(chunks: Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}

/** The body, decompressed. Giving up on it half-way leaves the connection open for the answer. */
async function* bodyOf(request: IncomingMessage): AsyncGenerator<Buffer, void, void> {
  const encoding = request.headers["content-encoding"]?.toLowerCase() ?? "";
  const decode = decoder(encoding);
  let source: Readable = request;
  if (decode !== undefined) {
    source = request.pipe(decode);
    request.once("close", () => {
      if (!request.complete) decode.destroy(new Error("the client went away"));
    });
  }
  try {
    yield* source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (decode === undefined || !request.complete) throw error;
    throw new Exception(
      354,
      "ZLIB_INFLATE_FAILED",
      `The request's body is not ${encoding}: ${(error as Error).message}`,
      400,
    );
  } finally {
    // What is left of a body that was given up is read and forgotten, so that the answer gets through.
    if (decode !== undefined) {
      request.unpipe(decode);
      decode.destroy();
    }
    request.resume();
  }
}

function decoder(encoding: string): Transform | undefined {
  switch (encoding) {
    case "":
    case "identity":
      return undefined;
    case "gzip":
    case "x-gzip":
      return zlib.createGunzip();
    case "deflate":
      return zlib.createInflate();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      return zlib.createZstdDecompress();
    default:
      throw new Exception(
        48,
        "NOT_IMPLEMENTED",
        `Unknown compression method ${encoding}: use gzip, deflate, br or zstd`,
      );
  }
}
