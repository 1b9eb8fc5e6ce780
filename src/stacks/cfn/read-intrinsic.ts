import * as z from 'zod';

/** Function calls in a template as plain JSON: the key => its payload, checked and with names for its parts. */
const FUNCTIONS = {
  Ref: z.string().transform((name) => ({ kind: 'Ref', name }) as const),
  'Fn::GetAtt': z
    .tuple([z.string(), z.string()])
    .transform(([logicalId, attribute]) => ({ kind: 'GetAtt', logicalId, attribute }) as const),
  'Fn::Sub': z
    .union([
      z.string().transform((text) => ({ text, variables: {} })),
      z
        .tuple([z.string(), z.record(z.string(), z.unknown()).nullable()])
        .transform(([text, variables]) => ({ text, variables })),
    ])
    .transform((parts: SubParts) => ({ kind: 'Sub', ...parts }) as const),
  'Fn::FindInMap': z
    .tuple([z.string(), z.unknown(), z.string()])
    .transform(([map, top, second]) => ({ kind: 'FindInMap', map, top, second }) as const),
  'Fn::If': z
    .tuple([z.string(), z.unknown(), z.unknown()])
    .transform(([condition, whenTrue, whenFalse]) => ({ kind: 'If', condition, whenTrue, whenFalse }) as const),
  'Fn::ImportValue': z.unknown().transform((exportName) => ({ kind: 'ImportValue', exportName }) as const),
  'Fn::Select': z
    .tuple([z.coerce.number(), z.unknown()])
    .transform(([index, list]) => ({ kind: 'Select', index, list }) as const),
  'Fn::Split': z
    .tuple([z.string(), z.unknown()])
    .transform(([delimiter, text]) => ({ kind: 'Split', delimiter, text }) as const),
  'Fn::Equals': z.tuple([z.unknown(), z.unknown()]).transform((sides) => ({ kind: 'Equals', sides }) as const),
  'Fn::Not': z.tuple([z.unknown()]).transform(([comparison]) => ({ kind: 'Not', comparison }) as const),
};

interface SubParts {
  readonly text: string;
  /** null where the template says null, which CloudFormation refuses. */
  readonly variables: Readonly<Record<string, unknown>> | null;
}

export type IntrinsicCall = z.output<(typeof FUNCTIONS)[keyof typeof FUNCTIONS]>;

/** Returns the function call that a JSON value is, or null when it is not one (or one that the stacks do not use). Throws
 *  ZodError when the payload does not fit the function. */
export function readIntrinsic(value: unknown): IntrinsicCall | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const [entry, another] = Object.entries(value);
  if (entry === undefined || another !== undefined) return null;
  const [name, payload] = entry;
  return isFunctionName(name) ? FUNCTIONS[name].parse(payload) : null;
}

function isFunctionName(name: string): name is keyof typeof FUNCTIONS {
  return Object.hasOwn(FUNCTIONS, name);
}
