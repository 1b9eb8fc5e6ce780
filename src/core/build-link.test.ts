import { expect } from 'chai';
import { buildLink } from './build-link.ts';

const ID = '1a2b3c4d-0000-4000-8000-123456789abc';

describe('the link of a build', () => {
  it('is the console’s address in every partition', () => {
    const links = ['aws', 'aws-cn', 'aws-us-gov'].map((partition) =>
      buildLink(`arn:${partition}:codebuild:eu-west-1:123456789012:build/kiro-worker-test:${ID}`),
    );
    const path = `codesuite/codebuild/123456789012/projects/kiro-worker-test/build/kiro-worker-test%3A${ID}/?region=eu-west-1`;
    expect(links).to.deep.equal([
      `https://eu-west-1.console.aws.amazon.com/${path}`,
      `https://eu-west-1.console.amazonaws.cn/${path}`,
      `https://eu-west-1.console.amazonaws-us-gov.com/${path}`,
    ]);
  });

  it('is none for what is not the ARN of a build', () => {
    const local = `arn:aws:codebuild:local:000000000000:build/kiro-worker-local:${ID}`;
    for (const text of [
      '',
      'local',
      local,
      `arn:aws:codebuild:eu-west-1:1:build/x:${ID}`,
      `arn:aws:s3:::bucket/x:${ID}`,
    ]) {
      expect(buildLink(text), text).to.equal(null);
    }
  });
});
