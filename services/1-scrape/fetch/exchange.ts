// Owns one request and its answer, directly or through a proxy. Promises: no connection goes to an address that
// was not checked, and no answer costs more time, bytes or work than the limits below. Follows no redirect,
// tries nothing again, and judges no answer; that is fetcher.ts's business.
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { pipeline, type Readable, type Transform } from "node:stream";
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";
import { firstOf } from "@skillstream/platform/signals.ts";
import { checkedLookup, type NameLookup, Refused } from "./addresses.ts";
import { ProxyFault, type ProxyServer } from "./proxies.ts";
import { agentsThrough, basicAuthorization } from "./tunnels.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Where the body was found. A browser follows redirects by itself. */
  url: string;
}

export interface Call {
  url: URL;
  headers: Record<string, string>;
  /** The body of a POST. */
  json?: string | undefined;
  proxy?: ProxyServer | undefined;
  /** A longer body is cut off here instead of refused. */
  cutAtBytes?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface ExchangeOptions {
  userAgent: string;
  /** host:port pairs that may be asked though their address is not public. */
  allowedAddresses: readonly string[];
  lookup: NameLookup;
  /** From the start of the connection to the last byte received. */
  fetchTimeoutMs: number;
  /** After decompression. */
  bodyBytesMax: number;
}

export interface Exchange extends Disposable {
  send(call: Call): Promise<Answer>;
  /** Throws where an address may not be asked. For those who connect by themselves. */
  check(url: URL): Promise<void>;
}

/** The answer did not end in time. */
export class TimedOut extends Error {
  override name = "TimedOut";
}

/** Some sites send policies of 20 KiB and dozens of cookies; nobody sends this much for a reason. */
const headerBytesMax = 64 * 1024;
/** A whole page that is the same line over and over does not pack better than this; a bomb does. */
const packedRatioMax = 250;
/** Below this the ratio says nothing. */
const ratioBytesMin = 4 * 1024 * 1024;
/** RFC 9659: nobody needs to hold a larger window for a browser's sake, and neither for ours. */
const zstdWindowLogMax = 23;
const codingsMax = 2;
/** A proxy that has not connected by then counts as dead; at the latest after half the time of the request. */
const tunnelTimeoutMsMax = 10_000;
/** As many as a source may have under way, or each round would connect anew. */
const socketsKeptMax = 16;

export function createExchange(options: ExchangeOptions): Exchange {
  const addressesOf = checkedLookup(new Set(options.allowedAddresses), options.lookup);
  const direct = {
    "http:": new HttpAgent({ keepAlive: true, maxFreeSockets: socketsKeptMax }),
    "https:": new HttpsAgent({ keepAlive: true, maxFreeSockets: socketsKeptMax }),
  };
  const proxied = new Map<ProxyServer, ReturnType<typeof agentsThrough>>();

  function agentsOf(proxy: ProxyServer | undefined) {
    if (proxy === undefined || proxy.kind === "service") return direct;
    let agents = proxied.get(proxy);
    if (agents === undefined) {
      agents = agentsThrough(proxy, addressesOf, Math.min(tunnelTimeoutMsMax, options.fetchTimeoutMs / 2));
      proxied.set(proxy, agents);
    }
    return agents;
  }

  /** Connects to the very addresses that were checked, whatever the name stands for a moment later. */
  const lookupFor =
    (port: string): LookupFunction =>
    (hostname, { all }, callback) => {
      addressesOf(hostname, port).then(
        (found) => {
          if (all) callback(null, found);
          else callback(null, found[0]?.address ?? "", found[0]?.family ?? 0);
        },
        (error: NodeJS.ErrnoException) => callback(error, "", 0),
      );
    };

  async function transfer(call: Call, signal: AbortSignal): Promise<Answer> {
    const { url, json, proxy } = call;
    // A literal address is never looked up, and through a proxy nothing is: both are checked here.
    if (proxy !== undefined || /^\[|^[\d.]+$/.test(url.hostname))
      await addressesOf(url.hostname, portOf(url));
    signal.throwIfAborted();
    const target = proxy?.kind === "service" ? new URL(proxy.addressFor(url)) : url;
    const headers: Record<string, string> = {
      "user-agent": options.userAgent,
      "accept-encoding": "gzip, br, zstd",
      ...call.headers,
    };
    if (json !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = String(Buffer.byteLength(json));
    }
    const forwards = proxy?.kind === "http" && url.protocol === "http:";
    if (forwards) Object.assign(headers, basicAuthorization(proxy.url));
    return await new Promise<Answer>((resolve, reject) => {
      const request = (target.protocol === "https:" ? httpsRequest : httpRequest)(
        target,
        {
          method: json === undefined ? "GET" : "POST",
          agent: agentsOf(proxy)[target.protocol as "http:" | "https:"],
          // A service stands where the operator says, also on a private address.
          ...(proxy === undefined ? { lookup: lookupFor(portOf(url)) } : {}),
          ...(forwards ? { path: url.href } : {}),
          maxHeaderSize: headerBytesMax,
          signal,
          headers,
        },
        (response) => {
          readBody(response, options.bodyBytesMax, call.cutAtBytes).then(
            (body) =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body, url: url.href }),
            (error: unknown) => {
              response.destroy();
              reject(error);
            },
          );
        },
      );
      request.on("error", (error: NodeJS.ErrnoException) =>
        reject(
          error.code === "HPE_HEADER_OVERFLOW"
            ? new Refused(`${url.host} sent more than ${headerBytesMax} bytes of headers`)
            : error,
        ),
      );
      // A request that still waits for its tunnel would tell of its end only when it has one.
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      request.end(json);
    });
  }

