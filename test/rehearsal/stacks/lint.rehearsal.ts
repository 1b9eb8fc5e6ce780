import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { at, findKey, listAt, recordOf } from '../../stacks/json.ts';
import { composeModel } from '../../stacks/model.ts';
import { runGuard } from './cfn-guard.ts';
import { bareEnvironment, type Finished, runProgram } from './program.ts';
import type { Templates } from './templates.ts';
import { prepareTemplates } from './templates.ts';
import { pythonTool } from './tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

describe('the linters on the templates', function () {
  this.timeout(600_000);
  let templates: Templates;

  before(async () => {
    templates = await prepareTemplates();
  });
  after(() => templates?.remove());

  for (const [tool, what] of [
    ['sam-cli', 'the cfn-lint inside SAM CLI'],
    ['cfn-lint', 'cfn-lint 1.51, which sees dangling references in events of functions'],
  ] as const) {
    it(`${what} finds nothing, before and after the transform`, async () => {
      const { code, stdout } = await run(tool, ['cfn-lint', ...templates.sources, ...templates.transformed]);
      expect(stdout.trim()).to.equal('');
      expect(code).to.equal(0);
    });
  }

  it('`sam validate --lint` accepts all six', async () => {
    for (const template of templates.sources) {
      const { code, stdout, stderr } = await run('sam-cli', ['sam', 'validate', '--lint', '--template', template]);
      expect(code, `${stdout}${stderr}`).to.equal(0);
      expect(stdout).to.include('is a valid SAM Template');
    }
  });

  it('checkov finds nothing but what is accepted with a reason, and everything accepted is still found', async () => {
    const report = await runCheckov([...templates.transformed, ...templates.resolved]);
    expect(report.failed).to.deep.equal([]);
    expect(report.passed).to.be.greaterThan(100);
    const accepted = accepting((metadata) => listAt(metadata, 'checkov.skip').map((skipped) => at(skipped, 'id')));
    expect(accepted.filter((one) => !report.skipped.includes(one))).to.deep.equal([]);
    process.stdout.write(`    checkov: ${report.passed} passed, ${report.skipped.length} accepted\n`);
  });

  it('the controls of AWS Control Tower find nothing but what is accepted with a reason', async () => {
    const { findings, compliant } = await runGuard(templates.resolved);
    const found = findings.flatMap(({ file, rule, resources }) => resources.map((id) => ({ file, rule, id })));
    expect(findings.filter(({ resources }) => resources.length === 0)).to.deep.equal([]);
    const open = found.filter(({ file, rule, id }) => !acceptedBy(file, id).includes(rule));
    expect(open).to.deep.equal([]);
    expect(compliant).to.be.greaterThan(20);
    const accepted = accepting((metadata) => listAt(metadata, 'guard.SuppressedRules'));
    const seen = found.map(({ rule, id }) => `${id} ${rule}`);
    expect(accepted.filter((one) => !seen.includes(one))).to.deep.equal([]);
    process.stdout.write(`    Control Tower: ${compliant} rules satisfied, ${accepted.length} accepted\n`);
  });

  it('the same linters find what is wrong with a broken template', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-broken-'));
    try {
      const bucket = { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead', BucketNam: 'x' } };
      const file = path.join(folder, 'broken.json');
      await writeFile(file, JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources: { Bucket: bucket } }));
      const { code, stdout } = await run('sam-cli', ['cfn-lint', file]);
      expect(code).not.to.equal(0);
      expect(stdout).to.include('BucketNam');
      expect((await runCheckov([file])).failed.length).to.be.greaterThan(3);
      expect((await runGuard([file])).findings.length).to.be.greaterThan(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  function acceptedBy(file: string, id: string): unknown[] {
    return listAt(templates.resolvedTemplates.get(file)?.Resources[id]?.Metadata, 'guard.SuppressedRules');
  }

  /** Returns `resource rule` for everything that some template accepts, and makes sure that each has its reason. */
  function accepting(rulesOf: (metadata: unknown) => unknown[]): string[] {
    const { sandbox } = composeModel();
    const all = [...templates.resolvedTemplates.values()].flatMap(({ Resources }) =>
      // The transform copies the Metadata of a function to what it makes of it; only our own resources count.
      Object.entries(Resources)
        .filter(([id]) => sandbox.Resources[id] !== undefined)
        .flatMap(([id, { Metadata }]) => {
          const reasons = [
            ...findKey(Metadata, 'comment'),
            ...findKey(Metadata, 'Reasons').flatMap((map) => Object.values(recordOf(map))),
          ];
          expect(
            reasons.every((reason) => String(reason).length > 10),
            id,
          ).to.equal(true);
          return rulesOf(Metadata).map((rule) => `${id} ${rule}`);
        }),
    );
    return [...new Set(all)];
  }
});

async function run(
  tool: 'sam-cli' | 'cfn-lint' | 'checkov',
  [program, ...args]: [string, ...string[]],
): Promise<Finished> {
  const programs = await pythonTool(tool);
  return runProgram([path.join(programs, program), ...args], { cwd: ROOT, env: bareEnvironment([programs]) });
}

const CheckovFinding = z.object({ check_id: z.string(), resource: z.string() });
const CheckovReport = z.object({
  results: z.object({
    passed_checks: z.array(CheckovFinding),
    failed_checks: z.array(CheckovFinding),
    skipped_checks: z.array(CheckovFinding),
  }),
  summary: z.object({ passed: z.number() }),
});

async function runCheckov(files: readonly string[]) {
  const flags = ['--framework', 'cloudformation', '--compact', '--skip-download', '--output', 'json'];
  const { stdout, stderr } = await run('checkov', ['checkov', ...flags, ...files.flatMap((file) => ['--file', file])]);
  const start = stdout.search(/[[{]/);
  if (start < 0) throw new Error(`checkov gave no report: ${stderr || stdout}`);
  const reports = z.array(CheckovReport).parse([JSON.parse(stdout.slice(start))].flat());
  const name = ({ check_id, resource }: z.output<typeof CheckovFinding>) => `${resource.split('.').pop()} ${check_id}`;
  return {
    passed: reports.reduce((sum, { summary }) => sum + summary.passed, 0),
    failed: reports.flatMap(({ results }) => results.failed_checks.map(name)),
    skipped: [...new Set(reports.flatMap(({ results }) => results.skipped_checks.map(name)))],
  };
}
