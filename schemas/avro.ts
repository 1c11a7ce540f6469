// Owns what an Avro schema means: whether a text is one, when two texts are the same schema, and whether what
// was written with one can be read with another. It knows nothing of subjects, versions and topics.
import avro, { type Schema, type Type } from "avsc";

export interface ParsedSchema {
  /** The canonical text: equal for two texts that mean the same schema and say the same of it. */
  text: string;
  type: Type;
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const primitives = new Set(["null", "boolean", "int", "long", "float", "double", "bytes", "string"]);
const named = new Set(["record", "error", "enum", "fixed"]);

/**
 * Throws with the reason where the text is not a schema. `referenced` are the texts of the schemas that it
 * names, each after the ones that it needs itself.
 *
 * The canonical form is that of Avro's own Schema.toString, which Confluent's registry compares too: white
 * space, the order of known attributes, `{"type":"string"}` for `"string"` and the way a namespace is spelled
 * make no difference; docs, aliases, defaults and further properties do. `normalize` also makes the order of
 * further properties no difference.
 */
export function parseSchema(
  text: string,
  referenced: readonly string[] = [],
  options: { normalize?: boolean } = {},
): ParsedSchema {
  const json = JSON.parse(text) as Json;
  const registry: { [name: string]: Type } = {};
  const parse = (schema: Json) => avro.Type.forSchema(schema as Schema, { registry, wrapUnions: true });
  for (const one of referenced) parse(JSON.parse(one) as Json);
  const type = parse(json);
  return { text: JSON.stringify(canonical(json, "", options.normalize ?? false)), type };
}

function canonical(schema: Json, space: string, normalize: boolean): Json {
  if (typeof schema === "string")
    return primitives.has(schema) ? schema : shortName(fullName(schema, space), space);
  if (Array.isArray(schema)) return schema.map((branch) => canonical(branch, space, normalize));
  const given = schema as JsonObject;
  const kind = given.type as Json;
  if (typeof kind !== "string") return canonical(kind, space, normalize);

  const { name, namespace, doc, aliases, type: _, ...rest } = given;
  const result: JsonObject = { type: kind };
  const take = (key: string, value: Json | undefined) => {
    delete rest[key];
    if (value !== undefined) result[key] = value;
  };
  let inner = space;
  if (named.has(kind) && typeof name === "string") {
    const full = fullName(name, typeof namespace === "string" ? namespace : space);
    inner = full.includes(".") ? full.slice(0, full.lastIndexOf(".")) : "";
    result.name = full.slice(full.lastIndexOf(".") + 1);
    if (inner !== space) result.namespace = inner;
    if (doc !== undefined) result.doc = doc;
  } else if (doc !== undefined) {
    rest.doc = doc;
  }
  if (kind === "record" || kind === "error") {
    const fields = rest.fields as JsonObject[];
    take(
      "fields",
      fields.map((field) => canonicalField(field, inner, normalize)),
    );
  } else if (kind === "enum") {
    take("symbols", rest.symbols);
    take("default", rest.default);
  } else if (kind === "fixed") {
    take("size", rest.size);
  } else if (kind === "array") {
    take("items", canonical(rest.items as Json, space, normalize));
  } else if (kind === "map") {
    take("values", canonical(rest.values as Json, space, normalize));
  } else if (Object.keys(rest).length === 0) {
    return canonical(kind, space, normalize);
  }
  Object.assign(result, furtherProperties(rest, normalize));
  if (Array.isArray(aliases) && aliases.length > 0) result.aliases = aliases;
  return result;
}

function canonicalField(field: JsonObject, space: string, normalize: boolean): JsonObject {
  const { name, type, doc, default: fallback, order, aliases, ...rest } = field;
  return {
    name: name as Json,
    type: canonical(type as Json, space, normalize),
    ...(doc === undefined ? {} : { doc }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(order === undefined || order === "ascending" ? {} : { order }),
    ...(Array.isArray(aliases) && aliases.length > 0 ? { aliases } : {}),
    ...furtherProperties(rest, normalize),
  };
}

function furtherProperties(rest: JsonObject, normalize: boolean): JsonObject {
  if (!normalize) return rest;
  return Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function fullName(name: string, space: string): string {
  return name.includes(".") || space === "" ? name : `${space}.${name}`;
}

function shortName(full: string, space: string): string {
  const dot = full.lastIndexOf(".");
  return dot >= 0 && full.slice(0, dot) === space ? full.slice(dot + 1) : full;
}

/**
 * What stands in the way of reading with `reader` what was written with `writer`, each with its path; empty
 * where nothing does. avsc's resolver, which our services decode with, is the only judge: this finds the
 * innermost parts that it refuses.
 */
export function breaks(reader: Type, writer: Type): string[] {
  return findBreaks(reader, writer, "", new Set());
}

function findBreaks(reader: Type, writer: Type, path: string, seen: Set<string>): string[] {
  let refusal: string;
  try {
    reader.createResolver(writer, { ignoreNamespaces: true } as object);
    return [];
  } catch (error) {
    refusal = error instanceof Error ? error.message : String(error);
  }
  const inner = innerBreaks(reader, writer, path, seen);
  if (inner.length > 0) return inner;
  const at = path === "" ? "the schema" : path;
  return [`${at}: ${wordsOf(writer)} can't be read as ${wordsOf(reader)} (${shorten(refusal)})`];
}

function innerBreaks(reader: Type, writer: Type, path: string, seen: Set<string>): string[] {
  if (isType(reader, avro.types.RecordType) && isType(writer, avro.types.RecordType)) {
    const pair = `${reader.name}:${writer.name}`;
    if (seen.has(pair)) return [];
    seen.add(pair);
    if (lastName(reader.name) !== lastName(writer.name) && !reader.aliases?.includes(writer.name ?? "")) {
      return [`${path === "" ? "the schema" : path}: the record ${writer.name} is now called ${reader.name}`];
    }
    return reader.fields.flatMap((field) => {
      const at = path === "" ? field.name : `${path}.${field.name}`;
      const names = [field.name, ...field.aliases];
      const written = writer.fields.find((one) => names.includes(one.name));
      if (written !== undefined) return findBreaks(field.type, written.type, at, seen);
      return field.defaultValue() === undefined
        ? [`${at}: the field has no default, and data written without it can't be read`]
        : [];
    });
  }
  if (isType(reader, avro.types.ArrayType) && isType(writer, avro.types.ArrayType)) {
    return findBreaks(reader.itemsType, writer.itemsType, `${path}[]`, seen);
  }
  if (isType(reader, avro.types.MapType) && isType(writer, avro.types.MapType)) {
    return findBreaks(reader.valuesType, writer.valuesType, `${path}{}`, seen);
  }
  if (
    isType(reader, avro.types.EnumType) &&
    isType(writer, avro.types.EnumType) &&
    lastName(reader.name) === lastName(writer.name)
  ) {
    const missing = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
    return [
      `${path === "" ? "the schema" : path}: the enum ${reader.name} lacks ${missing.join(", ")} and has no default`,
    ];
  }
  const branchesOf = (type: Type): readonly Type[] | undefined =>
    isType(type, avro.types.WrappedUnionType) ? type.types : undefined;
  const written = branchesOf(writer);
  if (written !== undefined) {
    return written.flatMap((branch) => findBreaks(reader, branch, path, seen));
  }
  const read = branchesOf(reader);
  if (read !== undefined) {
    // Only a branch of the same kind can tell more than that none fits.
    const like = read.find(
      (branch) => branch.typeName === writer.typeName && lastName(branch.name) === lastName(writer.name),
    );
    return like === undefined ? [] : findBreaks(like, writer, path, seen);
  }
  return [];
}

function isType<T extends Type>(type: Type, kind: new (...args: never[]) => T): type is T {
  return type instanceof kind;
}

function lastName(name: string | undefined): string | undefined {
  return name?.slice(name.lastIndexOf(".") + 1);
}

function wordsOf(type: Type): string {
  if (type.name !== undefined) return `${type.typeName} ${type.name}`;
  if (isType(type, avro.types.WrappedUnionType)) return `one of ${type.types.map(wordsOf).join(", ")}`;
  return type.typeName;
}

function shorten(message: string): string {
  const wordsMax = 160;
  return message.length > wordsMax ? `${message.slice(0, wordsMax)}…` : message;
}
