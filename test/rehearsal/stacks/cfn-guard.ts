import path from 'node:path';
import * as z from 'zod';
import { bareEnvironment, runProgram } from './program.ts';
import { npmTool } from './tools.ts';

export interface GuardFinding {
  readonly file: string;
  readonly rule: string;
  /** Logical ids that the rule names. */
  readonly resources: readonly string[];
}

export interface GuardReport {
  readonly findings: readonly GuardFinding[];
  /** Rules that applied and were satisfied. */
  readonly compliant: number;
}

const GuardOutput = z.array(
  z.object({
    name: z.string(),
    compliant: z.array(z.string()),
    not_compliant: z.array(z.object({ Rule: z.looseObject({ name: z.string() }) })),
  }),
);

/** Returns why cfn-guard cannot run on this machine; null when it can. */
export function missingGuard(): string | null {
  return GUARD_FOLDER === undefined ? `cfn-guard has no program for ${process.platform} ${process.arch}` : null;
}

/** Checks templates against the proactive controls of AWS Control Tower. */
export async function runGuard(files: readonly string[]): Promise<GuardReport> {
  const home = await npmTool('@cdklabs/cdk-validator-cfnguard');
  const guard = path.join(home, 'bin', GUARD_FOLDER ?? '', 'cfn-guard');
  const rules = path.join(home, 'rules/control-tower/cfn-guard');
  const data = files.flatMap((file) => ['--data', file]);
  const output = ['--output-format', 'json', '--structured', '--show-summary', 'none'];
  const { stdout, stderr } = await runProgram([guard, 'validate', '--rules', rules, ...data, ...output], {
    cwd: home,
    env: bareEnvironment([]),
  });
  if (!stdout.startsWith('[')) throw new Error(`cfn-guard gave no report: ${stderr || stdout}`);
  const results = GuardOutput.parse(JSON.parse(stdout));
  return {
    compliant: results.reduce((sum, { compliant }) => sum + compliant.length, 0),
    findings: results.flatMap(({ name, not_compliant }) =>
      not_compliant.map(({ Rule }) => ({ file: name, rule: Rule.name, resources: resourcesIn(Rule) })),
    ),
  };
}

/** Every path in a finding begins with the resource: `/Resources/Key/Properties/...`. */
function resourcesIn(finding: unknown): string[] {
  const paths = JSON.stringify(finding).matchAll(/"\/Resources\/([A-Za-z0-9]+)/g);
  return [...new Set([...paths].map(([, id = '']) => id))];
}

const GUARD_FOLDERS: Readonly<Record<string, string>> = {
  'linux x64': 'ubuntu/x86_64',
  'linux arm64': 'ubuntu/aarch64',
  'darwin x64': 'macos/x86_64',
  'darwin arm64': 'macos/aarch64',
};
const GUARD_FOLDER = GUARD_FOLDERS[`${process.platform} ${process.arch}`];
