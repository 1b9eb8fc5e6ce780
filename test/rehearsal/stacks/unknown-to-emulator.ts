import type { TemplateDocument } from './template-document.ts';

/** What this emulator does not support, by type; everything dropped is printed. */
const UNKNOWN_TO_EMULATOR: ReadonlyArray<[type: string, property: string | null]> = [
  ['AWS::CodeBuild::ReportGroup', null],
  ['AWS::CloudWatch::Alarm', 'Metrics'],
];

/** Takes out of a template what the emulator lacks; returns the resources that went, each as `id (type)`. */
export function dropUnknown(template: TemplateDocument): string[] {
  const dropped = Object.entries(template.Resources)
    .filter(([, { Type, Properties }]) =>
      UNKNOWN_TO_EMULATOR.some(
        ([type, property]) => Type === type && (property === null || Properties[property] !== undefined),
      ),
    )
    .map(([id, { Type }]) => `${id} (${Type})`);
  for (const one of dropped) delete template.Resources[one.split(' ')[0] ?? ''];
  return dropped;
}
