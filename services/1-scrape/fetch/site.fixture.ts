// Owns a site of a test: a real server on this machine that keeps a log of what it was asked. With `tls` it
// speaks https with a certificate of its own making, which whoever calls `trust` believes.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";

export interface Asked {
  method: string;
  path: string;
  at: number;
  headers: IncomingMessage["headers"];
  body: string;
}

export interface Site extends AsyncDisposable {
  url: string;
  host: string;
  port: number;
  requests: Asked[];
}

/** robots.txt asks for 5 ms between requests where the test has none of its own. */
export async function openSite(
  answer: RequestListener,
  robots: RequestListener | string = "User-agent: *\nCrawl-delay: 0.005",
  tls?: Certificate,
): Promise<Site> {
  const requests: Asked[] = [];
  const listener: RequestListener = (request, response) => {
    const asked: Asked = {
      method: request.method ?? "",
      path: request.url ?? "",
      at: performance.now(),
      headers: request.headers,
      body: "",
    };
    requests.push(asked);
    request.on("data", (chunk: Buffer) => {
      asked.body += chunk;
    });
    if (request.url !== "/robots.txt") answer(request, response);
    else if (typeof robots === "string") response.end(robots);
    else robots(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host}`,
    host,
    port,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface Certificate {
  key: string;
  cert: string;
}

/** From now on this process believes a server that shows this certificate. */
export function trust({ cert }: Certificate): void {
  setDefaultCACertificates([...getCACertificates("default"), cert]);
}

/** A self-signed certificate for 127.0.0.1 and the names. */
export function makeCertificate(...names: readonly string[]): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ecdsaWithSha256 = der(0x30, oid("2a8648ce3d040302"));
  const issuer = der(0x30, der(0x31, der(0x30, oid("550403"), der(0x0c, Buffer.from("a test")))));
  const time = (year: number) => der(0x18, Buffer.from(`${year}0101000000Z`));
  const alternatives = der(
    0x30,
    der(0x87, Buffer.from([127, 0, 0, 1])),
    ...names.map((name) => der(0x82, Buffer.from(name))),
  );
  const extensions = der(
    0x30,
    der(0x30, oid("551d11"), der(0x04, alternatives)),
    der(0x30, oid("551d13"), der(0x04, der(0x30, der(0x01, Buffer.from([0xff]))))),
  );
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    issuer,
    der(0x30, time(2020), time(2120)),
    issuer,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", body, privateKey));
  const base64 = der(0x30, body, ecdsaWithSha256, signature).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return {
    key: (privateKey as KeyObject).export({ type: "pkcs8", format: "pem" }).toString(),
    cert: ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n"),
  };
}

/** A value of ASN.1 in its distinguished encoding. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 128
      ? [content.length]
      : content.length < 256
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}
