// Owns telling what an element is by its classes. A page repeats the same few hundred lists of classes in thousands
// of elements, so each list is taken apart once.

/** A list of more names than this is no design's, and is read to here. */
const namesMax = 24;
/** Beyond so many different lists, a page is made to fill the memory. */
const listsMax = 10_000;

/** The kind of the first name that has one. */
export function kindsOfClasses<Kind>(
  kinds: ReadonlyMap<string, Kind>,
): (classes: string) => Kind | undefined {
  const known = new Map<string, Kind | undefined>();
  return (classes) => {
    if (known.has(classes)) return known.get(classes);
    const kind = classes
      .split(/\s+/, namesMax)
      .map((name) => kinds.get(name))
      .find((one) => one !== undefined);
    if (known.size < listsMax) known.set(classes, kind);
    return kind;
  };
}
