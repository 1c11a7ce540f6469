// Owns ending processes whose owner is gone. An owner (the supervisor, or a broker of a test) claims a folder
// and writes there which processes it started; if it is killed without a chance to stop them, a guard does it
// at once, and whoever claims the folder next does it again. A process is known by its pid and the time it
// began, so a stranger that has been given an old pid is never touched.
import { execFileSync, spawn } from "node:child_process";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Identity {
  pid: number;
  /** When it began, in the words of this system; undefined where it had ended before we could look. */
  began: string | undefined;
}

interface Claim {
  owner: Identity;
  children: Record<string, Identity>;
}

/** What a process is given between SIGTERM and SIGKILL when its owner is gone. */
const leftoverGraceMs = 5_000;

/** The folder can't be used, and the message says why and what to do. */
export class FolderRefused extends Error {
  override name = "FolderRefused";
}

export interface ClaimedFolder extends Disposable {
  /** Names of the processes that an earlier owner had left running, ended now. */
  ended: string[];
  add(name: string, pid: number): void;
  remove(name: string): void;
}

/** One level after the other: Node's own recursive way tries for ever where a system has no such folder (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Somebody else may have been quicker.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * Makes this process the folder's only owner until disposed. Refuses where another owner is alive or the
 * folder can't be read and written; ends what a dead owner left.
 */
export async function claimFolder(folder: string, setting: string): Promise<ClaimedFolder> {
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new FolderRefused(
      `the data folder ${folder} can't be read and written (${(error as Error).message}); make it yours, or choose another with ${setting}`,
    );
  }
  const file = claimFile(folder);
  const claim: Claim = { owner: identify(process.pid), children: {} };
  let ended: string[] = [];
  for (;;) {
    try {
      writeFileSync(file, JSON.stringify(claim), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const other = readClaim(folder);
    if (other !== undefined && isAlive(other.owner)) {
      throw new FolderRefused(
        `the data folder ${folder} is in use by process ${other.owner.pid}; stop that one, or choose another folder with ${setting}`,
      );
    }
    ended = ended.concat(await endLeftovers(folder));
    rmSync(file, { force: true });
  }
  const write = () => {
    writeFileSync(`${file}.part`, JSON.stringify(claim));
    renameSync(`${file}.part`, file);
  };
  const guard = startGuard(folder);
  return {
    ended,
    add(name, pid) {
      claim.children[name] = identify(pid);
      write();
    },
    remove(name) {
      delete claim.children[name];
      write();
    },
    [Symbol.dispose]() {
      guard.kill("SIGKILL");
      rmSync(file, { force: true });
    },
  };
}

/** The process that has the folder in use, if one is alive. */
export function ownerOf(folder: string): number | undefined {
  const claim = readClaim(folder);
  return claim !== undefined && isAlive(claim.owner) ? claim.owner.pid : undefined;
}

/** Ends every process that the folder's owner, now gone, had started; returns their names. */
async function endLeftovers(folder: string): Promise<string[]> {
  const claim = readClaim(folder);
  if (claim === undefined || isAlive(claim.owner)) return [];
  const left = Object.entries(claim.children).filter(([, child]) => isAlive(child));
  for (const [, child] of left) signal(child, "SIGTERM");
  const deadline = Date.now() + leftoverGraceMs;
  while (left.some(([, child]) => isAlive(child))) {
    if (Date.now() > deadline) for (const [, child] of left) signal(child, "SIGKILL");
    await sleep(50);
  }
  return left.map(([name]) => name);
}

export function isAlive({ pid, began }: Identity): boolean {
  return began !== undefined && identify(pid).began === began;
}

export function identify(pid: number): Identity {
  return { pid, began: beganAt(pid) };
}

function beganAt(pid: number): string | undefined {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the command in parentheses and may hold anything, so count from its end.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z" || fields[0] === "X") return undefined;
      return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function signal(child: Identity, name: NodeJS.Signals): void {
  if (!isAlive(child)) return;
  try {
    // Its group, since it was started as the leader of one and may have children of its own.
    process.kill(-child.pid, name);
  } catch {
    // It ended in between.
  }
}

/**
 * A shell that waits for our end of a pipe to close, which the system does for us however we die, and then
 * runs this file. A shell, because it holds a megabyte where Node holds forty.
 */
function startGuard(folder: string) {
  const guard = spawn(
    "/bin/sh",
    ["-c", 'while read -r _; do :; done; exec "$@"', "guard", process.execPath, import.meta.filename, folder],
    { stdio: ["pipe", "ignore", "ignore"], detached: true },
  );
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  guard.on("error", () => {});
  return guard;
}

function claimFile(folder: string): string {
  return join(folder, "processes.json");
}

function readClaim(folder: string): Claim | undefined {
  try {
    return JSON.parse(readFileSync(claimFile(folder), "utf8")) as Claim;
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("usage: stop.ts FOLDER");
  await endLeftovers(folder);
}
