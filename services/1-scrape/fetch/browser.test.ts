import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Unavailable } from "@skillstream/platform/errors.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { loginSite } from "../../../test/replicas/login.ts";
import { madeUp } from "../../../test/replicas/postings.ts";
import { startReplica } from "../../../test/replicas/site.ts";
import type { Login } from "../source.ts";
import { type Account, AccountBook } from "./accounts.ts";
import { checkedLookup, Refused, systemLookup } from "./addresses.ts";
import { type Browsing, type BrowsingOptions, createBrowsing } from "./browser.ts";
import { openGate } from "./gate.ts";
import { DeadProxy, ProxyPool } from "./proxies.ts";
import { tunnelsBy } from "./tunnels.ts";

const userAgent = `Skillstream/0.1 (tests; ${process.pid})`;
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

interface Site extends AsyncDisposable {
  url: string;
  host: string;
  log: { path: string; agent: string; cookie: string }[];
}

async function site(answer: RequestListener): Promise<Site> {
  const log: Site["log"] = [];
  const server = createServer((request, response) => {
    const { "user-agent": agent = "", cookie = "" } = request.headers;
    log.push({ path: request.url ?? "", agent, cookie });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const one = {
    url: `http://${host}`,
    host,
    log,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.push(one);
  return one;
}

/** A site whose page is this text. */
const page = (text: string) =>
  site((_, response) => response.setHeader("content-type", "text/html; charset=utf-8").end(text));

function browsing(hosts: { host: string }[], options: Partial<BrowsingOptions> = {}): Browsing {
  const one = createBrowsing({
    userAgent,
    allowedAddresses: hosts.map(({ host }) => host),
    pageTimeoutMs: 15_000,
    ...options,
  });
  open.push(one);
  return one;
}

async function get(one: Browsing, url: string, login: Login | null = null, account?: Account) {
  const answer = await one.fetch({ url, login, account, signal: undefined });
  return { ...answer, text: answer.body.toString("utf8") };
}

/** Chromium's own process of this test, without its children. */
function chromium(agent: string): number | undefined {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (words.includes(`--user-agent=${agent}`) && !words.some((word) => word.startsWith("--type="))) {
        return Number(pid);
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

const script = (text: string) =>
  `<!doctype html><title>A page</title><p id="out">nothing yet</p><script>${text}</script>`;

describe("a page", () => {
  test("is read as its scripts left it, with status, address and headers of its answer, by an honest name", async () => {
    const host = await site((request, response) => {
      if (request.url === "/old") response.writeHead(302, { location: "/new" }).end();
      else if (request.url === "/new") {
        response.writeHead(203, {
          "content-type": "text/html; charset=utf-8",
          "content-encoding": "gzip",
          "x-made": "up",
        });
        response.end(
          gzipSync(
            script(`out.textContent = ["Köln", navigator.userAgent, navigator.webdriver].join(" · ")`) +
              `<img src="/picture.png"><link rel="stylesheet" href="/style.css">` +
              `<script src="http://www.google-analytics.com/ga.js"></script>`,
          ),
        );
      } else response.end();
    });
    const answer = await get(browsing([host]), `${host.url}/old`);
    expect(answer).toMatchObject({ status: 203, url: `${host.url}/new` });
    expect(answer.headers).toMatchObject({ "x-made": "up", "content-type": "text/html; charset=utf-8" });
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect(answer.text).toContain(`<p id="out">Köln · ${userAgent} · true</p>`);
    expect(host.log.map(({ path }) => path)).toEqual(["/old", "/new", "/style.css"]);
    expect(new Set(host.log.map(({ agent }) => agent))).toEqual(new Set([userAgent]));
  });

  test("that is JSON comes as it is", async () => {
    const host = await site((_, response) =>
      response.setHeader("content-type", "application/json").end(`{"title":"Data <b>Engineer</b>"}`),
    );
    expect((await get(browsing([host]), host.url)).text).toBe(`{"title":"Data <b>Engineer</b>"}`);
  });

  test("that says it is gone or refused is told as such, also without a word", async () => {
    const host = await site((request, response) => {
      const status = Number(request.url?.slice(1));
      response.writeHead(status, { "content-type": "text/html", "retry-after": "7" });
      response.end(status === 429 ? "<p>slow down" : "");
    });
    const one = browsing([host]);
    for (const status of [404, 410, 403, 429, 503, 401]) {
      const answer = await get(one, `${host.url}/${status}`);
      expect(answer).toMatchObject({ status, headers: { "retry-after": "7" } });
    }
  });

  test("that goes on to another one by script is read where it ends", async () => {
    const host = await site((request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        request.url === "/end" ? "<p>the end" : script(`setTimeout(() => location.href = "/end")`),
      );
    });
    expect(await get(browsing([host]), host.url)).toMatchObject({
      url: `${host.url}/end`,
      text: expect.stringContaining("the end"),
    });
  });

  test("is scrolled until its list ends", async () => {
    const members = loginSite(madeUp(47), new Map());
    const replica = await startReplica(members.answer);
    open.push(replica);
    const account = { name: "ada", cookies: new Map([["sid", members.session("ada")]]) };
    const { text } = await get(browsing([replica]), `${replica.url}/jobs`, members.login, account);
    expect(text.match(/<li /g)).toHaveLength(47);
    expect(replica.log.filter(({ path }) => path.startsWith("/jobs.json"))).toHaveLength(6);
  });

  test("whose list grows inside a box, and never ends, is scrolled there, up to a limit", async () => {
    const host = await page(
      `<div id="box" style="height: 300px; overflow-y: auto"></div>` +
        script(`
          const box = document.getElementById("box");
          const more = () => { box.innerHTML += "<p style='height: 150px'>one more</p>".repeat(3); };
          more();
          box.onscroll = () => { if (box.scrollTop + box.clientHeight > box.scrollHeight - 100) more(); };
        `),
    );
    const found = (await get(browsing([host]), host.url)).text.match(/<p style/g)?.length ?? 0;
    expect(found).toBeGreaterThan(30);
    expect(found).toBeLessThan(150);
  });

  test("leaves nothing behind for the next one", async () => {
    const host = await page(
      script(
        `out.textContent = "was " + (document.cookie + localStorage.seen); document.cookie = "a=1"; localStorage.seen = 1`,
      ),
    );
    const one = browsing([host]);
    for (let time = 0; time < 2; time++) expect((await get(one, host.url)).text).toContain("was undefined");
  });
});

describe("what a page may not reach", () => {
  test("a redirect to a metadata service is refused, and so is one to a port that is not allowed", async () => {
    const inside = await page("secret");
    const host = await site((request, response) =>
      response
        .writeHead(302, {
          location: request.url === "/cloud" ? "http://169.254.169.254/latest/meta-data/" : `${inside.url}/x`,
        })
        .end(),
    );
    const one = browsing([host]);
    await expect(get(one, `${host.url}/cloud`)).rejects.toThrow(/169\.254\.169\.254 is not a public address/);
    await expect(get(one, `${host.url}/inside`)).rejects.toThrow(Refused);
    await expect(get(one, inside.url)).rejects.toThrow(/SKILLSTREAM_ALLOWED_ADDRESSES/);
    await expect(get(one, "https://10.0.0.1/")).rejects.toThrow(/10\.0\.0\.1 is not a public address/);
    await expect(get(one, "file:///etc/passwd")).rejects.toThrow();
    expect(inside.log).toEqual([]);
  });

  test("its scripts, frames, sockets and workers get nothing from this machine or by a name that leads there", async () => {
    const inside = await page("secret");
    const { port } = new URL(inside.url);
    const host = await page(
      script(`
        const tries = ["${inside.url}/a", "http://localhost:${port}/b", "http://inward.example:${port}/c", "http://[::1]:${port}/d"];
        const got = (text) => { out.textContent += "|" + text; };
        const all = tries.map((url) => fetch(url).then((r) => r.text()).then(got, () => got("failed")));
        all.push(new Promise((resolve) => {
          const socket = new WebSocket("ws://127.0.0.1:${port}/e");
          socket.onopen = socket.onerror = (event) => { got(event.type); resolve(); };
        }));
        const worker = "fetch('${inside.url}/f').then((r) => postMessage(r.status), () => postMessage('failed'))";
        all.push(new Promise((resolve) => {
          new Worker(URL.createObjectURL(new Blob([worker]))).onmessage = ({ data }) => { got(data); resolve(); };
        }));
        const frame = document.createElement("iframe");
        frame.src = "${inside.url}/g";
        document.body.append(frame);
        got("worker: " + ("serviceWorker" in navigator));
        new RTCPeerConnection({ iceServers: [{ urls: "stun:127.0.0.1:${port}" }] }).createDataChannel("x");
        Promise.all(all).then(() => got("done"));
      `),
    );
    const one = browsing([host], {
      lookup: async (name) => [
        { address: name === "inward.example" ? "127.0.0.1" : "93.184.215.14", family: 4 },
      ],
    });
    const { text } = await get(one, host.url);
    expect(text).toMatch(/worker: false/);
    expect(text).toMatch(/\|done/);
    expect(text).not.toMatch(/secret|\|open|\|\d/);
    expect(text.match(/\|(failed|error)/g)?.length).toBeGreaterThanOrEqual(5);
    expect(inside.log).toEqual([]);
  });

  test("what is allowed by name is reached", async () => {
    const other = await site((_, response) =>
      response.setHeader("access-control-allow-origin", "*").end("of the other"),
    );
    const host = await page(
      script(`fetch("${other.url}/x").then((r) => r.text()).then((t) => out.textContent = t)`),
    );
    expect((await get(browsing([host, other]), host.url)).text).toContain("of the other");
  });
});

describe("proxies", () => {
  const addressesOf = checkedLookup(new Set(), systemLookup);

  test("carry all that the browser asks for, and only to where it may go; a dead one is named", async () => {
    const inside = await page("secret");
    const host = await page(
      script(`fetch("${inside.url}").then((r) => r.text()).then((t) => out.textContent = t)`),
    );
    const proxy = await openGate({ allowedAddresses: [host.host, inside.host] });
    const pool = new ProxyPool([proxy.url]);
    const carried: string[] = [];
    const tunnels = tunnelsBy(pool, addressesOf, 1_000);
    const one = browsing([host], {
      tunnel: (name, port) => {
        carried.push(`${name}:${port}`);
        return tunnels(name, port);
      },
    });
    expect((await get(one, host.url)).text).toContain("nothing yet");
    expect(new Set(carried)).toEqual(new Set([host.host]));
    expect(inside.log).toEqual([]);
    await proxy[Symbol.asyncDispose]();
    const asked = host.log.length;
    await expect(get(one, host.url)).rejects.toThrow(DeadProxy);
    expect(host.log.length).toBe(asked);
  });
});

describe("what a page may not cost", () => {
  const limits = { documentBytesMax: 300_000, pageTimeoutMs: 4_000, redirectsMax: 3 };

  test("bytes: one that does not end, one that is huge when unpacked, one that grows by script", async () => {
    const host = await site((request, response) => {
      response.setHeader("content-type", "text/html");
      if (request.url === "/bomb") {
        response.setHeader("content-encoding", "gzip");
        response.end(gzipSync(Buffer.alloc(30_000_000, "<p>")));
      } else if (request.url === "/script") response.end(script(`out.textContent = "x".repeat(1e6)`));
      else {
        const more = () => {
          while (!response.destroyed && response.write("<p>more and more</p>".repeat(500)));
        };
        response.on("drain", more);
        more();
      }
    });
    const one = browsing([host], limits);
    for (const path of ["/endless", "/bomb", "/script"]) {
      await expect(get(one, host.url + path)).rejects.toThrow(/its document is larger than 300000 bytes/);
    }
  });

  test("time: a slow answer, and a script that never rests", async () => {
    const host = await site((request, response) => {
      response.setHeader("content-type", "text/html");
      if (request.url === "/slow") response.write("<p>begins");
      else response.end(script("for (;;);"));
    });
    const one = browsing([host], { ...limits, pageTimeoutMs: 1_500 });
    for (const path of ["/slow", "/busy"]) {
      await expect(get(one, host.url + path)).rejects.toThrow("no whole page within 1500 ms");
    }
  });

  test("redirects: a loop by the server, and one by a script", async () => {
    const host = await site((request, response) => {
      const at = Number(/\d+/.exec(request.url ?? "")?.[0] ?? 0) + 1;
      if (request.url?.startsWith("/server")) response.writeHead(302, { location: `/server/${at}` }).end();
      else
        response
          .setHeader("content-type", "text/html")
          .end(script(`setTimeout(() => { location.href = "/script/${at}"; }, 5)`));
    });
    const one = browsing([host], limits);
    await expect(get(one, `${host.url}/server/1`)).rejects.toThrow(/more than 3 redirects/);
    await expect(get(one, `${host.url}/script/1`)).rejects.toThrow(/went on to another one/);
    expect(host.log.length).toBeLessThan(25);
  });

  test("questions: dialogs are dismissed, windows closed, downloads refused", async () => {
    const host = await site((request, response) => {
      if (request.url === "/file") {
        response
          .writeHead(200, { "content-type": "application/zip", "content-disposition": "attachment" })
          .end("PK");
      } else {
        response
          .setHeader("content-type", "text/html")
          .end(script(`alert("a"); out.textContent = "answered " + confirm("b"); open("/window")`));
      }
    });
    const one = browsing([host], limits);
    expect((await get(one, host.url)).text).toContain("answered false");
    await expect(get(one, `${host.url}/file`)).rejects.toThrow(/a file to download \(application\/zip\)/);
  });
});

describe("the browser's own life", () => {
  test("killed in the middle of a page, it is started again for the next", async () => {
    const host = await site((request, response) => {
      if (request.url === "/fine") response.setHeader("content-type", "text/html").end("<p>fine</p>");
    });
    const one = browsing([host]);
    expect((await get(one, `${host.url}/fine`)).text).toContain("fine");
    const hanging = get(one, `${host.url}/hangs`);
    hanging.catch(() => undefined);
    while (!host.log.some(({ path }) => path === "/hangs"))
      await new Promise((resolve) => setTimeout(resolve, 10));
    const before = chromium(userAgent);
    expect(before).toBeDefined();
    process.kill(before as number, "SIGKILL");
    await expect(hanging).rejects.toThrow(Unavailable);
    expect((await get(one, `${host.url}/fine`)).text).toContain("fine");
    expect(chromium(userAgent)).not.toBe(before);
  });

  test("it ends when nobody wants a page for a while, and comes back", async () => {
    const host = await page("<p>fine</p>");
    const one = browsing([host], { idleMs: 50 });
    expect(chromium(userAgent)).toBeUndefined();
    await get(one, host.url);
    while (chromium(userAgent) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await get(one, host.url)).text).toContain("fine");
  });

  test("more pages than may be open wait for their turn; one that is given up ends at once", async () => {
    let seen = 0;
    let most = 0;
    const held: (() => void)[] = [];
    const host = await site((request, response) => {
      if (request.url === "/never") return;
      held.push(() => response.setHeader("content-type", "text/html").end("<p>fine</p>"));
      most = Math.max(most, held.length);
      // Two are held until both are there, and a moment longer, in which a third could come.
      if (++seen === 5 || held.length === 2) {
        setTimeout(() => {
          for (const answer of held.splice(0)) answer();
        }, 50);
      }
    });
    const one = browsing([host], { pagesAtOnceMax: 2 });
    await Promise.all(Array.from({ length: 5 }, () => get(one, `${host.url}/page`)));
    expect(most).toBe(2);
    const stop = new AbortController();
    const given = one.fetch({
      url: `${host.url}/never`,
      login: null,
      account: undefined,
      signal: stop.signal,
    });
    given.catch(() => undefined);
    while (!host.log.some(({ path }) => path === "/never"))
      await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort(new Error("given up"));
    await expect(given).rejects.toThrow("given up");
  });

  test("closed while pages load and wait, it lets go of all of them and leaves no process", async () => {
    const host = await site(() => undefined);
    const one = createBrowsing({ userAgent, allowedAddresses: [host.host], pagesAtOnceMax: 1 });
    const fetches = [1, 2, 3].map((at) => get(one, `${host.url}/${at}`));
    const ends = Promise.allSettled(fetches);
    while (host.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await one[Symbol.asyncDispose]();
    for (const end of await ends)
      expect(end).toMatchObject({ status: "rejected", reason: expect.any(Unavailable) });
    expect(chromium(userAgent)).toBeUndefined();
  });

  test("it ends by itself when the scraper is killed", async () => {
    const agent = `${userAgent} of a child`;
    const host = await page("<p>fine</p>");
    const program = `
      const { createBrowsing } = await import(${JSON.stringify(join(import.meta.dirname, "browser.ts"))});
      const one = createBrowsing({ userAgent: ${JSON.stringify(agent)}, allowedAddresses: ["${host.host}"] });
      await one.fetch({ url: "${host.url}/", login: null, account: undefined, signal: undefined });
      process.stdout.write("fetched");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    expect(chromium(agent)).toBeDefined();
    child.kill("SIGKILL");
    await once(child, "close");
    while (chromium(agent) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

describe("members", () => {
  let folder: string;
  const password = "pass of ada";
  let number = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "browser-accounts-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function members() {
    const made = loginSite(madeUp(12), new Map([["ada", password]]));
    const replica = await startReplica(made.answer);
    open.push(replica);
    const book = new AccountBook({ folder: join(folder, String(number++)), secret: "" });
    open.push({ [Symbol.asyncDispose]: async () => book[Symbol.dispose]() });
    const source = { name: "board", login: made.login };
    const one = browsing([replica]);
    const take = () => {
      const account = book.take(source);
      if (!("name" in account)) throw new Error(account.reason);
      return account;
    };
    const asMember = async (account: Account = take()) => {
      const { status, url, text, headers } = await get(one, `${replica.url}/jobs`, made.login, account);
      return {
        text,
        judged: book.judge(source, account, { status, url, text }, headers["set-cookie"] ?? []),
      };
    };
    return { ...made, replica, book, source, one, take, asMember };
  }
  const logins = (log: { method: string }[]) => log.filter(({ method }) => method === "POST").length;

  test("with the right password log in once, and their session is kept over restarts", async () => {
    const { book, source, take, asMember, replica, sessions } = await members();
    book.add(source, "one", { credentials: { user: "ada", password } });
    expect((await asMember()).text.match(/<li /g)).toHaveLength(12);
    const { judged } = await asMember();
    expect(judged).toBeUndefined();
    expect(logins(replica.log)).toBe(1);
    expect([...take().cookies]).toEqual([["sid", [...sessions.keys()][0]]]);
    expect(book.report("board")[0]).toMatchObject({ state: "ok", warning: null });
    // A browser that knows nothing goes on with the session that was kept.
    const other = browsing([replica]);
    const again = await get(other, `${replica.url}/jobs`, source.login, take());
    expect(again.text.match(/<li /g)).toHaveLength(12);
    expect(logins(replica.log)).toBe(1);
  });

  test("whose session ended log in again by themselves", async () => {
    const { book, source, asMember, replica, sessions } = await members();
    book.add(source, "one", { credentials: { user: "ada", password } });
    await asMember();
    sessions.clear();
    expect((await asMember()).text.match(/<li /g)).toHaveLength(12);
    expect(logins(replica.log)).toBe(2);
    expect(book.report("board")[0]).toMatchObject({ state: "ok" });
  });

  test("with a wrong password are retired after one try", async () => {
    const { book, source, asMember, replica } = await members();
    book.add(source, "one", { credentials: { user: "ada", password: "guessed" } });
    const { judged, text } = await asMember();
    expect(judged).toMatchObject({ cause: "wrong cookie" });
    expect(text).toContain("not the right password");
    expect(text + JSON.stringify(judged)).not.toContain("guessed");
    expect(logins(replica.log)).toBe(1);
    expect(book.take(source)).toMatchObject({ cause: "wrong cookie" });
  });

  test("with a wrong cookie, an ended session or a ban are told as such", async () => {
    const { book, source, session, sessions, banned, asMember } = await members();
    const sid = (value: string) => ({ cookies: [{ name: "sid", value, expiresAt: null }] });
    book.add(source, "one", sid("wrong"));
    expect((await asMember()).judged).toMatchObject({ cause: "wrong cookie" });
    book.add(source, "one", sid(session("ada")));
    expect((await asMember()).judged).toBeUndefined();
    sessions.clear();
    expect((await asMember()).judged).toMatchObject({ cause: "expired session" });
    book.add(source, "one", sid(session("ada")));
    banned.add("ada");
    expect((await asMember()).judged).toMatchObject({ cause: "banned account" });
  });

  test("share nothing with each other, and new cookies take the place of old ones", async () => {
    const { book, source, session, sessions, replica, asMember } = await members();
    const sid = (value: string) => ({ cookies: [{ name: "sid", value, expiresAt: null }] });
    book.add(source, "one", sid(session("ada")));
    book.add(source, "two", sid(session("bea")));
    const [ada, bea] = [...sessions.keys()];
    await Promise.all([asMember(), asMember()]);
    const shown = () => [...new Set(replica.log.map(({ cookie }) => cookie))].sort();
    expect(shown()).toEqual([`sid=${ada}`, `sid=${bea}`].sort());
    sessions.clear();
    book.add(source, "one", sid(session("ada")));
    book.remove("board", "two");
    replica.log.length = 0;
    expect((await asMember()).judged).toBeUndefined();
    expect(shown()).toEqual([`sid=${[...sessions.keys()][0]}`]);
  });

  test("have their cookies sent to every path of the site; scripts read all but the session's own", async () => {
    const { login } = await members();
    const host = await site((request, response) => {
      response.setHeader("content-type", "text/html");
      if (request.url === "/old")
        response.setHeader("set-cookie", ["token=2; Path=/", "gone=; Max-Age=0; Path=/"]);
      response.end(script(`out.textContent = document.cookie; fetch("/c/d")`));
    });
    const cookies = new Map([
      ["sid", "1"],
      ["token", "1"],
      ["gone", "1"],
    ]);
    const one = browsing([host]);
    const answer = await get(one, `${host.url}/a/b/page`, login, { name: "one", cookies });
    expect(answer.text).toContain(`<p id="out">token=1; gone=1</p>`);
    expect(host.log.map(({ path, cookie }) => `${path} ${cookie}`)).toEqual([
      "/a/b/page sid=1; token=1; gone=1",
      "/c/d sid=1; token=1; gone=1",
    ]);
    expect(answer.headers["set-cookie"]).toEqual([]);
    const changed = await get(one, `${host.url}/old`, login, { name: "one", cookies });
    expect(changed.headers["set-cookie"]).toEqual(["token=2; Path=/", "gone=; Max-Age=0"]);
  });

  test("never give their password to a page elsewhere, nor without TLS", async () => {
    const { login, replica } = await members();
    const account = { name: "one", cookies: new Map(), credentials: { user: "ada", password } };
    const elsewhere = await page(
      `<form><input id="user"><input id="password"><button>Log in</button></form>`,
    );
    const host = await site((_, response) => response.writeHead(302, { location: elsewhere.url }).end());
    await expect(get(browsing([host, elsewhere]), `${host.url}/jobs`, login, account)).rejects.toThrow(
      /which gets no password/,
    );
    await expect(get(browsing([replica]), "http://board.example/jobs", login, account)).rejects.toThrow(
      /asks for a password without TLS/,
    );
  });
});
