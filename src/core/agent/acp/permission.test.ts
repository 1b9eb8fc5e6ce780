import { expect } from 'chai';
import { decidePermission, readPermission } from './permission.ts';

const ALL = ['allow_always', 'allow_once', 'reject_once', 'reject_always'];
const optionsOf = (kinds: readonly string[]) => kinds.map((kind) => ({ id: `id of ${kind}`, kind }));
const isInWorkspace = (path: string) => path.startsWith('/w/');

describe('a permission that an agent asks for', () => {
  const rows: Array<[kind: string | null, locations: readonly string[], offered: readonly string[], answer: string]> = [
    ['edit', ['/w/a'], ALL, 'id of allow_once'],
    ['edit', ['/w/a', '/w/b'], ALL, 'id of allow_once'],
    ['delete', ['/w/a'], ALL, 'id of allow_once'],
    ['move', ['/w/a', '/etc/b'], ALL, 'id of reject_once'],
    [null, ['/w/a'], ALL, 'id of allow_once'],
    [null, [], ALL, 'id of reject_once'],
    ['edit', [], ALL, 'id of reject_once'],
    ['fetch', [], ALL, 'id of reject_once'],
    ['switch_mode', [], ALL, 'id of reject_once'],
    ['execute', [], ALL, 'id of allow_once'],
    ['execute', ['/etc'], ALL, 'id of allow_once'],
    ['edit', ['/etc/a'], ['allow_once', 'reject_always'], 'cancelled'],
    ['edit', ['/w/a'], ['allow_always', 'reject_once'], 'id of reject_once'],
    ['edit', ['/w/a'], [], 'cancelled'],
  ];
  for (const [kind, locations, offered, answer] of rows) {
    it(`${kind} of ${locations.join(' and ') || 'nothing'} with ${offered.length} options: ${answer}`, () => {
      const decision = decidePermission({ kind, locations, options: optionsOf(offered) }, { isInWorkspace });
      expect(decision.kind === 'cancelled' ? decision.kind : decision.optionId).to.equal(answer);
      expect(decision.kind).to.equal(
        answer.startsWith('id of allow') ? 'allowed' : answer === 'cancelled' ? answer : 'rejected',
      );
    });
  }

  it('is refused in a call of the worker’s own, whatever it is for', () => {
    const asked = { kind: 'execute', locations: ['/w/a'], options: optionsOf(ALL) };
    expect(decidePermission(asked, { isInWorkspace, allowsNothing: true }).kind).to.equal('rejected');
  });

  it('is read from a request and from what was said of its tool call before', () => {
    const params = {
      toolCall: { toolCallId: '1', content: [{ type: 'diff', path: '/w/b', newText: '' }, { type: 'content' }, null] },
      options: [{ optionId: 'a', kind: 'allow_once', name: 'Yes' }, { optionId: 5 }, 'x'],
    };
    expect(readPermission(params, { kind: 'edit', locations: [{ path: '/w/a', line: 3 }, {}, 7] })).to.deep.equal({
      kind: 'edit',
      locations: ['/w/b', '/w/a'],
      options: [{ id: 'a', kind: 'allow_once' }],
    });
  });

  it('asks for nothing where it makes no sense', () => {
    for (const params of [undefined, null, 5, 'x', [], {}, { toolCall: [], options: {} }])
      expect(readPermission(params)).to.deep.equal({ kind: null, locations: [], options: [] });
  });
});
