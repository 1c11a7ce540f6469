// Owns which port a server of this machine listens on. One that a person has set is taken or refused, never
// replaced; one that nobody has set gives way to a free one. Free ports are sought below the range that the
// system hands to outgoing connections, so that a server which restarts finds its port still free.
import { createServer } from "node:net";

const freePortMin = 20_000;
const freePortMax = 32_000;
const attemptsMax = 200;

export async function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return (await obstacle(port, host)) === undefined;
}

/** The code of the error with which listening is refused. */
function obstacle(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? "EADDRINUSE"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

export async function freePort(host = "127.0.0.1"): Promise<number> {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const port = freePortMin + Math.floor(Math.random() * (freePortMax - freePortMin));
    if (await isFree(port, host)) return port;
  }
  throw new Error(`no free port found on ${host} between ${freePortMin} and ${freePortMax}`);
}

/** A port that was asked for is taken; the message names the setting that asked. */
export class PortTaken extends Error {
  override name = "PortTaken";
}

export interface PortWish {
  /** The usual port, or the one that was set. */
  port: number;
  /** The setting that a person changes to choose another. */
  variable: string;
  /** true where the port is promised or a person set it: then another one would be wrong. */
  fixed: boolean;
  host?: string;
}

export async function choosePort({ port, variable, fixed, host = "127.0.0.1" }: PortWish): Promise<number> {
  if (port === 0) return freePort(host);
  const code = await obstacle(port, host);
  if (code === undefined) return port;
  if (fixed) {
    if (code === "EADDRINUSE")
      throw new PortTaken(`port ${port} is taken; set ${variable} to choose another`);
    if (code === "EACCES")
      throw new PortTaken(`port ${port} is not allowed to this user; set ${variable} to 1024 or more`);
    throw new PortTaken(`${host} is no address of this machine to listen on (${code})`);
  }
  return freePort(host);
}
