import type { BranchRule } from '../ports/github.ts';

const WORDS: Readonly<Record<BranchRule['kind'], string>> = {
  push: 'lets this token not push',
  'pull-request': 'wants every change to come through a pull request',
  signatures: 'wants signed commits',
  'linear-history': 'wants a linear history',
  'status-checks': 'wants status checks to pass before a push',
  'merge-queue': 'wants every change to come through the merge queue',
};

/** Returns why the worker's pushes to a branch would be refused, naming each rule; null when none of the rules forbids them. */
export function closedByRules(branch: string, rules: readonly BranchRule[]): string | null {
  if (rules.length === 0) return null;
  const named = rules.map(({ kind, source }) => `${source} ${WORDS[kind]}`).join('; ');
  return `"${branch}" is protected: ${named}. Exempt the branch or the worker's account from that rule, or use another branch.`;
}
