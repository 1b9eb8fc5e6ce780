import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { STACK_IDS, templateFile } from '../../../src/stacks/stack-names.ts';
import { bareEnvironment, runProgram } from './program.ts';
import type { ResolvedTemplate } from './resolved-template.ts';
import { resolveTemplate } from './resolved-template.ts';
import type { TemplateDocument } from './template-document.ts';
import { parseTemplate } from './template-document.ts';
import { pythonTool } from './tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SOURCES = [...STACK_IDS.map(templateFile), 'template.yaml'];

export interface Templates {
  /** What is committed: paths of all templates. */
  readonly sources: readonly string[];
  /** After the transform of SAM: paths of JSON files. */
  readonly transformed: readonly string[];
  /** With the settings of test, production or sandbox filled in: paths of JSON files. */
  readonly resolved: readonly string[];
  transformedTemplate(name: string): TemplateDocument;
  readonly resolvedTemplates: ReadonlyMap<string, ResolvedTemplate>;
  remove(): Promise<void>;
}

/** Transforms the committed templates with the genuine aws-sam-translator, and fills in the settings of each environment. */
export async function prepareTemplates(): Promise<Templates> {
  const sources = SOURCES.map((file) => path.join(ROOT, file));
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
  const plain = new Map<string, TemplateDocument>();
  for (const file of transformed) plain.set(path.parse(file).name, parseTemplate(await readFile(file, 'utf8')));
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
