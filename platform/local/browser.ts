// Owns the browser of one machine: a Chromium that comes inside an npm package, with nothing to download and
// nothing to install, driven by puppeteer. It goes with the scope that started it.
import chromium from "@sparticuz/chromium";
import puppeteer, { type Browser } from "puppeteer";

export type { Browser, BrowserContext, HTTPRequest, HTTPResponse, Page } from "puppeteer";

const launchTimeoutMs = 30_000;

/** `args` are added to what every Chromium here is started with. */
export async function startBrowser(args: readonly string[] = []): Promise<Browser> {
  return puppeteer.launch({
    executablePath: await chromium.executablePath(),
    headless: "shell",
    timeout: launchTimeoutMs,
    // It ends when the pipe does, also where whoever started it was killed.
    pipe: true,
    // Signals are for whoever owns the scope: puppeteer would end the whole process at Ctrl-C.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Of a process without a language (C, POSIX) it makes one that its own Intl refuses.
    env: { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8" },
    // Not the package's own arguments: they run everything in one process, which breaks browser contexts.
    args: [
      // Chromium's sandbox can't be set up by root, nor in most containers.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--font-render-hinting=none",
      ...args,
    ],
  });
}
