// Owns telling LinkedIn's three forms apart: a guest's page, a member's page, and an answer of Voyager. A file that
// was captured by one of the ways in is read by all of them.
import { decodePage } from "../../read/decode.ts";
import type { Captured, RawPosting, Result } from "../../source.ts";
import { guestPostings } from "./guest-pages.ts";
import { isMemberPage, memberPostings } from "./member-pages.ts";
import { voyagerPostings } from "./voyager-answers.ts";

export function parseLinkedin(page: Captured): Result<RawPosting[]> {
  const text = decodePage(page.body, page.mediaType);
  if (/^\s{0,100}[[{]/.test(text)) return voyagerPostings(text);
  return isMemberPage(text) ? memberPostings(text, page) : guestPostings(text, page);
}
