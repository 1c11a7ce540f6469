import { afterEach, beforeAll, expect, test } from "vitest";
import { createFetcher, type Fetcher, type FetcherOptions, type FetchRequest } from "./fetcher.ts";
import { DeadProxy, ProxyFault, ProxyPool, parseProxy } from "./proxies.ts";
import { openHttpProxy, openSocksProxy } from "./proxy.fixture.ts";
import { makeCertificate, openSite, trust } from "./site.fixture.ts";

const certificate = makeCertificate("site.test", "localhost");
beforeAll(() => trust(certificate));

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});
const kept = <T extends AsyncDisposable>(one: T): T => {
  open.push(one);
  return one;
};

const noRobots = "User-agent: *\nCrawl-delay: 0";
const plainSite = async () =>
  kept(await openSite((request, response) => response.end(`plain ${request.method}`), noRobots));
const secureSite = async () =>
  kept(
    await openSite((request, response) => response.end(`secure ${request.method}`), noRobots, certificate),
  );

/** A fetcher for which site.test has a public address that no test could reach: only a proxy gets there. */
function fetcher(proxies: readonly string[], options: FetcherOptions = {}): Fetcher {
  return kept(
    createFetcher({
      proxies,
      backoffMs: 1,
      defaultDelayMs: 0,
      attemptsMax: 2,
      lookup: async (name) => {
        if (name === "inside.test") return [{ address: "10.0.0.7", family: 4 }];
        return [{ address: "93.184.215.14", family: 4 }];
      },
      ...options,
    }),
  );
}

async function textOf(one: Fetcher, request: FetchRequest): Promise<string> {
  const fetched = await one.fetch(request);
  return fetched.kind === "page" ? fetched.page.body.toString() : JSON.stringify(fetched);
}

const nobody = async () => {
  const proxy = await openHttpProxy();
  await proxy[Symbol.asyncDispose]();
  return proxy.port;
};

test.each(["http", "https"])("an %s proxy carries requests, with a name and a password", async (scheme) => {
  const secure = await secureSite();
  const plain = await plainSite();
  const wants = { user: "me", password: "p:w %", ...(scheme === "https" ? { tls: certificate } : {}) };
  const toSecure = kept(await openHttpProxy({ ...wants, to: secure }));
  const toPlain = kept(await openHttpProxy({ ...wants, to: plain }));
  const at = (port: number) => `${scheme}://me:p%3Aw%20%25@localhost:${port}`;
  expect(await textOf(fetcher([at(toSecure.port)]), { url: "https://site.test/x" })).toBe("secure GET");
  expect(await textOf(fetcher([at(toPlain.port)]), { url: "http://site.test/x", json: "{}" })).toBe(
    "plain POST",
  );
  expect(toSecure.log).toEqual(["CONNECT site.test:443"]);
  expect(toPlain.log).toEqual(["GET http://site.test/robots.txt", "POST http://site.test/x"]);
  expect(secure.requests.map(({ headers }) => headers["proxy-authorization"])).toEqual([
    undefined,
    undefined,
  ]);
});

test("a SOCKS proxy carries both kinds; socks5 gets the checked address, socks5h the name", async () => {
  const secure = await secureSite();
  const plain = await plainSite();
  const wants = { user: "me", password: "secret" };
  const toSecure = kept(await openSocksProxy({ ...wants, to: secure }));
  const toPlain = kept(await openSocksProxy({ ...wants, to: plain }));
  const byAddress = fetcher([`socks5://me:secret@127.0.0.1:${toPlain.port}`]);
  expect(await textOf(byAddress, { url: "http://site.test/x" })).toBe("plain GET");
  const byName = fetcher([`socks5h://me:secret@127.0.0.1:${toSecure.port}`]);
  expect(await textOf(byName, { url: "https://site.test/x" })).toBe("secure GET");
  expect(toPlain.log).toEqual(["SOCKS 93.184.215.14:80"]);
  expect(toSecure.log).toEqual(["SOCKS site.test:443"]);
});

