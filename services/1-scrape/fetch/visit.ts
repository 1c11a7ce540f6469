// Owns one page in the browser: opened, left to its scripts, scrolled to its end, and read. Promises that it
// costs no more time, bytes or navigations than the limits say, and that what nobody reads (pictures, fonts,
// films, trackers) is not asked for. Refuses downloads, dialogs, new windows and service workers.
import { messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import type { HTTPRequest, HTTPResponse, Page } from "@skillstream/platform/local/browser.ts";
import { firstOf } from "@skillstream/platform/signals.ts";
import { Refused } from "./addresses.ts";
import type { Answer } from "./exchange.ts";

export interface VisitLimits {
  /** From the first request to the text read. */
  pageTimeoutMs: number;
  /** Of the document, as it came and as its scripts left it. */
  documentBytesMax: number;
  redirectsMax: number;
}

export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Goes there, waits until scripts and scrolling bring nothing more, and reads what stands there. */
  load(url: string): Promise<Answer>;
  /** Waits for something, no longer than the visit may take. */
  within<T>(work: Promise<T>): Promise<T>;
  /** What stands there now. */
  read(): Promise<Answer>;
  /** All cookies of its browser context that go to an address. */
  cookies(url: string): Promise<BrowserCookie[]>;
  /** In place of all that its browser context has; scripts can't read those named in `hidden`. */
  setCookies(url: string, cookies: ReadonlyMap<string, string>, hidden: readonly string[]): Promise<void>;
}

export interface BrowserCookie {
  name: string;
  value: string;
  /** With a dot in front where it goes to subdomains too. */
  domain: string;
  path: string;
  /** Seconds since 1970; -1 where it ends with the session. */
  expires: number;
}

/** All that a page may load, beside its document: a site's scripts are some megabytes. */
const pageBytesMax = 128 * 1024 * 1024;
/** Scripts that send a page on and on. */
const navigationsMax = 10;
/** Some pages poll for ever; by then they show what they have. */
const settleTimeoutMs = 5_000;
const quietMs = 300;
/** A list that grows for ever ends here. */
const scrollsMax = 30;
const closeTimeoutMs = 5_000;

const unread = new Set(["image", "font", "media", "texttrack", "ping", "cspviolationreport", "manifest"]);
/** Their scripts only watch; no posting comes from them. */
const trackers =
  /(?:^|\.)(?:google-analytics\.com|googletagmanager\.com|doubleclick\.net|googlesyndication\.com|googleadservices\.com|facebook\.net|connect\.facebook\.com|hotjar\.com|segment\.(?:io|com)|mixpanel\.com|amplitude\.com|fullstory\.com|clarity\.ms|bat\.bing\.com|scorecardresearch\.com|quantserve\.com|criteo\.(?:com|net)|taboola\.com|outbrain\.com|adnxs\.com|px\.ads\.linkedin\.com|newrelic\.com|nr-data\.net|sentry\.io|branch\.io|optimizely\.com|onetrust\.com|cookielaw\.org)$/;

/** Why a request is not made; undefined where it is. */
function unwanted(request: HTTPRequest): string | undefined {
  const url = new URL(request.url());
  // blob: and data: are the page's own and leave nowhere.
  if (!/^(?:https?|blob|data):$/.test(url.protocol)) return "not a web address";
  if (unread.has(request.resourceType()) || url.pathname === "/favicon.ico") return "nobody reads it";
  return trackers.test(url.hostname) ? "a tracker" : undefined;
}

