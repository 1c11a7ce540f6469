import { createServer as createTcpServer } from "node:net";
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type NameLookup, Refused } from "./addresses.ts";
import { type Call, createExchange, type Exchange, TimedOut } from "./exchange.ts";
import { makeCertificate, openSite, type Site, trust } from "./site.fixture.ts";

const certificate = makeCertificate("site.test");
beforeAll(() => trust(certificate));

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

const kept = <T extends AsyncDisposable>(one: T): T => {
  open.push(one);
  return one;
};

function exchange(
  sites: readonly { host: string }[],
  options: { lookup?: NameLookup; fetchTimeoutMs?: number; bodyBytesMax?: number } = {},
): Exchange {
  return createExchange({
    userAgent: "test",
    allowedAddresses: sites.map(({ host }) => host),
    lookup: () => Promise.reject(new Error("no name is looked up")),
    fetchTimeoutMs: 5_000,
    bodyBytesMax: 64 * 1024 * 1024,
    ...options,
  });
}

async function send(one: Exchange, url: string, more: Partial<Call> = {}) {
  try {
    const { status, body } = await one.send({ url: new URL(url), headers: {}, ...more });
    return `${status} ${body.toString("utf8", 0, 100)}`;
  } catch (error) {
    return error as Error;
  }
}

const fine = (): Promise<Site> =>
  openSite((request, response) => response.end(`${request.method} fine`)).then(kept);

test("a GET and a POST with its body get their answers, in the clear and over TLS", async () => {
  const plain = await fine();
  const secure = kept(await openSite((_, response) => response.end("sealed"), undefined, certificate));
  using one = exchange([plain, secure]);
  expect(await send(one, `${plain.url}/x`)).toBe("200 GET fine");
  expect(await send(one, `${plain.url}/x`, { json: '{"q":"é"}' })).toBe("200 POST fine");
  expect(plain.requests[1]).toMatchObject({
    body: '{"q":"é"}',
    headers: { "content-type": "application/json", "content-length": "10" },
  });
  expect(await send(one, `${secure.url}/x`)).toBe("200 sealed");
});

test("a certificate that nobody vouches for is not believed", async () => {
  const stranger = kept(await openSite((_, response) => response.end(), undefined, makeCertificate()));
  using one = exchange([stranger]);
  expect(await send(one, stranger.url)).toMatchObject({ message: expect.stringMatching(/self.signed/) });
  expect(stranger.requests).toHaveLength(0);
});

test.each([
  "127.0.0.1",
  "127.9.9.9",
  "10.0.0.1",
  "169.254.169.254",
  "::1",
  "fe80::1",
  "::ffff:10.0.0.1",
  "64:ff9b::a00:1",
  "fd00:ec2::254",
])("a name that stands for %s is refused, also beside a public address", async (address) => {
  const family = address.includes(":") ? 6 : 4;
  using alone = exchange([], { lookup: async () => [{ address, family }] });
  using beside = exchange([], {
    lookup: async () => [
      { address: "93.184.215.14", family: 4 },
      { address, family },
    ],
  });
  for (const one of [alone, beside]) {
    const answer = await send(one, "http://site.test:1/");
    expect(answer).toBeInstanceOf(Refused);
    expect(answer).toMatchObject({ message: expect.stringContaining(`site.test stands for ${address}`) });
    await expect(one.check(new URL("https://site.test/"))).rejects.toBeInstanceOf(Refused);
  }
});

test("a name that changes its mind after the check gains nothing: the checked address is connected to", async () => {
  const site = await fine();
  let asked = 0;
  using one = exchange([site], {
    // The first answer is allowed; what follows would lead elsewhere.
    lookup: async () => [{ address: asked++ === 0 ? "127.0.0.1" : "10.255.255.1", family: 4 }],
  });
  expect(await send(one, `http://site.test:${site.port}/`)).toBe("200 GET fine");
  expect(asked).toBe(1);
  expect(site.requests[0]?.headers.host).toBe(`site.test:${site.port}`);
});

test("an allowed name may stand for this machine, on that port alone", async () => {
  const site = await fine();
  const other = await fine();
  using one = exchange([{ host: `site.test:${site.port}` }], {
    lookup: async () => [{ address: "127.0.0.1", family: 4 }],
  });
  expect(await send(one, `http://site.test:${site.port}/`)).toBe("200 GET fine");
  expect(await send(one, `http://site.test:${other.port}/`)).toBeInstanceOf(Refused);
});

const packers = { gzip: gzipSync, br: brotliCompressSync, zstd: zstdCompressSync } as const;

