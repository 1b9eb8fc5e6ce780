import * as z from 'zod';

/** The parts of a template that say what it takes from other stacks and gives to them. */
const Template = z.looseObject({
  Parameters: z.record(z.string(), z.unknown()).optional(),
  Outputs: z
    .record(
      z.string(),
      z.looseObject({ Condition: z.string().optional(), Export: z.looseObject({ Name: z.unknown() }).optional() }),
    )
    .optional(),
});

export interface StackTemplate {
  readonly stackName: string;
  /** As parsed JSON. */
  readonly template: object;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Returns the names of the exports that a stack imports, sorted. Throws where a name is written in a form that is not read here. */
export function importsOf({ template, parameters, stackName }: StackTemplate): string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'Fn::ImportValue') found.add(resolveName(inner, { parameters, stackName }));
      else visit(inner);
    }
  };
  visit(template);
  return [...found].sort();
}

/** Returns the names of the exports that a stack gives, sorted; those behind a condition too. */
export function exportsOf({ template, parameters, stackName }: StackTemplate): string[] {
  const { Outputs = {} } = Template.parse(template);
  return Object.values(Outputs)
    .flatMap((output) =>
      output.Export === undefined ? [] : [resolveName(output.Export.Name, { parameters, stackName })],
    )
    .sort();
}

/** Text, Fn::Sub with parameters and the stack's name: the forms in which the stacks name exports. */
function resolveName(
  name: unknown,
  { parameters, stackName }: { parameters: Readonly<Record<string, string>>; stackName: string },
): string {
  if (typeof name === 'string') return name;
  const { 'Fn::Sub': text } = SubName.parse(name);
  return text.replaceAll(/\$\{([^}]+)\}/g, (_, variable: string) => {
    const value =
      variable === 'AWS::StackName'
        ? stackName
        : Object.hasOwn(parameters, variable)
          ? parameters[variable]
          : undefined;
    if (value === undefined)
      throw new Error(`The export name ${JSON.stringify(text)} of ${stackName} needs ${variable}, which has no value.`);
    return value;
  });
}

const SubName = z.strictObject({ 'Fn::Sub': z.string() });
