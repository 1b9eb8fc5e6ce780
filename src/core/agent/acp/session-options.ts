import { type Fields, fields, text } from '../../json-lines.ts';

/** What is asked of an agent before its prompt: method and parameters, beside the session's id. */
export interface SessionSetting {
  readonly method: 'session/set_config_option' | 'session/set_model';
  readonly params: Fields;
}

/** A wanted value that the agent has no place for; `offered` is empty where it knows no such setting at all. */
export interface UnknownSetting {
  readonly name: 'model' | 'effort';
  readonly value: string;
  readonly offered: readonly string[];
}

interface Offer {
  readonly values: readonly string[];
  readonly settingFor: (value: string) => SessionSetting;
}

/** Ids under which agents offer a setting, beside the protocol's category of it. */
const IDS = {
  model: { category: 'model', ids: /^model$/ },
  effort: { category: 'thought_level', ids: /^(?:effort|effort_?level|reasoning_?effort|thought_?level|thinking)$/i },
} as const;

/** Returns how the wanted model and effort are set in the session that `session/new` answered with. Agents that let others set them by
 *  variables alone offer neither. */
export function sessionSettings(
  session: unknown,
  wanted: { readonly model?: string | undefined; readonly effort?: string | undefined },
): { readonly settings: readonly SessionSetting[]; readonly unknown: readonly UnknownSetting[] } {
  const settings: SessionSetting[] = [];
  const unknown: UnknownSetting[] = [];
  for (const name of ['model', 'effort'] as const) {
    const value = wanted[name];
    if (value === undefined) continue;
    const offer = offerOf(fields(session), name);
    if (offer?.values.includes(value)) settings.push(offer.settingFor(value));
    else unknown.push({ name, value, offered: offer?.values ?? [] });
  }
  return { settings, unknown };
}

function offerOf(session: Fields, name: keyof typeof IDS): Offer | null {
  const { category, ids } = IDS[name];
  const options = listOf(session.configOptions).filter(({ type }) => type === undefined || type === 'select');
  const found =
    options.find((option) => option.category === category) ?? options.find(({ id }) => ids.test(text(id) ?? ''));
  const configId = text(found?.id);
  if (found && configId !== null) {
    const settingFor = (value: string): SessionSetting => ({
      method: 'session/set_config_option',
      params: { configId, value },
    });
    return { values: valuesOf(found.options), settingFor };
  }
  // Before configuration options, agents listed models alone.
  const models = listOf(fields(session.models).availableModels).flatMap(({ modelId }) => text(modelId) ?? []);
  if (name !== 'model' || models.length === 0) return null;
  return { values: models, settingFor: (modelId) => ({ method: 'session/set_model', params: { modelId } }) };
}

/** Options may stand in groups. */
function valuesOf(options: unknown): string[] {
  return listOf(options).flatMap(({ value, options: inner }) => text(value) ?? valuesOf(inner));
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.slice(0, 1_000).map(fields) : [];
}
