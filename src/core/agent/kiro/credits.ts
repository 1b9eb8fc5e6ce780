import { fields, text } from '../../json-lines.ts';

/** Sums what sessions report of the credits they used. */
export interface CreditMeter {
  /** Takes a list of `{unit, value}` (kiro-cli's `metadata`) or `{unit, usage}` (its turn summaries). */
  add(report: { session: string; entries: unknown; field: 'value' | 'usage' }): void;
  /** Credits of all sessions, null while none was reported. */
  total(): number | null;
}

/** Both engines report the total so far, and may repeat themselves: the largest figure of each session counts. */
export function createCreditMeter(): CreditMeter {
  const bySession = new Map<string, number>();
  return {
    add({ session, entries, field }) {
      const amounts = creditsIn(entries, field);
      if (amounts.length > 0) bySession.set(session, Math.max(sum(amounts), bySession.get(session) ?? 0));
    },
    total: () => (bySession.size === 0 ? null : sum([...bySession.values()])),
  };
}

function creditsIn(entries: unknown, field: 'value' | 'usage'): number[] {
  if (!Array.isArray(entries)) return [];
  return entries
    .map(fields)
    .filter((entry) => /^credits?$/i.test(text(entry.unit) ?? 'credit'))
    .map((entry) => Number(entry[field] ?? Number.NaN))
    .filter((amount) => Number.isFinite(amount) && amount >= 0);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