test("a service gets the address in its own, and what it answers stands for the page", async () => {
  const service = kept(
    await openSite((request, response) => {
      const asked = new URL(request.url ?? "", "http://service.test").searchParams;
      if (asked.get("url")?.endsWith("/robots.txt")) response.writeHead(404).end();
      else response.end(`${asked.get("key")} ${asked.get("url")}`);
    }),
  );
  const one = fetcher([`${service.url}/v1?key=SECRET&url={url}`]);
  const fetched = await one.fetch({ url: "https://site.test/jobs?q=a&b=c d" });
  expect(fetched).toMatchObject({ kind: "page", page: { url: "https://site.test/jobs?q=a&b=c%20d" } });
  expect(fetched.kind === "page" && fetched.page.body.toString()).toBe(
    "SECRET https://site.test/jobs?q=a&b=c%20d",
  );
});

test("a service that sends us on within itself does not get its key sent to the site", async () => {
  const service = kept(
    await openSite((request, response) => {
      const asked = new URL(request.url ?? "", "http://service.test").searchParams;
      if (asked.get("url")?.endsWith("/robots.txt")) response.writeHead(404).end();
      else
        response.writeHead(301, { location: `/v1/${new URL(request.url ?? "", "http://s").search}` }).end();
    }),
  );
  const one = fetcher([`${service.url}/v1?key=SECRET&url={url}`], { redirectsMax: 2 });
  const fetched = await one.fetch({ url: "https://site.test/jobs?q=a" });
  expect(fetched).toMatchObject({ kind: "unavailable", cause: "dead proxy" });
  expect(service.requests.filter(({ path }) => decodeURIComponent(path).includes("site.test/v1"))).toEqual(
    [],
  );
});

test("what may not be asked directly may not be asked through a proxy either", async () => {
  const proxy = kept(await openHttpProxy());
  const socks = kept(await openSocksProxy());
  for (const way of [
    `http://127.0.0.1:${proxy.port}`,
    `socks5h://127.0.0.1:${socks.port}`,
    `http://127.0.0.1:${proxy.port}/?url={url}`,
  ]) {
    const one = fetcher([way]);
    for (const url of [
      "http://inside.test/",
      "https://inside.test/",
      "http://169.254.169.254/",
      "https://[::1]/",
    ])
      expect(await one.fetch({ url }), `${url} by ${way}`).toMatchObject({ kind: "refused" });
  }
  expect([...proxy.log, ...socks.log]).toEqual([]);
});

test("a dead proxy is passed over for the next, at once and without asking the site twice", async () => {
  const secure = await secureSite();
  const works = kept(await openHttpProxy({ to: secure }));
  const silent = kept(await openHttpProxy({ silent: true }));
  const locked = kept(await openHttpProxy({ user: "me", password: "right", to: secure }));
  const socks = kept(await openSocksProxy({ user: "me", password: "right", to: secure }));
  const retries: string[] = [];
  for (const dead of [
    `http://127.0.0.1:${await nobody()}`,
    `http://127.0.0.1:${silent.port}`,
    `http://me:WRONG@127.0.0.1:${locked.port}`,
    `socks5://me:WRONG@127.0.0.1:${socks.port}`,
    `socks5://127.0.0.1:${await nobody()}`,
  ]) {
    const one = fetcher([dead, `http://127.0.0.1:${works.port}`], { fetchTimeoutMs: 400 });
    const request = { url: "https://site.test/x", onRetry: (reason: string) => retries.push(reason) };
    expect(await textOf(one, request), dead).toBe("secure GET");
  }
  expect(retries).toEqual([]);
  expect(secure.requests.map(({ path }) => path)).toEqual(Array(5).fill(["/robots.txt", "/x"]).flat());
});

test("a proxy that wants another password is dead for http: addresses too", async () => {
  const plain = await plainSite();
  const locked = kept(await openHttpProxy({ user: "me", password: "right", to: plain }));
  const one = fetcher([`http://me:HUSH@127.0.0.1:${locked.port}`]);
  expect(await one.fetch({ url: "http://site.test/x" })).toEqual({
    kind: "unavailable",
    cause: "dead proxy",
    reason: `no proxy gets through: proxy 127.0.0.1:${locked.port}: does not accept our name and password`,
  });
});

