import { expect } from 'chai';
import { isWorkerError } from '../core/errors.ts';
import { checkPersonalSettings } from './personal-settings.ts';

describe('settings of this machine', () => {
  it('names every variable that no build could work with, with its value', () => {
    const wrong = { KIRO_ENGINE: 'v4', AGENT_TIMEOUT: '30m', AGENT_CREDIT_LIMIT: '-1', KIRO_MODEL: '--help' };
    let thrown: unknown;
    try {
      checkPersonalSettings(wrong);
    } catch (error) {
      thrown = error;
    }
    if (!isWorkerError(thrown, 'CONFIG_INVALID')) throw new Error('nothing was refused');
    expect(thrown.problems).to.have.length(4);
    for (const [name, value] of Object.entries(wrong)) expect(thrown.message).to.include(name).and.include(value);
    expect(thrown.message).to.include('v2 or v3');
  });

  it('takes what is right, and what is not there', () => {
    checkPersonalSettings({ KIRO_ENGINE: '', PATH: '/bin', KIRO_MODEL: undefined });
    expect(() => checkPersonalSettings({ KIRO_ENGINE: 'v2', AGENT_TIMEOUT: '1800000' })).to.not.throw();
  });
});
