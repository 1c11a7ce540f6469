// Owns what is promised about ports: a set one is taken or refused, an unset one gives way.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { choosePort, freePort, isFree } from "./ports.ts";

/** A port that is taken for the length of the test. */
async function takenPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

test("a usual port that is free is used", async () => {
  const port = await freePort();
  expect(await choosePort({ port, variable: "SOME_URL", fixed: false })).toBe(port);
  expect(await choosePort({ port, variable: "PORT", fixed: true })).toBe(port);
});

test("a usual port that is taken gives way to a free one", async () => {
  using taken = await takenPort();
  const port = await choosePort({ port: taken.port, variable: "SOME_URL", fixed: false });
  expect(port).not.toBe(taken.port);
  expect(await isFree(port)).toBe(true);
});

test("a port that was asked for and is taken is refused, and the message names the setting", async () => {
  using taken = await takenPort();
  await expect(choosePort({ port: taken.port, variable: "PORT", fixed: true })).rejects.toThrow(
    `port ${taken.port} is taken; set PORT to choose another`,
  );
});

test("an address that is not this machine's is told as such, not as a port that is taken", async () => {
  const wish = { port: await freePort(), variable: "PORT", fixed: true, host: "192.0.2.1" };
  await expect(choosePort(wish)).rejects.toThrow("192.0.2.1 is no address of this machine to listen on");
});

test("port 0 is any free one", async () => {
  expect(await choosePort({ port: 0, variable: "PORT", fixed: true })).toBeGreaterThan(0);
});

test("free ports lie below those that the system gives to outgoing connections", async () => {
  expect(await freePort()).toBeLessThan(32_768);
});