test("where all proxies are dead the reason names each by host and port, and never its password", async () => {
  const locked = kept(await openHttpProxy({ user: "me", password: "right" }));
  const socks = kept(await openSocksProxy({ user: "me", password: "right" }));
  const service = kept(
    await openSite(
      (_, response) => response.writeHead(401).end(),
      (_, response) => response.writeHead(401).end(),
    ),
  );
  const gone = await nobody();
  const one = fetcher([
    `http://me:HUSH@127.0.0.1:${locked.port}`,
    `socks5h://me:HUSH@127.0.0.1:${socks.port}`,
    `http://me:HUSH@127.0.0.1:${gone}`,
    `${service.url}/?key=HUSH&url={url}`,
  ]);
  const fetched = await one.fetch({ url: "https://site.test/x" });
  expect(fetched).toMatchObject({ kind: "unavailable", cause: "dead proxy" });
  const reason = "reason" in fetched ? fetched.reason : "";
  for (const port of [locked.port, socks.port, gone, service.port])
    expect(reason).toContain(`127.0.0.1:${port}`);
  expect(reason).not.toMatch(/HUSH|me:/);
  expect(reason).toMatch(/name and password/);
  expect(reason).toMatch(/ECONNREFUSED/);
  expect(reason).toMatch(/see to its key/);
});

test("a site that no proxy can reach is away; that does not make the proxies dead", async () => {
  const http = kept(await openHttpProxy({ refuses: 502 }));
  const socks = kept(await openSocksProxy({ refuses: 4 }));
  for (const way of [`http://127.0.0.1:${http.port}`, `socks5://127.0.0.1:${socks.port}`]) {
    const one = fetcher([way]);
    for (let count = 0; count < 4; count++) {
      const fetched = await one.fetch({ url: "https://site.test/x" });
      expect(fetched).toMatchObject({ kind: "unavailable" });
      expect(fetched, way).not.toMatchObject({ cause: "dead proxy" });
    }
  }
});

test.each([openHttpProxy, openSocksProxy])(
  "a proxy that dies in the middle of a page costs an attempt, and the next one brings the page",
  async (openProxy) => {
    let asked = 0;
    const secure = kept(
      await openSite(
        (_, response) => {
          if (asked++ > 0) response.end("whole");
          else response.write("half", () => void dying[Symbol.asyncDispose]());
        },
        noRobots,
        certificate,
      ),
    );
    const dying = kept(await openProxy({ to: secure }));
    const works = kept(await openHttpProxy({ to: secure }));
    const scheme = openProxy === openSocksProxy ? "socks5" : "http";
    const one = fetcher([`${scheme}://127.0.0.1:${dying.port}`, `http://127.0.0.1:${works.port}`]);
    const told: string[] = [];
    const request = { url: "https://site.test/x", lane: 0, onRetry: (reason: string) => told.push(reason) };
    expect(await textOf(one, request)).toBe("whole");
    expect(told).toHaveLength(1);
    expect(works.log).toEqual(["CONNECT site.test:443"]);
  },
);

test("workers of different lanes leave by different proxies, and by the ones left when one is dead", async () => {
  const plain = await plainSite();
  const proxies = [
    kept(await openHttpProxy({ to: plain })),
    kept(await openHttpProxy({ to: plain })),
    kept(await openHttpProxy({ to: plain })),
  ];
  const one = fetcher(proxies.map(({ port }) => `http://127.0.0.1:${port}`));
  for (let lane = 0; lane < 6; lane++) await one.fetch({ url: `http://site.test/lane/${lane}`, lane });
  const lanes = () => proxies.map(({ log }) => log.flatMap((line) => /lane\/(.*)/.exec(line)?.[1] ?? []));
  expect(lanes()).toEqual([
    ["0", "3"],
    ["1", "4"],
    ["2", "5"],
  ]);
  const [, dead] = proxies;
  await dead?.[Symbol.asyncDispose]();
  expect(await textOf(one, { url: "http://site.test/lane/7", lane: 1 })).toBe("plain GET");
  expect(lanes()[2]).toEqual(["2", "5", "7"]);
});

