// Owns how a result goes out: held back while it is small, so that an early failure still gets a status of
// its own, then streamed at the client's pace, compressed if it asked for that. After the first byte a
// failure is ClickHouse's mark in the stream, which clients look for.
import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import type { Ran } from "./engine.ts";
import type { Exception } from "./exception.ts";

export interface ResultOptions {
  format: string;
  compress: boolean;
  /** As much of the result is held back before anything is sent. */
  holdBytes: number;
  /** A client that takes nothing for so long is given up. */
  stallMs: number;
  version: string;
}

export class Result {
  readonly #response: ServerResponse;
  readonly #options: ResultOptions;
  readonly #encoding: string | undefined;
  readonly #encode: Transform | undefined;
  readonly #tag = randomUUID().replaceAll("-", "").slice(0, 16);
  #held: Buffer[] = [];
  #heldBytes = 0;
  #started = false;

  constructor(response: ServerResponse, options: ResultOptions) {
    this.#response = response;
    this.#options = options;
    this.#encoding = options.compress ? encodingOf(response.req.headers["accept-encoding"]) : undefined;
    this.#encode = encoder(this.#encoding);
  }

  /** Takes what the engine writes until the reader ends. Once the client is gone it is read all the same. */
  async take(reader: Socket): Promise<void> {
    const sink = this.#encode ?? this.#response;
    let stall: NodeJS.Timeout | undefined;
    const resume = () => {
      clearTimeout(stall);
      reader.resume();
    };
    sink.on("drain", resume);
    this.#response.once("close", resume);
    reader.on("data", (chunk: Buffer) => {
      if (this.#response.destroyed || this.#push(chunk)) return;
      reader.pause();
      clearTimeout(stall);
      stall = setTimeout(() => this.#response.destroy(), this.#options.stallMs);
    });
    await new Promise<void>((resolve) => {
      reader.on("error", () => reader.destroy());
      reader.once("close", resolve);
    });
    clearTimeout(stall);
    sink.off("drain", resume);
    this.#response.off("close", resume);
  }

  end(ran: Ran): void {
    this.#start(ran);
    (this.#encode ?? this.#response).end();
  }

  /** Throws the exception where nothing was sent yet. */
  fail(exception: Exception): void {
    if (!this.#started) throw exception;
    const text = `${exception.text(this.#options.version)}\n`;
    const mark = "__exception__";
    (this.#encode ?? this.#response).end(
      `\r\n${mark}\r\n${this.#tag}\r\n${text}${Buffer.byteLength(text)} ${this.#tag}\r\n${mark}\r\n`,
    );
  }

  #push(chunk: Buffer): boolean {
    if (this.#started) return this.#write(chunk);
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    return this.#heldBytes <= this.#options.holdBytes || this.#start(undefined);
  }

  #start(ran: Ran | undefined): boolean {
    if (this.#started) return true;
    this.#started = true;
    const response = this.#response;
    response.setHeader("Content-Type", contentType(this.#options.format));
    response.setHeader("X-ClickHouse-Format", this.#options.format);
    response.setHeader("X-ClickHouse-Summary", summary(ran, false));
    response.setHeader("X-ClickHouse-Exception-Tag", this.#tag);
    if (this.#encoding !== undefined) response.setHeader("Content-Encoding", this.#encoding);
    else if (ran !== undefined) response.setHeader("Content-Length", this.#heldBytes);
    this.#encode?.pipe(response);
    const taken = this.#held.map((chunk) => this.#write(chunk));
    this.#held = [];
    return taken.every(Boolean);
  }

  #write(chunk: Buffer): boolean {
    return (this.#encode ?? this.#response).write(chunk);
  }
}

/** What ran is known once it is over; of a result that began before, nothing is said, as in ClickHouse. */
export function summary(ran: Ran | undefined, wrote: boolean): string {
  const { rows, bytes, elapsedS } = ran ?? { rows: 0, bytes: 0, elapsedS: 0 };
  return JSON.stringify({
    read_rows: String(rows),
    read_bytes: String(bytes),
    written_rows: String(wrote ? rows : 0),
    written_bytes: String(wrote ? bytes : 0),
    total_rows_to_read: "0",
    result_rows: String(wrote ? rows : 0),
    result_bytes: String(wrote ? bytes : 0),
    elapsed_ns: String(Math.round(elapsedS * 1e9)),
  });
}

function encodingOf(accepted: string | undefined): string | undefined {
  const names = (accepted ?? "").split(",").map((one) => one.split(";")[0]?.trim().toLowerCase());
  return ["zstd", "br", "gzip", "deflate"].find((one) => names.includes(one));
}

function encoder(encoding: string | undefined): Transform | undefined {
  switch (encoding) {
    case "zstd":
      return zlib.createZstdCompress();
    case "br":
      return zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 3 } });
    case "gzip":
      return zlib.createGzip({ level: 3 });
    case "deflate":
      return zlib.createDeflate({ level: 3 });
    default:
      return undefined;
  }
}

export function contentType(format: string): string {
  if (/^JSON.*EachRow/.test(format)) return "application/x-ndjson; charset=UTF-8";
  if (/^JSON/.test(format)) return "application/json; charset=UTF-8";
  if (/^(TabSeparated|TSV)/.test(format)) return "text/tab-separated-values; charset=UTF-8";
  if (/^CSVWithNames/.test(format)) return "text/csv; charset=UTF-8; header=present";
  if (/^CSV/.test(format)) return "text/csv; charset=UTF-8; header=absent";
  if (/^(RowBinary|Native|Parquet|Arrow|ORC|Avro|Protobuf|MsgPack|BSON)/.test(format)) {
    return "application/octet-stream";
  }
  if (format === "XML") return "application/xml; charset=UTF-8";
  return "text/plain; charset=UTF-8";
}
