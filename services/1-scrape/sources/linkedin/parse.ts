// Owns telling LinkedIn's three forms apart: a guest's page, a member's page, and an answer of Voyager. A file that
// was captured by one of the ways in is read by all of them.
import { decodePage } from "../../read/decode.ts";
import type { Captured, RawPosting, Result } from "../../source.ts";
import { guestPostings } from "./guest-pages.ts";
import { isMemberPage, memberPostings } from "./member-pages.ts";
import { voyagerPostings } from "./voyager-answers.ts";

export function parseLinkedin(page: Captured): Result<RawPosting[]> {
  // A posting that is no more leads to a search for its like, which is full of others.
  if (/[?&]trk=expired_jd_redirect(?:&|$)/.test(page.url))
    return { result: "gone", reason: "LinkedIn leads to a search instead of the posting" };
  const text = decodePage(page.body, page.mediaType);
  if (/^\s{0,100}[[{]/.test(text)) return voyagerPostings(text);
  return isMemberPage(text) ? memberPostings(text, page) : guestPostings(text, page);
}
