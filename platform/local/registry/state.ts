// Owns what the registry knows: a pure function of the log's entries, in their order. Nothing else changes
// it, so that a registry started again knows the same. It promises that an id is never given twice, not even
// after a permanent deletion: old messages would be read as something else.
import type { Entry } from "./log.ts";

export interface Reference {
  name: string;
  subject: string;
  version: number;
}

export interface SubjectVersion {
  subject: string;
  version: number;
  id: number;
  /** Canonical text. */
  schema: string;
  references: readonly Reference[];
  deleted: boolean;
}

export const levels = [
  "NONE",
  "BACKWARD",
  "BACKWARD_TRANSITIVE",
  "FORWARD",
  "FORWARD_TRANSITIVE",
  "FULL",
  "FULL_TRANSITIVE",
] as const;
export type Level = (typeof levels)[number];

export const modes = ["READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT"] as const;
export type Mode = (typeof modes)[number];

/** `""` is the whole registry. */
export type Scope = string;
export const everywhere: Scope = "";

type Key =
  | { keytype: "SCHEMA"; subject: string; version: number; magic: 1 }
  | { keytype: "CONFIG"; subject: string | null; magic: 0 }
  | { keytype: "MODE"; subject: string | null; magic: 0 }
  | { keytype: "NEXT_ID"; magic: 0 };

const textOf = (key: Key) => JSON.stringify(key);

export const entryOf = {
  version: (version: SubjectVersion): Entry => ({
    key: textOf({ keytype: "SCHEMA", subject: version.subject, version: version.version, magic: 1 }),
    value: JSON.stringify(version),
  }),
  gone: ({ subject, version }: SubjectVersion): Entry => ({
    key: textOf({ keytype: "SCHEMA", subject, version, magic: 1 }),
    value: null,
  }),
  config: (scope: Scope, compatibilityLevel: Level | undefined): Entry => ({
    key: textOf({ keytype: "CONFIG", subject: scope === everywhere ? null : scope, magic: 0 }),
    value: compatibilityLevel === undefined ? null : JSON.stringify({ compatibilityLevel }),
  }),
  mode: (scope: Scope, mode: Mode | undefined): Entry => ({
    key: textOf({ keytype: "MODE", subject: scope === everywhere ? null : scope, magic: 0 }),
    value: mode === undefined ? null : JSON.stringify({ mode }),
  }),
  /** Ends every append that takes something out, so that compaction can't take the log's last entry. */
  nextId: (id: number): Entry => ({
    key: textOf({ keytype: "NEXT_ID", magic: 0 }),
    value: JSON.stringify({ id }),
  }),
};

export class RegistryState {
  readonly #subjects = new Map<string, Map<number, SubjectVersion>>();
  readonly #byId = new Map<number, Set<SubjectVersion>>();
  readonly #levels = new Map<Scope, Level>();
  readonly #modes = new Map<Scope, Mode>();
  #nextId = 1;

  constructor(entries: readonly Entry[] = []) {
    for (const entry of entries) this.apply(entry);
  }

  apply(entry: Entry): void {
    const key = JSON.parse(entry.key) as Key;
    const value: unknown = entry.value === null ? undefined : JSON.parse(entry.value);
    switch (key.keytype) {
      case "SCHEMA":
        this.#setVersion(key.subject, key.version, value as SubjectVersion | undefined);
        return;
      case "CONFIG":
        set(
          this.#levels,
          key.subject,
          (value as { compatibilityLevel: Level } | undefined)?.compatibilityLevel,
        );
        return;
      case "MODE":
        set(this.#modes, key.subject, (value as { mode: Mode } | undefined)?.mode);
        return;
      case "NEXT_ID":
        this.#nextId = Math.max(this.#nextId, (value as { id: number }).id);
        return;
      default:
        key satisfies never;
        throw new Error(`an entry of the registry's log is of no known kind: ${entry.key}`);
    }
  }

  #setVersion(subject: string, version: number, next: SubjectVersion | undefined): void {
    const versions = this.#subjects.get(subject) ?? new Map<number, SubjectVersion>();
    const before = versions.get(version);
    if (before !== undefined) {
      const same = this.#byId.get(before.id);
      same?.delete(before);
      if (same?.size === 0) this.#byId.delete(before.id);
    }
    if (next === undefined) {
      versions.delete(version);
    } else {
      versions.set(version, next);
      this.#byId.set(next.id, (this.#byId.get(next.id) ?? new Set()).add(next));
      this.#nextId = Math.max(this.#nextId, next.id + 1);
    }
    if (versions.size === 0) this.#subjects.delete(subject);
    else this.#subjects.set(subject, versions);
  }

  get nextId(): number {
    return this.#nextId;
  }

  subjects(): string[] {
    return [...this.#subjects.keys()].sort();
  }

  /** Deleted ones too, oldest first. */
  versions(subject: string): SubjectVersion[] {
    return [...(this.#subjects.get(subject)?.values() ?? [])].sort((a, b) => a.version - b.version);
  }

  version(subject: string, version: number): SubjectVersion | undefined {
    return this.#subjects.get(subject)?.get(version);
  }

  /** Every subject's version of this id; deleted ones too, since messages that name it may still be read. */
  withId(id: number): SubjectVersion[] {
    return [...(this.#byId.get(id) ?? [])];
  }

  /** The id of a schema is the same in all subjects. */
  idOf(schema: string, references: readonly Reference[]): number | undefined {
    for (const [id, versions] of this.#byId) {
      for (const one of versions) if (isSame(one, schema, references)) return id;
    }
    return undefined;
  }

  /** Ids of the schemas that name this version. */
  referencedBy({ subject, version }: SubjectVersion, options: { deleted: boolean }): number[] {
    const ids = new Set<number>();
    for (const versions of this.#subjects.values()) {
      for (const one of versions.values()) {
        const names = one.references.some((to) => to.subject === subject && to.version === version);
        if (names && (options.deleted || !one.deleted)) ids.add(one.id);
      }
    }
    return [...ids].sort((a, b) => a - b);
  }

  level(scope: Scope): Level | undefined {
    return this.#levels.get(scope);
  }

  mode(scope: Scope): Mode | undefined {
    return this.#modes.get(scope);
  }
}

export function isSame(one: SubjectVersion, schema: string, references: readonly Reference[]): boolean {
  return one.schema === schema && JSON.stringify(one.references) === JSON.stringify(references);
}

function set<T>(map: Map<Scope, T>, subject: string | null, value: T | undefined): void {
  if (value === undefined) map.delete(subject ?? everywhere);
  else map.set(subject ?? everywhere, value);
}
