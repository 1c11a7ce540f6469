// Owns telling LinkedIn's walls from its pages. Every page that a guest sees offers to sign in, and every one of
// them mentions captchas in its settings: only what a wall alone has counts.
import { type Reply, type Result, unreadable } from "../../source.ts";

type Unread = Extract<Result<never>, { result: "blocked" | "changed" }>;

/** A wall is small, or says in its head what it is. */
const headChars = 20_000;
const smallPageChars = 4_000;

/** A setting that has nothing to do with whether one is asked. */
const everyPageHas = "data-recaptcha-v3-integration";

const loginTitle =
  /^\s*(?:linkedin login|log ?in\b|sign ?in\b|sign ?up\b|join linkedin|linkedin: log in|authwall)/i;
const checkTitle = /security (?:verification|check)|captcha|challenge|are you (?:a )?human|just a moment/i;
const loginKey = /auth_?wall|consumerLogin|d_checkpoint_lg|uas-consumer-login|login_submit/i;
const checkKey = /checkpoint_challenge|captcha|d_checkpoint_ch/i;
const loginPath = /^\/(?:authwall|login|uas\/login|signup|checkpoint\/(?:lg|rm)|m\/login)\b/;
const checkPath = /^\/checkpoint\/challenge/;

/** What a page is that holds nothing we can read. */
export function wallOr(text: string, url: string, reason: string): Unread {
  const head = text.slice(0, headChars);
  const path = URL.parse(url)?.pathname ?? "";
  const title = /<title[^>]{0,100}>([^<]{0,300})/i.exec(head)?.[1] ?? "";
  const key = /<meta[^>]{0,40}name="pageKey"[^>]{0,40}content="([^"]{1,120})"/i.exec(head)?.[1] ?? "";
  if (
    checkPath.test(path) ||
    checkTitle.test(title) ||
    checkKey.test(key) ||
    /id="captcha-internal"/.test(head)
  )
    return { result: "blocked", cause: "captcha", reason: "LinkedIn asks for a security check" };
  if (loginPath.test(path) || loginTitle.test(title) || loginKey.test(key))
    return { result: "blocked", cause: "login", reason: "LinkedIn shows its login instead of the page" };
  return text.length <= smallPageChars
    ? unreadable(text.replaceAll(everyPageHas, ""), reason)
    : { result: "changed", reason };
}

/** What an answer says of the session that asked; undefined where it is well. */
export function sessionTrouble({ status, url, text }: Reply): "not logged in" | "banned account" | undefined {
  const path = URL.parse(url)?.pathname ?? "";
  const head = text.slice(0, headChars);
  // Of a redirect to a check nothing is known before its page is read.
  if (checkPath.test(path) && text === "") return undefined;
  const asks = checkPath.test(path) || loginPath.test(path);
  // The check is also shown to whom nobody accuses; only its words tell a restricted account.
  if (
    (asks || status === 403) &&
    /(?:account|access)[^.<]{0,80}\brestricted\b|restricted your account|account[^.<]{0,40}\bsuspended\b/i.test(
      head,
    )
  )
    return "banned account";
  if (asks || status === 401) return "not logged in";
  // The token that repeats the session's cookie does not fit it.
  if (status === 403 && /csrf check failed/i.test(head)) return "not logged in";
  const key = /<meta[^>]{0,40}name="pageKey"[^>]{0,40}content="([^"]{1,120})"/i.exec(head)?.[1];
  // Who is not logged in is often shown the page for guests instead.
  return key !== undefined && (loginKey.test(key) || /_guest_/.test(key)) ? "not logged in" : undefined;
}
