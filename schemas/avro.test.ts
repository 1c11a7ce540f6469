import { describe, expect, test } from "vitest";
import { breaks, parseSchema } from "./avro.ts";
import { evolutions } from "./evolutions.ts";

const textOf = (schema: unknown, options = {}) => parseSchema(JSON.stringify(schema), [], options).text;

const record = {
  type: "record",
  name: "R",
  namespace: "n",
  doc: "said",
  fields: [
    { name: "a", type: "string", doc: "said" },
    { name: "b", type: { type: "enum", name: "E", symbols: ["x"] }, default: "x", order: "ascending" },
    { name: "c", type: ["null", "E"], default: null },
  ],
};

describe("two texts are the same schema", () => {
  test("whatever their white space and the order of their keys", () => {
    const turned = Object.fromEntries(Object.entries(record).reverse());
    expect(parseSchema(JSON.stringify(turned, null, 4)).text).toBe(textOf(record));
  });

  test("however they spell names, and types that are only a name", () => {
    const spelled = {
      ...record,
      name: "n.R",
      namespace: undefined,
      fields: [
        { name: "a", type: { type: "string" }, doc: "said" },
        { name: "b", type: { type: "enum", name: "n.E", symbols: ["x"] }, default: "x" },
        { name: "c", type: ["null", "n.E"], default: null, aliases: [] },
      ],
    };
    expect(textOf(spelled)).toBe(textOf(record));
  });

  test("but not where docs, defaults, aliases, logical types or further properties differ", () => {
    const [a, ...others] = record.fields;
    for (const other of [
      { ...record, doc: "said otherwise" },
      { ...record, aliases: ["Old"] },
      { ...record, fields: [{ ...a, default: "" }, ...others] },
      { ...record, fields: [{ ...a, type: { type: "string", logicalType: "uuid" } }, ...others] },
      { ...record, owner: "us" },
    ]) {
      expect(textOf(other)).not.toBe(textOf(record));
    }
  });

  test("a canonical text is its own canonical text, and means the same to avsc", () => {
    const { text, type } = parseSchema(JSON.stringify(record));
    const again = parseSchema(text);
    expect(again.text).toBe(text);
    expect(again.type.equals(type)).toBe(true);
  });
});

describe("what breaks is named", () => {
  // In the table of requests `~` stands for a prefix of the chapter.
  const typeOf = (schema: unknown) => parseSchema(JSON.stringify(schema).replaceAll("~", "")).type;
  const breaksOf = (from: unknown, to: unknown) => breaks(typeOf(to), typeOf(from));

  test.each(Object.entries(evolutions))("%s", (_, { from, to, backward, forward }) => {
    expect([breaksOf(from, to).length === 0, breaksOf(to, from).length === 0]).toEqual([backward, forward]);
  });

  test("each by its path and reason, all at once", () => {
    const inner = (fields: object[]) => ({
      type: "record",
      name: "R",
      fields: [
        { name: "list", type: { type: "array", items: { type: "record", name: "I", fields } } },
        {
          name: "kind",
          type: ["null", { type: "enum", name: "K", symbols: fields.length > 1 ? ["x"] : ["x", "y"] }],
        },
        { name: "count", type: fields.length > 1 ? "string" : "int" },
      ],
    });
    const [old, changed] = [
      inner([{ name: "a", type: "int" }]),
      inner([
        { name: "a", type: "int" },
        { name: "b", type: "int" },
      ]),
    ];
    expect(breaksOf(old, changed)).toEqual([
      "list[].b: the field has no default, and data written without it can't be read",
      "kind: the enum K lacks y and has no default",
      expect.stringContaining("count: int can't be read as string"),
    ]);
  });
});
