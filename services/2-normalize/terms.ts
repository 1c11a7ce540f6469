// Owns how the skills that a source states become canonical terms, by the reviewed lists in schemas/taxonomy.

export function termsOf(_stated: readonly string[]): string[] {
  return [];
}