  return {
    async check(url) {
      await addressesOf(url.hostname, portOf(url));
    },
    async send(call) {
      const timeout = AbortSignal.timeout(options.fetchTimeoutMs);
      using ends = firstOf(timeout, ...(call.signal === undefined ? [] : [call.signal]));
      let answer: Answer;
      try {
        answer = await transfer(call, ends.signal);
      } catch (error) {
        call.signal?.throwIfAborted();
        if (!timeout.aborted) throw error;
        throw new TimedOut(`no whole answer within ${options.fetchTimeoutMs / 1000} s`);
      }
      if (call.proxy !== undefined) blameProxy(call.proxy, call.url, answer);
      return answer;
    },
    [Symbol.dispose]() {
      for (const agents of [direct, ...proxied.values()]) {
        agents["http:"].destroy();
        agents["https:"].destroy();
      }
    },
  };
}

/** What a proxy answers in its own name is not the site's answer. */
function blameProxy(proxy: ProxyServer, asked: URL, { status, headers }: Answer): void {
  if (status === 407) throw new ProxyFault(proxy, "does not accept our name and password");
  if (proxy.kind !== "service") return;
  if (status === 401 || status === 402) throw new ProxyFault(proxy, `answered ${status}: see to its key`);
  // Its own address carries the key, which must not be taken for the page's address, nor go to the site with a path.
  const { search } = new URL(proxy.addressFor(asked));
  const location = headers.location ?? "";
  if (location.includes(proxy.name) || (search !== "" && location.includes(search)))
    throw new ProxyFault(proxy, "sent us on instead of answering");
}

function portOf(url: URL): string {
  return url.port || (url.protocol === "https:" ? "443" : "80");
}

const decoders: Record<string, () => Transform & { bytesWritten: number }> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: () => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLogMax } }),
};

/** Decompresses as it reads and stops at the limit, so that a small bomb cannot become a large body. */
async function readBody(
  response: IncomingMessage,
  bytesMax: number,
  cutAtBytes: number | undefined,
): Promise<Buffer> {
  const declared = Number(response.headers["content-length"]);
  if (declared > bytesMax && cutAtBytes === undefined)
    throw new Refused(`the answer has ${declared} bytes; at most ${bytesMax} are taken`);
  const codings = (response.headers["content-encoding"] ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  if (codings.length > codingsMax) throw new Refused("the answer is compressed more than twice over");
  const unpacking = codings.reverse().map((coding) => {
    const decoder = decoders[coding];
    if (decoder === undefined) throw new Refused(`the answer's encoding ${coding} was not asked for`);
    return decoder();
  });
  const [packed] = unpacking;
  const body: Readable =
    packed === undefined
      ? response
      : // An error reaches whoever reads the last of them.
        (pipeline([response, ...unpacking], () => undefined) as unknown as Readable);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (cutAtBytes !== undefined && bytes >= cutAtBytes) break;
    if (bytes > bytesMax) throw new Refused(`the answer grows beyond ${bytesMax} bytes`);
    if (packed !== undefined && bytes > ratioBytesMin && bytes > packedRatioMax * packed.bytesWritten)
      throw new Refused(`the answer unpacks to more than ${packedRatioMax} times its size`);
  }
  const whole = Buffer.concat(chunks, bytes);
  return cutAtBytes === undefined ? whole : whole.subarray(0, cutAtBytes);
}
