// Owns which network addresses a crawler may connect to. A page can point anywhere, so whatever is not public
// (this machine, the private network, a cloud's metadata service) is refused unless it is allowed by name. A
// name is looked up and judged by all that it stands for; whoever connects uses the addresses found here.
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

/** We do not want to go there, or to take that much. */
export class Refused extends Error {
  override name = "Refused";
}

export type NameLookup = (hostname: string) => Promise<LookupAddress[]>;

export const systemLookup: NameLookup = (hostname) => lookup(hostname, { all: true });

const refused = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  refused.addSubnet(network, bits, "ipv4");
}

const publicV6 = new BlockList();
publicV6.addSubnet("2000::", 3, "ipv6");
const refusedV6 = new BlockList();
for (const [network, bits] of [
  // Teredo, benchmarking, documentation, 6to4: they carry or stand for other addresses.
  ["2001::", 32],
  ["2001:2::", 48],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  refusedV6.addSubnet(network, bits, "ipv6");
}

/** True for an address that anybody on the internet may connect to. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  if (isIP(plain) === 4) return !refused.check(plain, "ipv4");
  // IPv4 in IPv6 (::ffff:127.0.0.1, 64:ff9b::) lies outside 2000::/3 and is refused with all else there.
  return isIP(plain) === 6 && publicV6.check(plain, "ipv6") && !refusedV6.check(plain, "ipv6");
}

/** Finds the addresses behind a host, and throws where one of them is neither public nor allowed as host:port. */
export function checkedLookup(
  allowed: ReadonlySet<string>,
  lookupName: NameLookup,
): (hostname: string, port: string) => Promise<LookupAddress[]> {
  return async (hostname, port) => {
    const literal = hostname.replace(/^\[|\]$/g, "");
    const family = isIP(literal);
    const found = family === 0 ? await lookupName(literal) : [{ address: literal, family }];
    if (found.length === 0) throw new Error(`${literal} stands for no address`);
    const wrong = found.find(
      ({ address }) => !isPublicAddress(address) && !allowed.has(`${address}:${port}`),
    );
    if (wrong === undefined || allowed.has(`${literal}:${port}`)) return found;
    throw new Refused(
      `${family === 0 ? `${literal} stands for ${wrong.address}, which` : literal} is not a public address; ` +
        `name ${literal}:${port} in SKILLSTREAM_ALLOWED_ADDRESSES if it is yours`,
    );
  };
}
