import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlainTemplate } from '../../../src/stacks/cfn/template.ts';
import { bareEnvironment, runProgram } from './program.ts';
import type { ResolvedTemplate } from './resolved-template.ts';
import { resolveTemplate } from './resolved-template.ts';
import { pythonTool } from './tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SOURCES = ['core', 'secrets', 'poller', 'codebuild', 'monitoring'].map((id) => `templates/${id}.yaml`);

export interface Templates {
  /** What is committed: paths of the six templates. */
  readonly sources: readonly string[];
  /** After the transform of SAM: paths of JSON files. */
  readonly transformed: readonly string[];
  /** With the settings of test, production or sandbox filled in: paths of JSON files. */
  readonly resolved: readonly string[];
  transformedTemplate(name: string): PlainTemplate;
  readonly resolvedTemplates: ReadonlyMap<string, ResolvedTemplate>;
  remove(): Promise<void>;
}

/** Transforms the committed templates with the genuine aws-sam-translator, and fills in the settings of each environment. */
export async function prepareTemplates(): Promise<Templates> {
  const sources = [...SOURCES, 'template.yaml'].map((file) => path.join(ROOT, file));
  const folder = await mkdtemp(path.join(tmpdir(), 'kiro-worker-templates-'));
  const transformedFolder = path.join(folder, 'transformed');
  const resolvedFolder = path.join(folder, 'resolved');
  await mkdir(transformedFolder);
  await mkdir(resolvedFolder);
  const programs = await pythonTool('sam-cli');
  const script = path.join(import.meta.dirname, './transform.py');
  const { code, stderr } = await runProgram([path.join(programs, 'python'), script, transformedFolder, ...sources], {
    cwd: ROOT,
    env: bareEnvironment([programs]),
  });
  if (code !== 0) throw new Error(`The transform failed: ${stderr}`);
  const transformed = sources.map((source) => path.join(transformedFolder, `${path.parse(source).name}.json`));
  const plain = new Map<string, PlainTemplate>();
  for (const file of transformed)
    plain.set(path.parse(file).name, JSON.parse(await readFile(file, 'utf8')) as PlainTemplate);
  const resolvedTemplates = new Map<string, ResolvedTemplate>();
  for (const [name, template] of plain) {
    for (const environment of name === 'template' ? ['sandbox'] : ['test', 'production']) {
      const file = path.join(resolvedFolder, `${environment}-${name}.json`);
      const resolved = resolveTemplate(template, environment);
      resolvedTemplates.set(file, resolved);
      await writeFile(file, JSON.stringify(resolved));
    }
  }
  return {
    sources,
    transformed,
    resolved: [...resolvedTemplates.keys()],
    resolvedTemplates,
    transformedTemplate(name) {
      const template = plain.get(name);
      if (template === undefined) throw new Error(`There is no template ${name}.`);
      return template;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
