import { cruise, type IForbiddenRuleType } from 'dependency-cruiser';

const DOORS = '^src/(functions/|worker/main\\.ts)|^scripts/|^test/';

/** One-way arrows between the rooms; docs/architecture.md draws them. */
const RULES = [
  { name: 'no-circles', from: {}, to: { circular: true } },
  {
    name: 'core-knows-core-only',
    from: { path: '^src/core/', pathNot: '\\.test\\.ts$' },
    to: { path: '^(src|scripts|test)/', pathNot: '^src/core/' },
  },
  {
    name: 'core-does-no-io',
    from: { path: '^src/core/', pathNot: '\\.test\\.ts$' },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'flows-see-core-only',
    from: { path: '^src/(flows|worker)/', pathNot: '\\.test\\.ts$|^src/worker/main\\.ts' },
    to: { path: '^(src/(adapters|local|functions|stacks)|scripts|test)/' },
  },
  {
    name: 'adapters-see-core-only',
    from: { path: '^src/adapters/', pathNot: '\\.test\\.ts$' },
    to: { path: '^(src/(flows|worker|local|functions|stacks)|scripts|test)/' },
  },
  {
    name: 'stacks-see-core-only',
    from: { path: '^src/stacks/', pathNot: '\\.test\\.ts$' },
    to: { path: '^(src/(flows|worker|local|functions|adapters)|scripts|test)/' },
  },
  {
    name: 'sdks-live-in-adapters',
    from: { path: '^src/', pathNot: `\\.test\\.ts$|^src/adapters/|${DOORS}` },
    to: { path: 'node_modules/(@aws-sdk|@octokit/(core|graphql|plugin|rest))' },
  },
  {
    name: 'nobody-imports-doors',
    from: { path: '^src/', pathNot: '\\.test\\.ts$' },
    to: { path: '^src/worker/main\\.ts|^src/functions/.*/handler\\.ts|^scripts/|^test/' },
  },
  {
    name: 'cloudform-behind-cfn',
    from: { path: '^src/', pathNot: '^src/stacks/cfn/|\\.test\\.ts$' },
    to: { path: 'node_modules/cloudform' },
  },
  { name: 'no-unknown-imports', from: {}, to: { couldNotResolve: true } },
].map((rule) => ({ ...rule, severity: 'error' })) as IForbiddenRuleType[];

const FEWEST_MODULES = 60;

const { output } = await cruise(['src', 'scripts'], {
  ruleSet: { forbidden: RULES },
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
process.stdout.write(`arrows: ${own} modules, ${summary.violations.length} violations\n`);
if (own < FEWEST_MODULES)
  process.stdout.write(`arrows: fewer than ${FEWEST_MODULES} modules were seen, so nothing is proven\n`);
process.exitCode = summary.violations.length > 0 || own < FEWEST_MODULES ? 1 : 0;
