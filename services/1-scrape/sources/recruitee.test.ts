import { expect, test } from "vitest";
import { answered } from "../../../test/replicas/boards.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
import { recruiteeOffer, recruiteeSite } from "../../../test/replicas/recruitee.ts";
import type { Ask } from "../source.ts";
import { recruiteeSource } from "./recruitee.ts";

const source = recruiteeSource();
const postings = madeUp(12).map((one) => ({ ...one, company: "Nordvane" }));
const site = recruiteeSite(postings);
const [first, second] = postings as [MadeUp, MadeUp];
const page = (body: unknown, url = "https://nordvane.recruitee.com/api/offers/") => ({
  url,
  mediaType: "",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

test("a site is one answer with every offer whole, and an offer's own answer is asked for when it has left", () => {
  const [asked] = source.plan("nordvane", {}) as [Ask];
  const result = source.list(answered(site, asked));
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value.items.map((one) => one.source_id)).toEqual(postings.map((one) => one.id));
  const [item] = result.value.items;
  expect(JSON.parse(Buffer.from(item?.posting?.payload?.body ?? "").toString())).toEqual(
    recruiteeOffer(first),
  );
  expect(item?.postedAt).toBe(first.postedAt.getTime());
  expect(source.parse(answered(site, { url: item?.url ?? "" }))).toMatchObject({
    result: "found",
    value: [{ source_id: first.id, parsed: { title: first.title } }],
  });
  expect(source.parse(answered(site, { url: "https://nordvane.recruitee.com/api/offers/none" })).result).toBe(
    "gone",
  );
});

test("every field that an offer holds is read", () => {
  const result = source.parse(page({ offers: [recruiteeOffer(first), recruiteeOffer(second)] }));
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value[0]?.parsed).toMatchObject({
    title: first.title,
    company: "Nordvane",
    location: `${first.city}, ${first.country}; Lyon, Rhône, France`,
    employment_type: "fulltime permanent",
    seniority_level: "senior level",
    workplace_type: "remote",
    job_functions: ["Data", "information technology"],
    description_html: `${first.html}\n<h3>Requirements</h3><ul><li>Patience</li></ul>`,
    salary: { ...first.salary },
    posted_time: first.postedAt.toISOString().replace(".000Z", "Z"),
    expire_time: null,
    apply_url: expect.stringMatching(/^https:\/\/nordvane\.recruitee\.com\/o\/[\w-]+\/c\/new$/),
  });
  expect(result.value[1]?.parsed).toMatchObject({ workplace_type: "on-site", salary: null });
});

test("texts that stand in translations alone are read, and places in the other ways in which sites state them", () => {
  const of = (fields: object) => {
    const result = source.parse(page([{ id: 1, ...fields }]));
    return "value" in result ? result.value[0]?.parsed : undefined;
  };
  const translations = { de: { title: "Hüter" }, en: { title: "Keeper", description: "<p>x</p>" } };
  expect(of({ translations })).toMatchObject({ title: "Keeper", description_html: "<p>x</p>" });
  expect(of({ title: "x", city: "Graz", country: "Austria" })?.location).toBe("Graz, Austria");
  expect(of({ title: "x", locations: [{ full_address: "Graz 1" }, { name: "Linz" }] })?.location).toBe(
    "Graz 1; Linz",
  );
  expect(of({ title: "x", hybrid: true, remote: true })?.workplace_type).toBe("hybrid");
  expect(of({ title: "x", close_at: "2026-12-01 23:59:59 UTC" })?.expire_time).toBe("2026-12-01T23:59:59Z");
});

test("what is no site is told apart: empty, closed, a wall, a new form", () => {
  expect(source.list(page({ offers: [] })).result).toBe("empty");
  const closed = { ...recruiteeOffer(first), status: "closed" };
  expect(source.parse(page({ offer: closed })).result).toBe("gone");
  expect(source.parse(page({ offers: [closed, recruiteeOffer(second)] }))).toMatchObject({
    result: "found",
    value: [{ source_id: second.id }],
  });
  expect(source.parse(page("<h1>403 Forbidden</h1>"))).toMatchObject({
    result: "blocked",
    cause: "forbidden",
  });
  for (const form of ["<h1>Welcome</h1>", "null", "[7]", "{}", '{"offers":{}}'])
    expect(source.parse(page(form)).result, form).toBe("changed");
});

test("a hosted offer is read by its schema.org data", () => {
  const data = { "@type": "JobPosting", title: "Keeper", description: "x", identifier: { value: "77" } };
  const html = `<script type="application/ld+json">${JSON.stringify(data)}</script>`;
  expect(source.parse(page(html, "https://nordvane.recruitee.com/o/keeper"))).toMatchObject({
    result: "found",
    value: [{ source_id: "77", parsed: { title: "Keeper" } }],
  });
});

test("fields of other types state nothing, and one offer without a title leaves the others", () => {
  expect(source.parse(page({ offers: [{ id: 1 }, null, recruiteeOffer(first)] }))).toMatchObject({
    result: "partial",
    missing: 2,
  });
  const keys = Object.keys(recruiteeOffer(first)).filter((key) => key !== "id" && key !== "title");
  for (const wrong of [7, null, "x", [[]], { a: [null], en: 7 }, true]) {
    const all = { ...recruiteeOffer(first), ...Object.fromEntries(keys.map((key) => [key, wrong])) };
    expect(source.parse(page({ offers: [all] })).result).toBe("found");
  }
});

test("only the name of a company is taken as argument", () => {
  expect(source.plan("nordvane", {})).toEqual([{ url: "https://nordvane.recruitee.com/api/offers/" }]);
  for (const wrong of [undefined, "", "..", "a/b", "a.b", "-a"])
    expect(() => source.plan(wrong, {})).toThrow("recruitee:NAME");
});

test("a remote offer whose line says no more than that is where its other fields say", () => {
  const offer = {
    ...recruiteeOffer(first),
    locations: [],
    location: "Remote job",
    city: "Graz",
    country: "Austria",
  };
  const place = (changes: object) => {
    const result = source.parse(page({ offers: [{ ...offer, ...changes }] }));
    return result.result === "found" ? result.value[0]?.parsed.location : result;
  };
  expect(place({})).toBe("Graz, Austria");
  expect(place({ city: null, country: null, state_name: null })).toBe("Remote job");
  expect(place({ location: "Remote in Europe" })).toBe("Remote in Europe");
});
