import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';

const TESTS = '\\.test\\.ts$';
const ENTRY_POINTS = '^src/worker/main\\.ts|^src/functions/.*/handler\\.ts|^scripts/|^test/';
/** Programs that start a whole system on this machine: they alone may use the fakes. */
const FAKE_USERS = '^scripts/(commands/demo|dev/)|^test/|^src/fakes/';

/** A layer may not import what is listed; tests beside its files may. */
function forbid(name: string, { from, to }: { from: string; to: string }): IForbiddenRuleType {
  return { name, from: { path: from, pathNot: TESTS }, to: { path: to } };
}

/** One-way dependencies between the layers; docs/architecture.md draws them. */
const RULES: readonly IForbiddenRuleType[] = [
  { name: 'no-circles', from: {}, to: { circular: true } },
  { name: 'no-unknown-imports', from: {}, to: { couldNotResolve: true } },
  {
    name: 'core-imports-core-only',
    from: { path: '^src/core/', pathNot: TESTS },
    to: { path: '^(src|scripts|test)/', pathNot: '^src/core/' },
  },
  { name: 'core-does-no-io', from: { path: '^src/core/', pathNot: TESTS }, to: { dependencyTypes: ['core'] } },
  forbid('flows-import-core-only', {
    from: '^src/flows/',
    to: '^(src/(adapters|local|fakes|functions|stacks|worker)|scripts|test)/',
  }),
  {
    name: 'worker-imports-flows-and-core',
    from: { path: '^src/worker/', pathNot: `${TESTS}|^src/worker/(?:main|compose[^/]*)\\.ts` },
    to: { path: '^(src/(adapters|local|fakes|functions|stacks)|scripts|test)/' },
  },
  {
    name: 'worker-serves-its-entry-point-only',
    from: { pathNot: `${TESTS}|^src/worker/|^test/|^scripts/commands/repository/` },
    to: { path: '^src/worker/' },
  },
  {
    name: 'repository-check-shares-steps-only',
    from: { path: '^scripts/commands/repository/', pathNot: TESTS },
    to: { path: '^src/worker/', pathNot: '^src/worker/steps/' },
  },
  forbid('adapters-import-core-only', {
    from: '^src/adapters/',
    to: '^(src/(flows|worker|local|fakes|functions|stacks)|scripts|test)/',
  }),
  forbid('stacks-import-core-only', {
    from: '^src/stacks/',
    to: '^(src/(flows|worker|local|fakes|functions|adapters)|scripts|test)/',
  }),
  forbid('local-imports-no-stacks', {
    from: '^src/local/',
    to: '^(src/(worker|fakes|functions|stacks)|scripts|test)/',
  }),
  forbid('functions-import-no-other-entry-point', {
    from: '^src/functions/',
    to: '^(src/(worker|local|fakes|stacks)|scripts|test)/',
  }),
  {
    name: 'fakes-serve-demo-and-tests-only',
    from: { pathNot: `${TESTS}|${FAKE_USERS}` },
    to: { path: '^src/fakes/' },
  },
  forbid('fakes-import-no-product-flow', {
    from: '^src/fakes/',
    to: '^(src/(flows|worker|functions|stacks)|scripts|test)/',
  }),
  forbid('commands-import-no-test-code', {
    from: '^scripts/(cli\\.ts|cli/|commands/|terminal/)',
    to: '^(scripts/dev|test)/',
  }),
  {
    name: 'sdks-live-in-adapters',
    from: { path: '^src/', pathNot: `${TESTS}|^src/adapters/|${ENTRY_POINTS}|^src/worker/compose|^src/functions/` },
    to: { path: 'node_modules/(@aws-sdk|@octokit/(core|graphql|plugin|rest))' },
  },
  forbid('nobody-imports-entry-points', { from: '^src/', to: ENTRY_POINTS }),
  // The part `variations` of the rehearsal finds them by this import.
  {
    name: 'test-files-alone-leave-tests-to-the-rehearsal',
    from: { pathNot: TESTS },
    to: { path: '^test/left-to-rehearsal\\.ts' },
  },
  {
    name: 'cloudform-behind-cfn',
    from: { path: '^src/', pathNot: `^src/stacks/cfn/|${TESTS}` },
    to: { path: 'node_modules/cloudform' },
  },
];

const FEWEST_MODULES = 200;

const { output } = await cruise(['src', 'scripts'], {
  ruleSet: { forbidden: RULES.map((rule) => ({ ...rule, severity: 'error' })) },
  validate: true,
  doNotFollow: { path: 'node_modules' },
  tsPreCompilationDeps: true,
  enhancedResolveOptions: {
    extensions: ['.ts', '.js', '.mjs', '.json'],
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
  },
});
if (typeof output === 'string') throw new Error(output);
const { summary } = output;
const own = output.modules.filter(({ source }) => /^(src|scripts)\//.test(source)).length;
for (const { rule, from, to } of summary.violations) process.stdout.write(`${rule.name}: ${from} -> ${to}\n`);
process.stdout.write(`dependency rules: ${own} modules, ${summary.violations.length} violations\n`);
if (own < FEWEST_MODULES)
  process.stdout.write(`dependency rules: fewer than ${FEWEST_MODULES} modules were seen, so nothing is proven\n`);
process.exitCode = summary.violations.length > 0 || own < FEWEST_MODULES ? 1 : 0;
