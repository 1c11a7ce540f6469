// Owns `skillstream status`: each process of the running instance with its health, one JSON object a line,
// and what the API says of the flow as the last one.
import { parseArgs } from "node:util";
import { readSettings } from "@skillstream/platform/settings.ts";
import { ask } from "./ask.ts";
import type { Command } from "./command.ts";
import { runningInstance } from "./environment.ts";

const healthTimeoutMs = 2_000;

export const command: Command = {
  name: "status",
  summary: "the running processes, their health and the flow's lag",
  usage: `Usage: skillstream status

Prints one JSON object for each process of the instance that runs on the data folder (SKILLSTREAM_HOME):
{process, pid, ready, reasons}, then what GET /api/status says of the flow. The lake's line also says where it
lies, how many raw events wait to be written, and how many it is behind (lag). Exit code 1 where nothing runs
or a process is not ready.`,
  async run(args) {
    parseArgs({ args, options: {} });
    const { home } = readSettings(process.env, ["home"]);
    const instance = runningInstance(home);
    const processes = await Promise.all(
      Object.entries(instance.processes).map(async ([name, { pid, health }]) => {
        if (health === undefined) return { process: name, pid, ready: pid !== 0, reasons: [] };
        const lake = name === "lake" ? { lake: await lakeAt(health) } : {};
        return { process: name, pid, ...(await healthOf(health)), ...lake };
      }),
    );
    for (const one of processes) process.stdout.write(`${JSON.stringify(one)}\n`);
    process.stdout.write(`${JSON.stringify(await ask(`${instance.page}/api/status`))}\n`);
    return processes.every(({ ready }) => ready) ? 0 : 1;
  },
};

async function healthOf(url: string): Promise<{ ready: boolean; reasons: string[] }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(healthTimeoutMs) });
    const text = await response.text();
    if (response.ok) return { ready: true, reasons: [] };
    const { reasons } = JSON.parse(text) as { reasons?: string[] };
    return { ready: false, reasons: reasons ?? [text.slice(0, 300)] };
  } catch (error) {
    return { ready: false, reasons: [`${url} does not answer: ${(error as Error).message}`] };
  }
}

/** What the lake's process says of it; null where it can't be asked. */
async function lakeAt(health: string): Promise<unknown> {
  try {
    const address = health.replace(/ready$/, "lake");
    return await (await fetch(address, { signal: AbortSignal.timeout(healthTimeoutMs) })).json();
  } catch {
    return null;
  }
}
