import { dump } from 'js-yaml';
import { WorkerError } from '../../core/errors.ts';
import type { PlainTemplate, Template } from './template.ts';
import { templateProblems } from './validate.ts';

export type Mapping = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

/** Returns the template as plain JSON with the settings it uses. Throws STACK_MODEL_INVALID with every dangling
 *  reference, unused parameter and forbidden construct, each with template and path. */
export function toPlainTemplate(
  template: Template,
  { name, settings }: { name: string; settings: Mapping },
): PlainTemplate {
  const used = [...template.usedSettings].sort();
  const mapping = Object.entries(settings).map(([environment, values]) => [
    environment,
    Object.fromEntries(used.map((setting) => [setting, values[setting]])),
  ]);
  const complete = {
    AWSTemplateFormatVersion: '2010-09-09',
    ...(usesServerless(template) ? { Transform: 'AWS::Serverless-2016-10-31' } : {}),
    Description: template.description,
    Parameters: template.Parameters,
    ...(used.length === 0 ? {} : { Mappings: { Settings: Object.fromEntries(mapping) } }),
    ...(Object.keys(template.Conditions).length === 0 ? {} : { Conditions: template.Conditions }),
    Resources: template.Resources,
    Outputs: template.Outputs,
  };
  // The intrinsic objects of cloudform-types become plain JSON here; a YAML dumper would write their private fields.
  const plain = JSON.parse(JSON.stringify(complete)) as PlainTemplate;
  const problems = templateProblems(plain);
  if (problems.length === 0) return plain;
  throw new WorkerError({
    code: 'STACK_MODEL_INVALID',
    what: `The template ${name} is not valid (${problems.length} problem${problems.length === 1 ? '' : 's'}):`,
    problems: problems.map((problem) => `${name}: ${problem}`),
    remedy: 'Correct the builder of that stack in src/stacks.',
  });
}

function usesServerless({ Resources }: Template): boolean {
  return Object.values(Resources).some(({ Type }) => Type.startsWith('AWS::Serverless::'));
}

/** Returns the template as YAML, long-form functions, no anchors. */
export function toYaml(template: object, header: string): string {
  return `${header}${dump(template, { noRefs: true, lineWidth: -1 })}`;
}
