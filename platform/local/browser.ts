// Owns the browser of one machine: a Chromium that comes inside an npm package, with nothing to download and
// nothing to install, driven by puppeteer. It goes with the scope that started it.
import chromium from "@sparticuz/chromium";
import puppeteer, { type Browser } from "puppeteer";

export type { Browser, Page } from "puppeteer";

const launchTimeoutMs = 30_000;

export async function startBrowser(): Promise<Browser> {
  return puppeteer.launch({
    executablePath: await chromium.executablePath(),
    headless: "shell",
    timeout: launchTimeoutMs,
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
    ],
  });
}
