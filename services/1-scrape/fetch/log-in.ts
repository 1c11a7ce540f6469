// Owns logging in by a site's own form, in the browser, with a name and a password. Promises that they are typed
// into a page of the site itself and of no other, and over TLS. Judges nothing: what stands there afterwards is
// the answer.
import { Unavailable } from "@skillstream/platform/errors.ts";
import type { Login } from "../source.ts";
import type { Account } from "./accounts.ts";
import { Refused } from "./addresses.ts";
import type { Answer } from "./exchange.ts";
import type { Visit } from "./visit.ts";

/** Some forms answer by a script, without going to another page. */
const answerTimeoutMs = 10_000;

export async function logIn(
  visited: Visit,
  url: string,
  login: Login,
  { credentials }: Pick<Account, "credentials">,
  allowedAddresses: readonly string[],
): Promise<Answer> {
  const { form } = login;
  if (form === null || credentials === undefined) throw new Error("there is nothing to log in with");
  const { page, within } = visited;
  const at = new URL(form.path, url);
  if (at.protocol !== "https:" && !allowedAddresses.includes(at.host)) {
    throw new Refused(`${at.host} asks for a password without TLS`);
  }
  const before = await visited.load(at.href);
  // Who is logged in already is often sent on.
  const field = async (selector: string) => (await within(page.$(selector))) !== null;
  if (!(await field(form.user)) || !(await field(form.password))) {
    const found = login.trouble({
      status: before.status,
      url: before.url,
      text: before.body.toString("utf8"),
    });
    if (found !== "not logged in") return before;
    throw new Unavailable(
      `the login page of ${at.host} has no field ${form.user} or ${form.password}: it changed`,
    );
  }
  if (new URL(page.url()).origin !== at.origin) {
    throw new Refused(
      `the login page of ${at.host} is at ${new URL(page.url()).host}, which gets no password`,
    );
  }
  await within(page.type(form.user, credentials.user));
  await within(page.type(form.password, credentials.password));
  const answered = page.waitForNavigation({ waitUntil: "domcontentloaded", timeout: answerTimeoutMs });
  await Promise.all([within(answered.catch(() => undefined)), within(page.click(form.submit))]);
  return await visited.read();
}
