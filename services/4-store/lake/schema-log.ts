// Owns the lake's log of schema changes: one numbered file for each schema that events were written with, in the
// order in which the lake met them, with what changed against the one before it.
import { Invalid, messageOf } from "@skillstream/platform/errors.ts";
import type { RecordSchema, WriterSchema } from "./event-schema.ts";
import { schemaFolder, schemaPath } from "./layout.ts";
import type { Place } from "./place.ts";

export interface SchemaChange {
  number: number;
  fingerprint: string;
  /** Where the first event of it lies. */
  first_seen: { partition: number; offset: number };
  added: string[];
  removed: string[];
  changed: { field: string; from: string; to: string }[];
  schema: RecordSchema;
}

/** In the order of their numbers. */
export async function schemaChanges(place: Place): Promise<SchemaChange[]> {
  const changes: SchemaChange[] = [];
  for (const path of await place.list(schemaFolder)) {
    const bytes = await place.read(path);
    if (bytes === undefined) continue;
    try {
      changes.push(JSON.parse(bytes.toString()) as SchemaChange);
    } catch (error) {
      throw new Invalid(`${path} in ${place.name} is not JSON: ${messageOf(error)}`);
    }
  }
  return changes;
}

/** Notes a schema unless the log has it. */
export async function noteSchema(
  place: Place,
  { fingerprint, writer }: WriterSchema,
  first_seen: SchemaChange["first_seen"],
): Promise<SchemaChange | undefined> {
  for (;;) {
    const known = await schemaChanges(place);
    if (known.some((one) => one.fingerprint === fingerprint)) return undefined;
    const before = known.at(-1);
    const number = (before?.number ?? 0) + 1;
    const change = { number, fingerprint, first_seen, ...difference(before?.schema, writer), schema: writer };
    if (await place.create(schemaPath(number), Buffer.from(`${JSON.stringify(change)}\n`))) return change;
    // Another writer was faster with this number, perhaps with this very schema.
  }
}

function difference(before: RecordSchema | undefined, after: RecordSchema) {
  const old = before === undefined ? new Map<string, string>() : fieldsOf(before);
  const now = fieldsOf(after);
  return {
    added: [...now.keys()].filter((field) => !old.has(field)),
    removed: [...old.keys()].filter((field) => !now.has(field)),
    changed: [...now].flatMap(([field, to]) => {
      const from = old.get(field);
      return from === undefined || from === to ? [] : [{ field, from, to }];
    }),
  };
}

/** Each field by its path, parsed.salary.min, with what its type is beside the fields within it. */
function fieldsOf(schema: unknown): Map<string, string> {
  const fields = new Map<string, string>();
  const walk = (type: unknown, path: string): string => {
    if (Array.isArray(type)) return JSON.stringify(type.map((one) => walk(one, path)));
    if (typeof type !== "object" || type === null) return String(type);
    const one = type as Record<string, unknown>;
    if (Array.isArray(one.fields)) {
      for (const { name, type: inner, default: value } of one.fields as Record<string, unknown>[]) {
        const inside = path === "" ? String(name) : `${path}.${name}`;
        const shown = walk(inner, inside);
        fields.set(inside, value === undefined ? shown : `${shown} = ${JSON.stringify(value)}`);
      }
      return String(one.name);
    }
    if (one.type === "array") return `array of ${walk(one.items, path)}`;
    if (one.type === "map") return `map of ${walk(one.values, path)}`;
    const { doc: _, ...rest } = one;
    return typeof one.type === "object" ? walk(one.type, path) : JSON.stringify(rest);
  };
  walk(schema, "");
  return fields;
}
