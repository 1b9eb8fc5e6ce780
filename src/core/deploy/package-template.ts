import * as z from 'zod';
import { CODE_PREFIXES } from '../names.ts';

/** Code of one function, as it is uploaded. */
export interface CodePackage {
  /** SHA-256 of the content. */
  readonly hash: string;
  /** May be made when it is asked for. */
  readonly zip: Uint8Array;
}

/** Code and its key in the artifacts bucket. */
export interface Artifact {
  readonly key: string;
  readonly code: Pick<CodePackage, 'zip'>;
}

export interface PackagedTemplate {
  /** With places in the bucket instead of folders of this repository. */
  readonly template: object;
  readonly artifacts: readonly Artifact[];
}

const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.looseObject({}).optional() })),
});
const FunctionProperties = z.looseObject({ CodeUri: z.string() });

/** Returns the key in the artifacts bucket at which the code of a function lies. */
export function codeKey(hash: string): string {
  return `${CODE_PREFIXES.templates}functions/${hash}.zip`;
}

/** Returns whether a template contains functions, whose code has to be uploaded first. */
export function hasCode(template: unknown): boolean {
  return Object.values(Template.parse(template).Resources).some(({ Type }) => Type === 'AWS::Serverless::Function');
}

/** Returns a template whose functions take their code from the bucket by content hash: the same code gives the same template.
 *  `codeOf` gives the code of a folder such as src/functions/poller. */
export function packageTemplate(
  template: unknown,
  { bucketName, codeOf }: { bucketName: string; codeOf: (folder: string) => CodePackage },
): PackagedTemplate {
  const parsed = Template.parse(template);
  const artifacts = new Map<string, CodePackage>();
  const resources = Object.entries(parsed.Resources).map(([id, resource]) => {
    if (resource.Type !== 'AWS::Serverless::Function') return [id, resource];
    const { CodeUri, ...properties } = FunctionProperties.parse(resource.Properties);
    const code = codeOf(CodeUri.replace(/^(?:\.\.\/)+/, '').replace(/\/$/, ''));
    artifacts.set(codeKey(code.hash), code);
    const place = `s3://${bucketName}/${codeKey(code.hash)}`;
    return [id, { ...resource, Properties: { ...properties, CodeUri: place } }];
  });
  return {
    template: { ...parsed, Resources: Object.fromEntries(resources) },
    artifacts: [...artifacts].map(([key, code]) => ({ key, code })),
  };
}
