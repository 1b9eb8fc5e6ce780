import { expect } from 'chai';
import { sessionSettings } from './session-options.ts';

const option = (id: string, values: readonly string[], more: object = {}) => ({
  ...{
    id,
    name: id,
    type: 'select',
    currentValue: values[0],
    options: values.map((value) => ({ value, name: value })),
  },
  ...more,
});
const MODEL = option('m', ['small', 'large'], { category: 'model' });

describe('model and effort of a session', () => {
  it('are set by the options that carry the protocol’s category, or a usual id', () => {
    const configOptions = [
      option('mode', ['ask', 'code'], { category: 'mode' }),
      MODEL,
      option('effortLevel', ['low', 'high']),
    ];
    const { settings, unknown } = sessionSettings({ configOptions }, { model: 'large', effort: 'high' });
    expect(settings).to.deep.equal([
      { method: 'session/set_config_option', params: { configId: 'm', value: 'large' } },
      { method: 'session/set_config_option', params: { configId: 'effortLevel', value: 'high' } },
    ]);
    expect(unknown).to.deep.equal([]);
  });

  it('may stand in groups, or in the older list of models', () => {
    const groups = [{ group: 'g', name: 'G', options: [{ value: 'large', name: 'Large' }] }];
    const grouped = { configOptions: [{ ...MODEL, options: groups }] };
    expect(sessionSettings(grouped, { model: 'large' }).settings).to.have.length(1);
    const models = { models: { availableModels: [{ modelId: 'large', name: 'Large' }], currentModelId: 'x' } };
    expect(sessionSettings(models, { model: 'large' }).settings).to.deep.equal([
      { method: 'session/set_model', params: { modelId: 'large' } },
    ]);
  });

  it('are named with what is offered where the agent does not know them', () => {
    expect(sessionSettings({ configOptions: [MODEL] }, { model: 'huge', effort: 'high' }).unknown).to.deep.equal([
      { name: 'model', value: 'huge', offered: ['small', 'large'] },
      { name: 'effort', value: 'high', offered: [] },
    ]);
    for (const session of [null, {}, { configOptions: 'x', models: 5 }, { configOptions: [null, {}, { id: 5 }] }])
      expect(sessionSettings(session, { model: 'm' }).unknown).to.have.length(1);
  });

  it('are left alone where nobody wants any', () => {
    expect(sessionSettings({ configOptions: [MODEL] }, {})).to.deep.equal({ settings: [], unknown: [] });
  });
});