export async function visit(
  page: Page,
  limits: VisitLimits,
  /** Why an address was refused or not reached on the way out, if it was. */
  refusal: (url: URL) => Error | undefined,
  stopped: AbortSignal,
): Promise<Visit> {
  const fault = new AbortController();
  const timeout = AbortSignal.timeout(limits.pageTimeoutMs);
  const ends = firstOf(fault.signal, timeout, stopped);
  const fail = (error: Error) => fault.abort(error);
  let answered: HTTPResponse | undefined;
  let asked: string | undefined;
  let navigations = 0;
  let bytes = 0;
  const documents = new Map<string, number>();

  const within = <T>(work: Promise<T>) =>
    orAborted(work, ends.signal).catch((error: unknown) => {
      if (!timeout.aborted || error !== timeout.reason) throw error;
      throw new Unavailable(`no whole page within ${limits.pageTimeoutMs} ms`);
    });

  page.on("dialog", (dialog) => void dialog.dismiss().catch(() => undefined));
  page.on("popup", (popup) => void popup?.close().catch(() => undefined));
  page.on("error", () => fail(new Unavailable("the page ended its own process")));
  page.on("close", () => fail(new Unavailable("the browser ended")));
  page.on("response", (response) => {
    const request = response.request();
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) answered = response;
  });
  page.on("request", (request) => {
    const main = request.isNavigationRequest() && request.frame() === page.mainFrame();
    if (main) asked = request.url();
    if (main && request.redirectChain().length > limits.redirectsMax) {
      fail(new Refused(`more than ${limits.redirectsMax} redirects`));
    }
    if (main && request.redirectChain().length === 0 && ++navigations > navigationsMax) {
      fail(new Refused(`the page went on to another one more than ${navigationsMax} times`));
    }
    const left = unwanted(request) === undefined && !fault.signal.aborted;
    (left ? request.continue() : request.abort("blockedbyclient")).catch(() => undefined);
  });
  const session = await within(page.createCDPSession());
  session.on("Network.requestWillBeSent", ({ requestId, type, frameId, loaderId }) => {
    if (type === "Document" && frameId !== undefined && requestId === loaderId) documents.set(requestId, 0);
  });
  session.on("Network.dataReceived", ({ requestId, dataLength }) => {
    bytes += dataLength;
    const document = documents.get(requestId);
    if (document !== undefined) documents.set(requestId, document + dataLength);
    if ((document ?? 0) + dataLength > limits.documentBytesMax) {
      fail(new Refused(`its document is larger than ${limits.documentBytesMax} bytes`));
    } else if (bytes > pageBytesMax) {
      fail(new Refused(`it loads more than ${pageBytesMax} bytes`));
    }
  });
  await within(
    Promise.all([
      session.send("Network.enable"),
      page.setRequestInterception(true),
      page.setBypassServiceWorker(true),
      page.setViewport({ width: 1280, height: 1024 }),
      // Without it a site knows that there are none, and goes on as it does in private windows of some browsers.
      page.evaluateOnNewDocument("delete Navigator.prototype.serviceWorker"),
    ]),
  );

  async function settle(): Promise<void> {
    const quiet = page.waitForNetworkIdle({ idleTime: quietMs, timeout: settleTimeoutMs });
    await within(quiet.catch(() => undefined));
  }

  async function load(url: string): Promise<Answer> {
    answered = undefined;
    navigations = 0;
    try {
      await within(page.goto(url, { waitUntil: "domcontentloaded", timeout: 0 }));
    } catch (error) {
      const loaded = answered as HTTPResponse | undefined;
      refuse(asked ?? url);
      // Of an error without a text Chromium makes a page of its own.
      if (loaded !== undefined && (loaded.status() >= 400 || loaded.status() === 204)) {
        return { ...headOf(loaded), body: Buffer.alloc(0), url: loaded.url() };
      }
      if (loaded !== undefined && /net::ERR_ABORTED/.test(messageOf(error))) {
        const type = mediaTypeOf(loaded.headers()) || "no stated type";
        throw new Refused(`it is a file to download (${type}), not a page`);
      }
      throw error;
    }
    await settle();
    await toTheEnd();
    return read();
  }

  function refuse(url: string): void {
    const reason = URL.canParse(url) ? refusal(new URL(url)) : undefined;
    if (reason !== undefined) throw reason;
  }

  /** Lists that load more at their end, in the window or in the largest box that scrolls. */
  async function toTheEnd(): Promise<void> {
    if (!isMarkup(answered)) return;
    for (let scrolls = 0; scrolls < scrollsMax; scrolls++) {
      const moved = await within(page.evaluate(scrollOn).catch(() => false));
      if (!moved) return;
      await settle();
    }
  }

  async function read(): Promise<Answer> {
    if (answered === undefined) throw new Unavailable("the site did not answer");
    // What the gate itself answered is not the site's word.
    refuse(answered.url());
    const tooLarge = () => new Refused(`its document is larger than ${limits.documentBytesMax} bytes`);
    const { status, headers } = headOf(answered);
    let body: Buffer;
    if (isMarkup(answered)) {
      const text = await markup();
      if (text === null) throw tooLarge();
      body = Buffer.from(text);
      headers["content-type"] = "text/html; charset=utf-8";
    } else {
      body = Buffer.from(await within(answered.buffer()));
    }
    if (body.length > limits.documentBytesMax) throw tooLarge();
    return { status, headers, body, url: page.url() };
  }

  /** A page may go on to another one while it is read. */
  async function markup(): Promise<string | null> {
    for (let tries = 1; ; tries++) {
      try {
        return await within(page.evaluate(markupOf, limits.documentBytesMax));
      } catch (error) {
        if (tries === 3 || !/context was destroyed/i.test(messageOf(error))) throw error;
        await settle();
      }
    }
  }

  return {
    page,
    load,
    within,
    async read() {
      await settle();
      return read();
    },
    async cookies(url) {
      const { cookies } = await within(session.send("Network.getCookies", { urls: [url] }));
      const wide = new Set(cookies.flatMap(({ name, domain }) => (domain.startsWith(".") ? [name] : [])));
      // The site has set for all its hosts what we set for this one: from now on only the site's own is sent.
      const doubled = cookies.filter(({ name, domain }) => wide.has(name) && !domain.startsWith("."));
      for (const { name, domain, path } of doubled) {
        await within(session.send("Network.deleteCookies", { name, domain, path }));
      }
      return cookies.filter((one) => !doubled.includes(one));
    },
    async setCookies(url, cookies, hidden) {
      await within(session.send("Network.clearBrowserCookies"));
      for (const [name, value] of cookies) {
        // By the address alone, without a domain: it goes to this very host.
        const cookie = {
          name,
          value,
          url,
          path: "/",
          secure: url.startsWith("https:"),
          httpOnly: hidden.includes(name),
        };
        // One that the browser does not take must not keep the others from it.
        await within(session.send("Network.setCookie", cookie).catch(() => undefined));
      }
    },
    async [Symbol.asyncDispose]() {
      ends[Symbol.dispose]();
      let late = () => {};
      const tooLate = new Promise<void>((resolve) => {
        late = resolve;
      });
      const timer = setTimeout(late, closeTimeoutMs);
      await Promise.race([page.close().catch(() => undefined), tooLate]);
      clearTimeout(timer);
    },
  };
}