function pool(names: readonly string[]) {
  let clock = 1_000;
  const one = new ProxyPool(
    names.map((name) => `http://${name}:1`),
    () => clock,
  );
  const use = (broken: ReadonlySet<string>, more: { lane?: number; origin?: string } = {}) =>
    one.through({ origin: "https://site.test", ...more }, async (proxy) => {
      if (proxy === undefined) throw new Error("it must not go directly");
      if (broken.has(proxy.name)) throw new ProxyFault(proxy, "is broken");
      return proxy.name[0] ?? "";
    });
  return { one, use, pass: (ms: number) => (clock += ms) };
}

test("without lanes all proxies take turns", async () => {
  const { use } = pool(["a", "b", "c"]);
  const used = [];
  for (let count = 0; count < 6; count++) used.push(await use(new Set()));
  expect(used.join("")).toBe("abcabc");
});

test("three failures in a row rest a proxy, each time for longer, and it comes back when it works", async () => {
  const { use, pass } = pool(["a"]);
  const broken = new Set(["a:1"]);
  for (let count = 0; count < 3; count++) await expect(use(broken)).rejects.toThrow(/is broken$/);
  await expect(use(new Set())).rejects.toThrow("proxy a:1: is broken (rests for 30 s more)");
  pass(30_000);
  await expect(use(broken)).rejects.toThrow(/is broken$/);
  pass(59_000);
  await expect(use(new Set())).rejects.toBeInstanceOf(DeadProxy);
  pass(1_000);
  expect(await use(new Set())).toBe("a");
  for (let count = 0; count < 2; count++) await expect(use(broken)).rejects.toThrow(/is broken$/);
  expect(await use(new Set())).toBe("a");
  for (let count = 0; count < 3; count++) await expect(use(broken)).rejects.toThrow(/is broken$/);
  await expect(use(broken)).rejects.toThrow("rests for 30 s more");
  // Half an hour is the longest.
  for (let count = 0; count < 30; count++) {
    await expect(use(broken)).rejects.toBeInstanceOf(DeadProxy);
    pass(30 * 60_000);
  }
  expect(await use(new Set())).toBe("a");
});

test("one site that cannot be reached rests no proxy; several in a row do", async () => {
  const { one } = pool(["a"]);
  const fails = (origin: string) => one.through({ origin }, () => Promise.reject(new Error("cut off")));
  for (let count = 0; count < 5; count++) await expect(fails("https://a.test")).rejects.toThrow("cut off");
  await expect(fails("https://b.test")).rejects.toThrow("cut off");
  await expect(fails("https://c.test")).rejects.toThrow("cut off");
  await expect(fails("https://c.test")).rejects.toBeInstanceOf(DeadProxy);
});

test("a site that cuts off is not asked again by all proxies in a row", async () => {
  const { one } = pool(["a", "b", "c"]);
  let asked = 0;
  const work = () => {
    asked++;
    return Promise.reject(new Error("cut off"));
  };
  await expect(one.through({ origin: "https://a.test" }, work)).rejects.toThrow("cut off");
  expect(asked).toBe(1);
});

test("a login's cookies pass through no service", async () => {
  const one = new ProxyPool(["https://service.test/?key=HUSH&url={url}"]);
  const gone = one.through({ origin: "https://site.test", carriersOnly: true }, async () => "sent");
  await expect(gone).rejects.toThrow("proxy service.test: a login's cookies are not shown to a service");
});

test("a proxy that cannot be one is refused without repeating its password", () => {
  for (const wrong of [
    "",
    "host:1",
    "ftp://me:HUSH@host:1",
    "http://",
    "socks4://me:HUSH@h:1",
    "ftp://h/{url}",
  ]) {
    expect(() => parseProxy(wrong), wrong).toThrow(/^(?!.*HUSH)/s);
  }
  expect(parseProxy("socks5://proxy.test")).toMatchObject({ name: "proxy.test:1080" });
});
