import { expect } from 'chai';
import { composeSandbox, composeStacks } from './compose.ts';
import { ENVIRONMENTS, SANDBOX } from './environments.ts';

describe('the project configuration', () => {
  // CloudFormation writes the template's Value over the user's whenever any property of the parameter but its tags differs
  // (AWS::SSM::Parameter updates by PutParameter with Overwrite), so a new Description would reset every board.
  it('has the text that was deployed first, letter by letter', () => {
    for (const template of [composeStacks(ENVIRONMENTS).Secrets, composeSandbox(SANDBOX)]) {
      const { Tags: _, ...properties } = template.Resources.GitHubProjectConfig?.Properties ?? {};
      expect(properties).to.deep.equal({
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference of CloudFormation
        Name: { 'Fn::Sub': '/kiro-worker/${Environment}/github-project-config' },
        Description: 'Board, repository and columns of the Kiro worker; every poll reads the value, so edit it here',
        Type: 'String',
        Value:
          '{"organization":"REPLACE_ME","repository":"REPLACE_ME","projectNumber":0,"targetStatusColumn":"For Implementation"}',
      });
    }
  });
});
