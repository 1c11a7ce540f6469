// Owns the TypeScript types of every Avro schema: writes schemas/types.ts, or with --check fails where it has
// drifted from the .avsc files. It refuses what it can't type exactly rather than writing `unknown`.
import { readFileSync, writeFileSync } from "node:fs";
import { schemaFiles } from "./topics.ts";

type AvroType = string | AvroType[] | AvroNamed;
interface AvroNamed {
  type: AvroType;
  name?: string;
  doc?: string;
  fields?: { name: string; type: AvroType; doc?: string }[];
  symbols?: string[];
  items?: AvroType;
  values?: AvroType;
  logicalType?: string;
}

const primitives: Record<string, string> = {
  null: "null",
  string: "string",
  boolean: "boolean",
  int: "number",
  long: "number",
  double: "number",
  bytes: "Buffer",
};

const declarations = new Map<string, string>();

function comment(doc: string | undefined, indent: string): string {
  return doc === undefined ? "" : `${indent}/** ${doc} */\n`;
}

function typeOf(type: AvroType): string {
  if (typeof type === "string") return primitives[type] ?? type.replace(/^skillstream\./, "");
  if (Array.isArray(type)) return type.map(typeOf).join(" | ");
  if (type.symbols !== undefined) {
    const union = type.symbols.map((symbol) => JSON.stringify(symbol)).join(" | ");
    declarations.set(named(type), `${comment(type.doc, "")}export type ${named(type)} = ${union};\n`);
    return named(type);
  }
  if (type.fields !== undefined) {
    const name = named(type);
    const fields = type.fields.map((field) => {
      const doc =
        field.doc ??
        (typeof field.type === "object" && "logicalType" in field.type
          ? "Milliseconds since 1970, UTC."
          : undefined);
      return `${comment(doc, "  ")}  ${field.name}: ${typeOf(field.type)};\n`;
    });
    declarations.set(name, `${comment(type.doc, "")}export interface ${name} {\n${fields.join("")}}\n`);
    return name;
  }
  if (type.items !== undefined) {
    const items = typeOf(type.items);
    return items.includes("|") ? `(${items})[]` : `${items}[]`;
  }
  if (type.values !== undefined) return `Record<string, ${typeOf(type.values)}>`;
  return typeOf(type.type);
}

function named(type: AvroNamed): string {
  if (type.name === undefined)
    throw new Error(`a schema without a name: ${JSON.stringify(type).slice(0, 80)}`);
  return type.name;
}

for (const file of Object.values(schemaFiles)) {
  typeOf(JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")) as AvroNamed);
}

const header =
  "// Generated from the .avsc files by `npm run generate`; the check fails where it has drifted.\n\n";
const generated = header + [...declarations.values()].join("\n");
const target = new URL("types.ts", import.meta.url);
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== generated) {
    console.error("schemas/types.ts has drifted from the .avsc files: run `npm run generate`");
    process.exit(1);
  }
} else {
  writeFileSync(target, generated);
}