test.each(Object.entries(packers))(
  "a %s bomb is stopped by its ratio long before the size limit, alone and packed twice",
  async (coding, pack) => {
    const bomb = pack(Buffer.alloc(48 * 1024 * 1024));
    const site = kept(
      await openSite((request, response) => {
        const twice = request.url === "/twice";
        response.setHeader("content-encoding", twice ? `${coding}, gzip` : coding);
        response.end(twice ? gzipSync(bomb) : bomb);
      }),
    );
    using one = exchange([site]);
    for (const path of ["/once", "/twice"]) {
      const before = process.memoryUsage().rss;
      const answer = await send(one, site.url + path);
      expect(answer).toBeInstanceOf(Refused);
      expect(answer).toMatchObject({ message: expect.stringContaining("250 times its size") });
      expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024);
    }
  },
);

test("a long list that is much the same from line to line is no bomb", async () => {
  const list = JSON.stringify(
    Array.from({ length: 80_000 }, (_, id) => ({
      id: (id * 2_654_435_761) % 2 ** 32,
      title: "Data engineer",
      at: "Bonn",
    })),
  );
  expect(list.length).toBeGreaterThan(4 * 1024 * 1024);
  const packed = {
    gzip: gzipSync(list),
    br: brotliCompressSync(list, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
    zstd: zstdCompressSync(list),
  };
  const site = kept(
    await openSite((request, response) => {
      const coding = request.url?.slice(1) as keyof typeof packed;
      response.setHeader("content-encoding", coding).end(packed[coding]);
    }),
  );
  using one = exchange([site]);
  for (const coding of Object.keys(packed)) {
    const { body } = await one.send({ url: new URL(`${site.url}/${coding}`), headers: {} });
    expect(body.toString()).toBe(list);
  }
});

test("what is packed thrice, in a coding that was not asked for, or wrongly, is no page", async () => {
  const site = kept(
    await openSite((request, response) => {
      const coding = decodeURIComponent(request.url?.slice(1) ?? "");
      response.setHeader("content-encoding", coding).end("not packed");
    }),
  );
  using one = exchange([site]);
  expect(await send(one, `${site.url}/gzip,gzip,gzip`)).toBeInstanceOf(Refused);
  expect(await send(one, `${site.url}/compress`)).toBeInstanceOf(Refused);
  for (const coding of ["gzip", "br", "zstd", "gzip,br"])
    expect(await send(one, `${site.url}/${coding}`), coding).toBeInstanceOf(Error);
  expect(await send(one, `${site.url}/identity`)).toBe("200 not packed");
});

test("a body that is cut off is an error, packed or not, and never half a page", async () => {
  const packed = gzipSync(Buffer.from("a page ".repeat(10_000)));
  const site = kept(
    await openSite((request, response) => {
      if (request.url === "/length") {
        response.setHeader("content-length", 1000);
        response.write("half", () => response.destroy());
      } else if (request.url === "/chunked") {
        response.write("half", () => response.destroy());
      } else {
        // The length is right, and the end is missing all the same.
        response.setHeader("content-encoding", "gzip").end(packed.subarray(0, -20));
      }
    }),
  );
  using one = exchange([site]);
  for (const path of ["/length", "/chunked", "/packed"])
    expect(await send(one, site.url + path), path).toBeInstanceOf(Error);
});

test("who drips bytes, and who says nothing, costs no more than the time limit", async () => {
  const site = kept(
    await openSite((request, response) => {
      if (request.url !== "/drips") return;
      const drip = setInterval(() => response.write("."), 10);
      response.on("close", () => clearInterval(drip));
    }),
  );
  using one = exchange([site], { fetchTimeoutMs: 150 });
  for (const path of ["/drips", "/silent"]) {
    const started = performance.now();
    expect(await send(one, site.url + path)).toBeInstanceOf(TimedOut);
    expect(performance.now() - started).toBeLessThan(1_000);
  }
});

test("an endless head is refused, and one as long as some sites send is read", async () => {
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      const bytes = data.toString().startsWith("GET /long") ? 40_000 : 200_000;
      socket.write(`HTTP/1.1 200 OK\r\nx: ${"x".repeat(bytes)}\r\ncontent-length: 2\r\n\r\nok`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({ [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())) });
  const host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  using one = exchange([{ host }]);
  expect(await send(one, `http://${host}/long`)).toBe("200 ok");
  expect(await send(one, `http://${host}/endless`)).toBeInstanceOf(Refused);
});

test("where the start is enough, a longer body is cut instead of refused", async () => {
  const site = kept(
    await openSite((_, response) => {
      const write = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", write);
      write();
    }),
  );
  using one = exchange([site], { bodyBytesMax: 1_000_000 });
  const { body } = await one.send({ url: new URL(site.url), headers: {}, cutAtBytes: 100_000 });
  expect(body).toHaveLength(100_000);
});
