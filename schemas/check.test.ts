import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { incompatibilities, release } from "./check.ts";
import { type RecordName, schemaFiles, schemaText } from "./topics.ts";

const folder = mkdtempSync(join(tmpdir(), "skillstream-schemas-"));
const [today, released] = [join(folder, "today"), join(folder, "released")];
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Avsc {
  fields: { name: string; type: unknown; default?: unknown }[];
}

function change(record: RecordName, edit: (schema: Avsc) => void): void {
  const file = join(today, schemaFiles[record]);
  const schema = JSON.parse(readFileSync(file, "utf8")) as Avsc;
  edit(schema);
  writeFileSync(file, JSON.stringify(schema));
}

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  for (const file of Object.values(schemaFiles)) {
    cpSync(join(import.meta.dirname, file), join(today, file));
  }
  release(today, released, "1.0.0");
});

describe("what was released stays readable", () => {
  test("schemas that did not change pass, and so do those that nobody has released", () => {
    expect(incompatibilities(today, released)).toEqual([]);
    expect(incompatibilities(today, join(folder, "nothing"))).toEqual([]);
  });

  test("a field with a default passes, one without is named with its file and release", () => {
    change("Receipt", (schema) => schema.fields.push({ name: "host", type: "string", default: "" }));
    expect(incompatibilities(today, released)).toEqual([]);
    change("Receipt", (schema) => schema.fields.push({ name: "zone", type: "string" }));
    expect(incompatibilities(today, released)).toEqual([
      expect.stringMatching(/^receipt\.avsc can't read what 1\.0\.0 wrote: zone: the field has no default/),
    ]);
  });

  test("a change of Posting breaks the record that holds it too", () => {
    change("Posting", (schema) => schema.fields.push({ name: "rank", type: "int" }));
    expect(incompatibilities(today, released)).toEqual([
      expect.stringMatching(/^enriched-posting\.avsc .* posting\.rank:/),
      expect.stringMatching(/^posting\.avsc .* rank:/),
    ]);
  });

  test("every release counts, not only the last", () => {
    // Each step reads the one before: the first gives the field, the second takes its default away.
    change("Receipt", (schema) => schema.fields.push({ name: "host", type: "string", default: "" }));
    release(today, released, "1.1.0");
    change("Receipt", (schema) => {
      schema.fields = schema.fields.map((field) =>
        field.name === "host" ? { name: "host", type: "string" } : field,
      );
    });
    expect(incompatibilities(today, released)).toEqual([
      expect.stringMatching(/^receipt\.avsc can't read what 1\.0\.0 wrote: host:/),
    ]);
  });

  test("a released schema that is gone is missed", () => {
    writeFileSync(join(released, "1.0.0", "old-posting.avsc"), schemaText("Posting"));
    expect(incompatibilities(today, released)).toEqual([
      "old-posting.avsc of 1.0.0 is gone, while its data may still be read",
    ]);
  });

  test("a release can't be changed", () => {
    release(today, released, "1.0.0");
    change("Receipt", (schema) => schema.fields.push({ name: "host", type: "string", default: "" }));
    expect(() => release(today, released, "1.0.0")).toThrow(/receipt\.avsc of 1\.0\.0 is released/);
  });
});

test("every schema file is one that topics.ts knows", () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".avsc"));
  expect(files.sort()).toEqual(Object.values(schemaFiles).sort());
});
