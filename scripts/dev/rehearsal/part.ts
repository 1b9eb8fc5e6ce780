export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One part of the rehearsal: what runs together and needs the same tools. */
export interface Part {
  /** For `--only`. */
  readonly name: string;
  /** What it shows, for the table. */
  readonly shows: string;
  /** Says what is missing on this machine and how to get it; null when the part can run. */
  missing(): Promise<string | null>;
  run(): Promise<Counts>;
}

export function addCounts(all: readonly Counts[]): Counts {
  const sum = (field: keyof Counts) => all.reduce((total, counts) => total + counts[field], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
