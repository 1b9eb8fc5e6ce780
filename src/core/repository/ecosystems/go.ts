import type { Ecosystem, FolderFiles } from './ecosystem.ts';

/** Returns the Go tool chain of a folder with a go.mod, null for any other folder. */
export function findGo({ names }: FolderFiles): Ecosystem | null {
  if (!names.has('go.mod')) return null;
  return {
    name: 'go (go.mod)',
    id: 'go',
    detectedBy: ['go.mod'],
    install: [['go', 'mod', 'download']],
    test: ['go', 'test', '-coverprofile=coverage.out', './...'],
    coverage: null,
    reports: { tests: [], coverage: ['coverage.out'] },
    problem: null,
  };
}
