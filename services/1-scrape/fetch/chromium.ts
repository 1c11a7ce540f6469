// Owns the Chromium behind the browser: started when it is wanted, started again when it died, ended with its
// scope, also where it no longer listens; and how puppeteer-cluster gets its pages from it. What goes wrong here
// is told to whoever wanted the page, and never to the cluster, which would end this process.
import { EventEmitter } from "node:events";
import { messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import { type Browser, type BrowserContext, startBrowser } from "@skillstream/platform/local/browser.ts";
import type { ClusterOptionsArgument } from "puppeteer-cluster";

/** A Chromium that does not end by then is killed. */
const closeTimeoutMs = 5_000;

/** One Chromium at a time, another when it died. */
export interface Chromium extends AsyncDisposable {
  browser(): Promise<Browser>;
}

export function keepChromium(args: readonly string[]): Chromium {
  let current: Promise<Browser> | undefined;
  let closed = false;
  async function launch(): Promise<Browser> {
    if (closed) throw new Unavailable("the browser was closed");
    const browser = await startBrowser(args);
    browser.once("disconnected", forget);
    if (!browser.connected) forget();
    return browser;
  }
  function forget(): void {
    current = undefined;
  }
  return {
    browser() {
      if (current === undefined) {
        current = launch();
        current.catch(forget);
      }
      return current;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      const browser = await current?.catch(() => undefined);
      if (browser === undefined) return;
      const kill = setTimeout(() => browser.process()?.kill("SIGKILL"), closeTimeoutMs);
      await browser.close().catch(() => undefined);
      clearTimeout(kill);
    },
  };
}

export async function freshContext(chromium: Chromium): Promise<BrowserContext> {
  const browser = await chromium.browser();
  return await browser.createBrowserContext({ downloadBehavior: { policy: "deny" } });
}

/** Stands where the browser gave no page: the cluster must not see that, since it would end this process. */
export class NoPage extends EventEmitter {
  readonly reason: Unavailable;
  constructor(cause: unknown) {
    super();
    this.reason = new Unavailable(`the browser gives no page: ${messageOf(cause)}`, { cause });
  }
}

/** How puppeteer-cluster is told to make pages: each in a context that nobody had before. */
export function freshPages(chromium: Chromium): NonNullable<ClusterOptionsArgument["concurrency"]> {
  async function jobInstance() {
    for (let tries = 1; ; tries++) {
      try {
        const context = await freshContext(chromium);
        return {
          resources: { page: await context.newPage() },
          close: () => context.close().catch(() => undefined),
        };
      } catch (error) {
        if (tries === 2) return { resources: { page: new NoPage(error) }, close: async () => undefined };
      }
    }
  }
  class FreshPages {
    async init() {}
    async close() {}
    async workerInstance() {
      return { jobInstance, close: async () => undefined, repair: async () => undefined };
    }
  }
  // What it would have us extend is not exported.
  return FreshPages as unknown as NonNullable<ClusterOptionsArgument["concurrency"]>;
}
