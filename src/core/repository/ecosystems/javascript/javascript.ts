import type { Folder } from '../../file-tree.ts';
import type { ToolNeed } from '../../tool-need.ts';
import { type Ecosystem, USUAL_PLACES } from '../ecosystem.ts';
import { findVersionFileNeeds, needOf } from '../version-files.ts';
import type { ScriptsOf } from './append-to.ts';
import { findWorkspaces, needsBuild } from './build.ts';
import { chooseTests } from './choose-tests.ts';
import { chooseCoverage, findCoverageScript } from './coverage.ts';
import { findManifestProblem, type Manifest, readManifest } from './manifest.ts';
import { choosePackageManager, installWith, runScript } from './package-manager.ts';
import { needOfRunner } from './runners.ts';
import { expandScript } from './scripts.ts';

/** Returns the JavaScript tool chain of a folder with a package.json, null for any other folder. */
export function findJavaScript(folder: Folder): Ecosystem | null {
  if (!folder.has('package.json')) return null;
  const wrong = findManifestProblem(folder.text('package.json'));
  const manifest = readManifest(folder.text('package.json'));
  if (manifest === null || wrong !== null) return unreadable(folder, wrong ?? '');
  const manager = choosePackageManager(folder, manifest);
  const usable = 'problem' in manager ? manager.guess : manager;
  const of = { folder, manifest, manager: usable };
  const tests = chooseTests(of);
  const commands = tests.script === null ? [[...tests.argv]] : expandScript(manifest, tests.script);
  const build = needsBuild(of, commands) ? [runScript(usable, 'build')] : [];
  const named = findCoverageScript(of, tests.script);
  const coverage = chooseCoverage(of, { ...tests, named });
  return {
    id: usable.name,
    name: 'problem' in manager ? 'package.json' : `${usable.name} (${usable.shownBy})`,
    detectedBy: usable.files,
    install: [...(hasNothingToInstall(of) ? [] : [installWith(usable)]), ...build],
    ...{ test: tests.argv, coverage },
    reports: reportsOf(of),
    needs: findNeeds(of, needOfRunner(of, tests.argv)),
    namesCoverage: named !== undefined,
    isTested: tests.isShown,
    problem: 'problem' in manager ? { of: 'install', text: manager.problem } : tests.problem,
  };
}

const NOTHING_SAID: Manifest = {
  ...{ scripts: {}, dependencies: {}, packageManager: null, engines: {}, devEngines: {}, volta: {} },
  ...{ workspaces: null, name: null, entries: [], configuration: () => '' },
};
const WORKSPACE_REPORTS = [
  ...['coverage/lcov.info', '*/coverage/lcov.info', '*/*/coverage/lcov.info', '*/*/*/coverage/lcov.info'],
  ...['coverage/clover.xml', 'coverage/cobertura-coverage.xml', 'lcov.info', '**/lcov.info', '**/clover.xml'],
];

function reportsOf(of: ScriptsOf): Ecosystem['reports'] {
  if (findWorkspaces(of).length > 0) return { tests: [], coverage: WORKSPACE_REPORTS };
  const isTap = Object.hasOwn(of.manifest.dependencies, 'tap');
  return isTap ? { tests: [], coverage: ['coverage/lcov.info', '.tap/report/lcov.info'] } : USUAL_PLACES;
}

/** Of a manifest that is too large, the lock file still shows what installs it. */
function unreadable(folder: Folder, text: string): Ecosystem {
  const manager = choosePackageManager(folder, NOTHING_SAID);
  const usable = 'problem' in manager ? manager.guess : manager;
  const json = folder.text('package.json');
  const isBroken = json !== '' && readManifest(json) === null;
  return {
    ...{ id: usable.name, name: 'package.json', detectedBy: ['package.json'] },
    ...{ install: [installWith(usable)], test: runScript(usable, 'test'), coverage: null },
    ...{ reports: USUAL_PLACES, needs: [], namesCoverage: false, isTested: true },
    problem: { of: 'install', text, ...(isBroken && { broken: 'package.json' }) },
  };
}

function hasNothingToInstall({ manifest, manager, folder }: ScriptsOf): boolean {
  const isAlone = manifest.workspaces === null && !folder.has('pnpm-workspace.yaml');
  return manager.lockFile === null && isAlone && Object.keys(manifest.dependencies).length === 0;
}

function findNeeds({ folder, manifest, manager }: ScriptsOf, ofRunner: readonly ToolNeed[]): ToolNeed[] {
  const by = 'package.json';
  const node = [
    ...ofRunner,
    ...needOf({ tool: 'node', by, wanted: manifest.volta.node }),
    ...findVersionFileNeeds(folder, ['node']),
    ...needOf({ tool: 'node', by, wanted: manifest.devEngines.node }),
    ...needOf({ tool: 'node', by, wanted: manifest.engines.node }),
  ];
  const any: ToolNeed[] = node.length > 0 ? [] : [{ tool: 'node', wanted: null, by }];
  // Others than npm come by npx, in the version that is asked for.
  const own = manager.name === 'npm' ? needOf({ tool: 'npm', by, wanted: manager.version }) : [];
  return [...node, ...any, ...own];
}
