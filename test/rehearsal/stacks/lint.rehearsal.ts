import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { at, composeModel, findKey } from '../../stacks/model.ts';
import { runGuard } from './guard.ts';
import { bareEnvironment, type Finished, runProgram } from './program.ts';
import type { Templates } from './templates.ts';
import { prepareTemplates } from './templates.ts';
import { pythonTool } from './tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');

describe('the templates before the linters', function () {
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
    const accepted = accepting((metadata) =>
      (at(metadata, 'checkov.skip') as Array<{ id: string }> | undefined)?.map(({ id }) => id),
    );
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
    const accepted = accepting((metadata) => at(metadata, 'guard.SuppressedRules') as string[] | undefined);
    const seen = found.map(({ rule, id }) => `${id} ${rule}`);
    expect(accepted.filter((one) => !seen.includes(one))).to.deep.equal([]);
    process.stdout.write(`    Control Tower: ${compliant} rules content, ${accepted.length} accepted\n`);
  });

  it('the same gates see what is wrong with a spoilt template', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-spoilt-'));
    try {
      const bucket = { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead', BucketNam: 'x' } };
      const file = path.join(folder, 'spoilt.json');
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

  function acceptedBy(file: string, id: string): string[] {
    return (at(templates.resolvedTemplates.get(file)?.Resources[id]?.Metadata, 'guard.SuppressedRules') ??
      []) as string[];
  }

  /** Returns `resource rule` for everything that some template accepts, and makes sure that each has its reason. */
  function accepting(rulesOf: (metadata: unknown) => string[] | undefined): string[] {
    const { sandbox } = composeModel();
    const all = [...templates.resolvedTemplates.values()].flatMap(({ Resources }) =>
      // The transform copies the Metadata of a function to what it makes of it; only our own resources count.
      Object.entries(Resources)
        .filter(([id]) => sandbox.Resources[id] !== undefined)
        .flatMap(([id, { Metadata }]) => {
          const reasons = [
            ...findKey(Metadata, 'comment'),
            ...findKey(Metadata, 'Reasons').flatMap((map) => Object.values(map as object)),
          ];
          expect(
            reasons.every((reason) => String(reason).length > 10),
            id,
          ).to.equal(true);
          return (rulesOf(Metadata) ?? []).map((rule) => `${id} ${rule}`);
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

interface CheckovFinding {
  readonly check_id: string;
  readonly resource: string;
}

async function runCheckov(files: readonly string[]) {
  const flags = ['--framework', 'cloudformation', '--compact', '--skip-download', '--output', 'json'];
  const { stdout, stderr } = await run('checkov', ['checkov', ...flags, ...files.flatMap((file) => ['--file', file])]);
  const start = stdout.search(/[[{]/);
  if (start < 0) throw new Error(`checkov did not judge: ${stderr || stdout}`);
  const reports = [JSON.parse(stdout.slice(start))].flat() as Array<{
    readonly results: Readonly<Record<'passed_checks' | 'failed_checks' | 'skipped_checks', readonly CheckovFinding[]>>;
    readonly summary: { readonly passed: number };
  }>;
  const name = ({ check_id, resource }: CheckovFinding) => `${resource.split('.').pop()} ${check_id}`;
  return {
    passed: reports.reduce((sum, { summary }) => sum + summary.passed, 0),
    failed: reports.flatMap(({ results }) => results.failed_checks.map(name)),
    skipped: [...new Set(reports.flatMap(({ results }) => results.skipped_checks.map(name)))],
  };
}
