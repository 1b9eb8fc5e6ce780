import { load } from 'js-yaml';
import * as z from 'zod';

/** The parts of a template, from synth or from a tool, that the rehearsal reads; everything else is kept as it is. */
const TemplateDocument = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.string().optional() })).default({}),
  Mappings: z
    .record(z.string(), z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()]))))
    .optional(),
  Conditions: z.record(z.string(), z.unknown()).optional(),
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Condition: z.string().optional(),
      Metadata: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).optional(),
});

export type TemplateDocument = z.output<typeof TemplateDocument>;

/** Parses a template in YAML or JSON. Throws ZodError when it is not one. */
export function parseTemplate(text: string): TemplateDocument {
  return TemplateDocument.parse(load(text));
}
