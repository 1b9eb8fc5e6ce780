/** Consoles of the partitions of AWS. */
const CONSOLES: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

const BUILD_ARN =
  /^arn:(aws(?:-[a-z-]+)?):codebuild:([a-z]{2}(?:-[a-z]+)+-\d):(\d{12}):build\/([A-Za-z0-9_-]+):([0-9a-f-]+)$/;

/** Returns the console's address of a CodeBuild build, null for a text that is not the ARN of one. CodeBuild itself gives an
 *  address only where builds are public. */
export function buildLink(arn: string): string | null {
  const [, partition = '', region, account, project, id] = BUILD_ARN.exec(arn) ?? [];
  const host = CONSOLES[partition];
  if (host === undefined) return null;
  const place = `codesuite/codebuild/${account}/projects/${project}/build/${project}%3A${id}`;
  return `https://${region}.${host}/${place}/?region=${region}`;
}
