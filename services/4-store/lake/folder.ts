// Owns a lake in a folder of this machine. A file is written beside the lake, made durable, and linked to its name:
// linking fails where the name is taken, so nobody ever sees half a file and nothing is ever overwritten. The
// file system must know hard links.
import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, readFile, stat, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import type { Place } from "./place.ts";

const partFolder = "_part";
/** Tells this process from an earlier one of the same number, as containers have them. */
const life = randomUUID().slice(0, 8);
/** What another machine left unfinished is nobody's after so long. */
const partHoursMax = 24;

export function openFolder(location: string): Place {
  const root = resolve(location);
  const parts = join(root, partFolder);
  /** Folders whose own names are known to be durable. */
  const durable = new Set<string>();
  const host = hostname().replace(/[^\w-]/g, "_");

  async function make(folder: string): Promise<void> {
    if (durable.has(folder)) return;
    await mkdir(folder, { recursive: true });
    for (let one = folder; one.startsWith(root); one = dirname(one)) await sync(dirname(one));
    durable.add(folder);
  }

  /** Before the first file is written: whoever only reads leaves the lake as it is. */
  let begun: Promise<void> | undefined;
  async function begin(): Promise<void> {
    await make(parts);
    await removeLeftovers(parts, host);
  }

  return {
    name: root,
    folder: root,
    create: (path, bytes) =>
      attempt(root, async () => {
        const target = join(root, path);
        const part = join(parts, `${host}.${process.pid}.${life}.${randomUUID()}`);
        begun ??= begin();
        await begun.catch((error: unknown) => {
          begun = undefined;
          throw error;
        });
        await make(dirname(target));
        try {
          const file = await open(part, "wx");
          try {
            await file.writeFile(bytes);
            await file.sync();
          } finally {
            await file.close();
          }
          await link(part, target);
        } catch (error) {
          if (codeOf(error) !== "EEXIST") throw error;
          // Whoever made it may not have come to this yet.
          await sync(dirname(target));
          return false;
        } finally {
          await unlink(part).catch(() => undefined);
        }
        await sync(dirname(target));
        return true;
      }),
    read: (path) => attempt(root, () => readFile(join(root, path)).catch(noneWhereMissing)),
    list: (folder) =>
      attempt(root, async () => {
        const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(
          noneWhereMissing,
        );
        return (found ?? [])
          .filter((one) => one.isFile())
          .map((one) => relative(root, join(one.parentPath, one.name)).split(sep).join("/"))
          .sort();
      }),
    remove: (path) =>
      attempt(root, async () => {
        await unlink(join(root, path)).catch(noneWhereMissing);
      }),
  };
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Parts of processes of this machine that are no more, and of others that must be. */
async function removeLeftovers(parts: string, host: string): Promise<void> {
  for (const name of await readdir(parts)) {
    const [machine, pid, itsLife] = name.split(".");
    const file = join(parts, name);
    const old = async () => {
      const found = await stat(file).catch(noneWhereMissing);
      return found !== undefined && Date.now() - found.mtimeMs > partHoursMax * 60 * 60 * 1000;
    };
    const here = Number(pid) === process.pid ? itsLife === life : runs(Number(pid));
    const dead = machine === host && !here;
    if (dead || (await old())) await unlink(file).catch(noneWhereMissing);
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

function noneWhereMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR") throw error;
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** A full disk, missing rights or a lost mount are for a person to mend; until then the lake waits. */
async function attempt<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new Unavailable(`the lake's folder ${root} can't be used: ${messageOf(error)}`, { cause: error });
  }
}
