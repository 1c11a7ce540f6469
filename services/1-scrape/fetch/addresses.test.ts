import { expect, test } from "vitest";
import { isPublicAddress } from "./addresses.ts";

test("addresses that anybody may connect to are public", () => {
  for (const address of [
    "8.8.8.8",
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "2606:4700::1111",
    "2a00:1450:4001::1",
  ]) {
    expect(isPublicAddress(address), address).toBe(true);
  }
});

test("this machine, private networks, metadata services and what stands for them are not", () => {
  for (const address of [
    "127.0.0.1",
    "127.255.1.2",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "fc00::1",
    "ff02::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "not an address",
  ]) {
    expect(isPublicAddress(address), address).toBe(false);
  }
});
