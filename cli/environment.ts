// Owns how other commands find the instance that runs on this machine: `skillstream up` writes down where its
// servers listen, in its data folder, and takes the note away when it stops.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ownerOf } from "@skillstream/platform/local/stop.ts";

export interface Endpoints {
  /** The settings under which another process speaks to the same servers. */
  variables: Record<string, string>;
  page: string;
  processes: Record<string, { pid: number; health?: string }>;
}

/** What a command needs to ask the tables of one generation. */
export const tableSettings = [
  "clickhouseUrl",
  "clickhouseUser",
  "clickhousePassword",
  "clickhouseDatabase",
  "clickhouseCluster",
  "generation",
] as const;

const file = (home: string) => join(home, "endpoints.json");

export function writeEndpoints(home: string, endpoints: Endpoints): void {
  writeFileSync(`${file(home)}.part`, `${JSON.stringify(endpoints, null, 2)}\n`);
  renameSync(`${file(home)}.part`, file(home));
}

export function removeEndpoints(home: string): void {
  rmSync(file(home), { force: true });
}

/** undefined where nothing runs on this data folder, also when what ran there was killed. */
export function findEndpoints(home: string): Endpoints | undefined {
  if (ownerOf(home) === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(file(home), "utf8")) as Endpoints;
  } catch {
    return undefined;
  }
}

/** The running instance, or a message that says how to start one. */
export function runningInstance(home: string): Endpoints {
  const endpoints = findEndpoints(home);
  if (endpoints === undefined) {
    throw new Error(
      `nothing runs on the data folder ${home}: start it with npm start, or name another folder with SKILLSTREAM_HOME`,
    );
  }
  return endpoints;
}

/** The environment of a command beside the running instance, if there is one; what a person set goes first. */
export function instanceEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const endpoints = findEndpoints(environment.SKILLSTREAM_HOME || ".skillstream");
  return { ...endpoints?.variables, ...environment };
}
