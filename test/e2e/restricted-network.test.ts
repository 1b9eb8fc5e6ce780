import { expectNetworkRefusal } from '../support/system/expect-network-refusal.ts';

describe('a build with a restricted network', () => {
  it('does not start with isolation none, and names the setting', () =>
    expectNetworkRefusal({ UNTRUSTED_USER: 'none' }));
});
