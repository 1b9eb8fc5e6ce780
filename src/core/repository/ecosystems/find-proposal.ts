import type { Argv } from '../argv.ts';
import type { Folder } from '../file-tree.ts';
import { shellWords } from '../shell-words.ts';
import { type Ecosystem, USUAL_PLACES } from './ecosystem.ts';
import { PROPOSALS, type Proposal } from './proposals.ts';

/** Base names of the files whose text says which of the usual commands is meant. */
export const PROPOSAL_FILES: readonly string[] = ['Makefile', 'makefile', 'GNUmakefile', 'Gemfile', 'composer.json'];

/** Returns what a tool chain would usually take that is not run without somebody's word; null where none is recognised. */
export function findProposal(folder: Folder): Ecosystem | null {
  for (const proposal of PROPOSALS) {
    const by = folder.paths.find((path) => proposal.manifest.test(path));
    const meant = by === undefined ? null : fitted(folder, { proposal, by });
    if (by !== undefined && meant !== null) return describe(folder, { proposal: meant, by });
  }
  return null;
}

function describe(folder: Folder, { proposal, by }: { proposal: Proposal; by: string }): Ecosystem {
  const { id, install, test, coverage, report, tests } = proposal;
  return {
    id,
    name: `${id} (${by})`,
    detectedBy: [by],
    ...{ install, test, coverage },
    reports: report === null ? USUAL_PLACES : { tests: [], coverage: [report] },
    needs: [],
    namesCoverage: false,
    isTested: folder.paths.some((path) => tests.test(path)),
    problem: { of: 'test', text: 'its commands are proposed, and run once they are written down' },
  };
}

/** The proposal with the commands that the folder's own files mean; null where they show that it has none for tests. */
function fitted(folder: Folder, { proposal, by }: { proposal: Proposal; by: string }): Proposal | null {
  const { id } = proposal;
  if (id === 'go' && folder.first(['go.mod', 'go.work']) !== undefined) return null;
  if (id === 'make') return fittedMake(folder, { proposal, by });
  if (id === 'bundler') return { ...proposal, test: ['bundle', 'exec', ...rubyRunner(folder)] };
  if (id === 'composer' && /"pestphp\/pest"/.test(folder.text('composer.json')))
    return { ...proposal, test: asPest(proposal.test), coverage: proposal.coverage && asPest(proposal.coverage) };
  if (id === 'dotnet' && by.includes('/')) return ofDotnetProject(folder, proposal);
  if (id === 'conda')
    return { ...proposal, install: proposal.install.map((step) => replaced(step, 'environment.yml', by)) };
  if (id === 'bats') return { ...proposal, test: ['bats', '--recursive', by.split('/')[0] ?? 'test'] };
  return proposal;
}

const MAKE_TARGETS = ['test', 'check', 'tests', 'unit-test', 'unittest', 'test-unit', 'verify', 'ci'];

/** A target may stand in a file that is included, or come from a pattern. */
function fittedMake(folder: Folder, { proposal, by }: { proposal: Proposal; by: string }): Proposal | null {
  const text = folder.text(by);
  const rules = text
    .split('\n')
    .flatMap((line) => (line.length > 500 ? [] : (/^([\w./ -]+):(?!=)/.exec(line)?.[1] ?? [])));
  const targets = new Set(rules.flatMap((names) => names.trim().split(/ +/)));
  const target = MAKE_TARGETS.find((name) => targets.has(name));
  if (target !== undefined) return { ...proposal, test: ['make', target] };
  return text === '' || /^-?include\s|^\S*%\S*\s*:/m.test(text) ? proposal : null;
}

function rubyRunner(folder: Folder): Argv {
  if (folder.has('bin/rails'))
    return ['rails', folder.paths.some((path) => path.startsWith('spec/')) ? 'spec' : 'test'];
  const isSpec = folder.paths.some((path) => /^spec\/.*_spec\.rb$/.test(path));
  return isSpec && !folder.has('Rakefile') ? ['rspec'] : ['rake'];
}

function asPest(command: Argv): Argv {
  return replaced(command, 'vendor/bin/phpunit', 'vendor/bin/pest');
}

/** Without a solution, here or below, each project of tests is named. */
function ofDotnetProject(folder: Folder, proposal: Proposal): Proposal | null {
  if (folder.paths.some((path) => /\.slnx?$/.test(path))) return null;
  const projects = folder.paths.filter((path) => proposal.manifest.test(path)).slice(0, 10);
  const [only, ...others] = projects;
  if (only === undefined) return proposal;
  const [program, verb, ...options] = proposal.test;
  const each = [only, ...others].map((project): Argv => [program, verb ?? 'test', project, ...options]);
  const test: Argv = others.length === 0 ? (each[0] ?? proposal.test) : ['sh', '-c', each.map(shellWords).join(' && ')];
  return { ...proposal, install: projects.map((project): Argv => ['dotnet', 'restore', project]), test };
}

function replaced([program, ...args]: Argv, ...[from, to]: readonly [string, string]): Argv {
  const put = (word: string) => (word === from ? to : word);
  return [put(program), ...args.map(put)];
}
