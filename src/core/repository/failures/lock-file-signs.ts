import type { Argv } from '../argv.ts';
import { insteadOf, isScript, startsManager } from './advice.ts';
import type { FailedCommand, Sign, SuggestedSettings } from './sign.ts';

/** Lock files that do not fit. */
export const LOCK_FILE_SIGNS: readonly Sign[] = [
  lockSign({
    id: 'npm-no-lock',
    pattern: /`npm ci` command can only install with an existing package-lock\.json/,
    says: 'Its output says that there is no package-lock.json, without which "npm ci" cannot work.',
    update: '"npm install --package-lock-only"',
    instead: { manager: 'npm', of: 'ci', words: ['install', '--no-audit', '--no-fund'] },
  }),
  lockSign({
    id: 'npm-lock',
    pattern: /`npm ci` can only install packages when your package\.json and package-lock\.json/,
    says: 'Its output says that package-lock.json does not fit package.json.',
    update: '"npm install --package-lock-only"',
    instead: { manager: 'npm', of: 'ci', words: ['install', '--no-audit', '--no-fund'] },
  }),
  lockSign({
    id: 'pnpm-lock',
    pattern:
      /ERR_PNPM_(?:OUTDATED_LOCKFILE|NO_LOCKFILE|LOCKFILE_CONFIG_MISMATCH|FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE)/,
    says: 'Its output says that pnpm-lock.yaml is missing or does not fit package.json.',
    update: '"pnpm install --lockfile-only"',
    instead: { manager: 'pnpm', of: '--frozen-lockfile', words: ['--no-frozen-lockfile'] },
  }),
  lockSign({
    id: 'yarn-lock',
    pattern: /Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`/,
    says: 'Its output says that yarn.lock does not fit package.json.',
    update: '"yarn install"',
    instead: { manager: 'yarn', of: '--frozen-lockfile', words: [] },
  }),
  lockSign({
    id: 'yarn-immutable',
    pattern: /YN0028: .{0,300}/,
    says: 'Its output says that yarn.lock does not fit package.json.',
    update: '"yarn install"',
    instead: { manager: 'yarn', of: '--immutable', words: ['--no-immutable'] },
  }),
  lockSign({
    id: 'poetry-lock',
    pattern:
      /pyproject\.toml changed significantly since poetry\.lock was last generated|poetry\.lock is not up to date with pyproject\.toml/,
    says: 'Its output says that poetry.lock does not fit pyproject.toml.',
    update: '"poetry lock"',
    before: ['poetry', 'lock', '--no-interaction'],
  }),
  lockSign({
    id: 'uv-lock',
    pattern: /The lockfile at `uv\.lock` needs to be updated|Unable to find lockfile at `uv\.lock`/,
    says: 'Its output says that uv.lock is missing or does not fit pyproject.toml.',
    update: '"uv lock"',
    before: ['uv', 'lock'],
  }),
  lockSign({
    id: 'pdm-lock',
    pattern:
      /Lock ?file hash doesn't match|[Ll]ock ?file does not exist|Lockfile doesn't satisfy the project requirements|Lockfile is (?:not compatible|generated on an older version)/,
    says: 'Its output says that pdm.lock is missing or does not fit pyproject.toml.',
    update: '"pdm lock"',
    before: ['pdm', 'lock'],
  }),
  lockSign({
    id: 'go-sum',
    pattern:
      /missing go\.sum entry|updates to go\.mod needed|go: updating go\.(?:mod|sum): existing contents have changed|no required module provides package/,
    says: 'Its output says that go.mod or go.sum does not fit the code.',
    update: '"go mod tidy"',
    before: ['go', 'mod', 'tidy'],
  }),
  lockSign({
    id: 'cargo-lock',
    pattern: /the lock file \S+ needs to be updated but --(?:locked|frozen) was passed/,
    says: 'Its output says that Cargo.lock does not fit Cargo.toml.',
    update: '"cargo update --workspace"',
    before: ['cargo', 'update', '--workspace'],
  }),
];

function lockSign(row: {
  id: string;
  pattern: RegExp;
  says: string;
  update: string;
  /** Words of the command that keep to the lock, and what stands for them then. */
  instead?: Instead;
  /** Renews the lock first. */
  before?: Argv;
}): Sign {
  const { id, pattern, says, update, instead, before } = row;
  return {
    id,
    pattern,
    isOfMachine: false,
    actsNext: 'author',
    advise: (_, failed) => ({
      says,
      remedy: `Run ${update} on the branch, commit what it changes, and push.`,
      withSettings: ` Or ${before === undefined ? 'do without the lock' : 'renew the lock in each build'}, as below.`,
      settings: before === undefined ? withoutLock(failed, instead) : withNewLock(failed, before),
    }),
  };
}

interface Instead {
  readonly manager: string;
  readonly of: string;
  readonly words: readonly string[];
}

function withoutLock(failed: FailedCommand, instead: Instead | undefined): SuggestedSettings | null {
  const { command, name } = failed;
  if (instead === undefined || name !== 'install' || !startsManager(command, instead.manager)) return null;
  const [program, ...rest] = command;
  const others = rest.flatMap((word) => (word === instead.of ? instead.words : [word]));
  return insteadOf(failed, [program, ...others, ...(rest.includes(instead.of) ? [] : instead.words)]);
}

function withNewLock(failed: FailedCommand, renew: Argv): SuggestedSettings | null {
  // A script may have gone to another folder first.
  if (isScript(failed.command)) return null;
  if (failed.name === 'install') return insteadOf(failed, renew, failed.command);
  return { install: [...(failed.commands?.install ?? []), renew] };
}