/** Rejects with the signal's reason, whatever becomes of the work then. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = () => {};
  const over = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    signal.removeEventListener("abort", leave);
    work.catch(() => undefined);
  }
}

function headOf(response: HTTPResponse): Pick<Answer, "status" | "headers"> {
  const headers: Answer["headers"] = { ...response.headers() };
  // They tell of the bytes that came, not of these.
  for (const name of ["content-encoding", "content-length", "set-cookie"]) delete headers[name];
  return { status: response.status(), headers };
}

function mediaTypeOf(headers: Record<string, string>): string {
  return (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

function isMarkup(response: HTTPResponse | undefined): boolean {
  return (
    response !== undefined &&
    /^(?:text\/html|application\/xhtml\+xml|)$/.test(mediaTypeOf(response.headers()))
  );
}

/** Runs in the page. null where it is too large to be handed over. */
function markupOf(charsMax: number): string | null {
  const text = document.documentElement?.outerHTML ?? "";
  return text.length > charsMax ? null : `<!DOCTYPE html>${text}`;
}

/** Runs in the page: a screen further down. False where it was at its end. */
function scrollOn(): boolean {
  let box: Element = document.scrollingElement ?? document.documentElement;
  const hidden = (one: Element) => one.scrollHeight - one.clientHeight;
  for (const one of document.querySelectorAll("main, div, ul, ol, section")) {
    if (hidden(one) > hidden(box) && /auto|scroll/.test(getComputedStyle(one).overflowY)) box = one;
  }
  const before = box.scrollTop;
  box.scrollTop = before + Math.max(box.clientHeight, 200);
  return box.scrollTop > before;
}
