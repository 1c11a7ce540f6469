// Owns the changes of a schema that a registry and our own check must tell apart: which new schemas can read
// what was written with the old one, and the other way round. Tests read it.

type Field = { name: string; type: unknown; default?: unknown; aliases?: string[]; doc?: string };
export const record = (fields: Field[], more: object = {}) => ({
  type: "record",
  name: "R",
  namespace: "~n",
  fields,
  ...more,
});

export const a = { name: "a", type: "string" };
export const bare = { name: "b", type: "string" };
export const defaulted = { name: "b", type: "string", default: "" };

/** Old schema, new schema, and whether new reads old (backward) and old reads new (forward). */
interface Evolution {
  from: unknown;
  to: unknown;
  backward: boolean;
  forward: boolean;
  apicurio?: string;
}

const field = (type: unknown, more: object = {}) => record([{ name: "a", type, ...more }]);
const colour = (symbols: string[], more: object = {}) => ({ type: "enum", name: "C", symbols, ...more });

export const evolutions: Record<string, Evolution> = {
  "a field with a default is added": {
    from: record([a]),
    to: record([a, defaulted]),
    backward: true,
    forward: true,
  },
  "a field without a default is added": {
    from: record([a]),
    to: record([a, bare]),
    backward: false,
    forward: true,
  },
  "a field with a default is removed": {
    from: record([a, defaulted]),
    to: record([a]),
    backward: true,
    forward: true,
  },
  "a field without a default is removed": {
    from: record([a, bare]),
    to: record([a]),
    backward: true,
    forward: false,
  },
  "a field is renamed": { from: record([a]), to: record([bare]), backward: false, forward: false },
  "a field is renamed with an alias": {
    from: record([a]),
    to: record([{ ...bare, aliases: ["a"] }]),
    backward: true,
    forward: false,
  },
  "int becomes long": { from: field("int"), to: field("long"), backward: true, forward: false },
  "long becomes double": { from: field("long"), to: field("double"), backward: true, forward: false },
  "int becomes string": { from: field("int"), to: field("string"), backward: false, forward: false },
  "string becomes bytes": { from: field("string"), to: field("bytes"), backward: true, forward: true },
  "string becomes nullable": {
    from: field("string"),
    to: field(["null", "string"]),
    backward: true,
    forward: false,
  },
  "a union gets a branch": {
    from: field(["null", "string"]),
    to: field(["null", "string", "int"]),
    backward: true,
    forward: false,
  },
  "a union's branches change places": {
    from: field(["null", "string"]),
    to: field(["string", "null"]),
    backward: true,
    forward: true,
  },
  "an enum gets a symbol": {
    from: field(colour(["x"])),
    to: field(colour(["x", "y"])),
    backward: true,
    forward: false,
  },
  "an enum loses a symbol": {
    from: field(colour(["x", "y"])),
    to: field(colour(["x"])),
    backward: false,
    forward: true,
  },
  "an enum with a default loses a symbol": {
    from: field(colour(["x", "y"])),
    to: field(colour(["x"], { default: "x" })),
    backward: true,
    forward: true,
  },
  "a nullable enum gets a symbol": {
    from: field(["null", colour(["x"])]),
    to: field(["null", colour(["x", "y"])]),
    backward: true,
    forward: false,
  },
  "a record is renamed": {
    from: record([a]),
    to: { ...record([a]), name: "S" },
    backward: false,
    forward: false,
  },
  "a record moves to another namespace": {
    from: record([a]),
    to: { ...record([a]), namespace: "~m" },
    backward: true,
    forward: true,
  },
  "a record is renamed with an alias": {
    from: record([a]),
    to: { ...record([a]), name: "S", aliases: ["~n.R"] },
    backward: true,
    forward: false,
  },
  "a nested record gets a field without a default": {
    from: field({ type: "record", name: "I", fields: [a] }),
    to: field({ type: "record", name: "I", fields: [a, bare] }),
    backward: false,
    forward: true,
  },
  "the items of an array change": {
    from: field({ type: "array", items: "string" }),
    to: field({ type: "array", items: "int" }),
    backward: false,
    forward: false,
  },
  "the values of a map widen": {
    from: field({ type: "map", values: "int" }),
    to: field({ type: "map", values: "long" }),
    backward: true,
    forward: false,
  },
  "an array becomes a map": {
    from: field({ type: "array", items: "string" }),
    to: field({ type: "map", values: "string" }),
    backward: false,
    forward: false,
  },
  "a fixed changes its size": {
    from: field({ type: "fixed", name: "F", size: 4 }),
    to: field({ type: "fixed", name: "F", size: 8 }),
    backward: false,
    forward: false,
  },
  "a logical type is added": {
    from: field("long"),
    to: field({ type: "long", logicalType: "timestamp-millis" }),
    backward: true,
    forward: true,
  },
  "a recursive record gets a field without a default": {
    from: { type: "record", name: "L", fields: [{ name: "next", type: ["null", "L"] }] },
    to: { type: "record", name: "L", fields: [{ name: "next", type: ["null", "L"] }, bare] },
    backward: false,
    forward: true,
  },
  "a default changes": {
    from: record([{ ...defaulted, default: "x" }]),
    to: record([{ ...defaulted, default: "y" }]),
    backward: true,
    forward: true,
  },
};
