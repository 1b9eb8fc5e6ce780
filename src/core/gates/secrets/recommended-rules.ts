import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretLintRuleContext, SecretLintSourceCode } from '@secretlint/types';
import type { SecretMatch } from './found-secret.ts';

const OF_ALL = '@secretlint/secretlint-rule-';
/** Lets a comment in a file switch every rule off. */
const SWITCHES_OFF = `${OF_ALL}filter-comments`;

/** Secretlint's recommended rules, without what obeys comments of the branch. They are run without Secretlint's core, whose profiler
 *  keeps some 50 marks of each run for ever. */
const RECOMMENDED = rules.filter(({ meta }) => meta.id !== SWITCHES_OFF && meta.type === 'scanner');

/** Names of the rules that look. */
export const RECOMMENDED_RULES: readonly string[] = RECOMMENDED.map(({ meta }) => nameOf(meta.id));

/** Returns what the recommended rules find in a text; `path` tells them what kind of file it is. */
export function findRecommended({ text, path }: { text: string; path: string }): SecretMatch[] {
  const found: SecretMatch[] = [];
  const source = { ...NO_SOURCE, content: text, filePath: path, ext: extensionOf(path) };
  for (const rule of RECOMMENDED) {
    const name = nameOf(rule.meta.id);
    const report: SecretLintRuleContext['report'] = ({ range: [start, end] }) => found.push({ rule: name, start, end });
    const looked = rule.create({ ...NO_CONTEXT, report }, {}).file?.(source);
    if (looked instanceof Promise) throw new Error(`The rule ${rule.meta.id} gives its answer later.`);
  }
  return found;
}

function nameOf(id: string): string {
  return id.replace(OF_ALL, '');
}

/** A rule would look for a .p12 file on the disk of the worker. */
function extensionOf(path: string): string {
  const [extension = ''] = /\.[^./]*$/.exec(path) ?? [];
  return /^\.p12$/i.test(extension) ? '' : extension;
}

const NO_CONTEXT: Pick<SecretLintRuleContext, 'sharedOptions' | 'createTranslator' | 'ignore'> = {
  sharedOptions: {},
  createTranslator: () => (messageId, data) => ({ messageId: String(messageId), message: '', data }),
  ignore() {},
};

const NOWHERE = { line: 1, column: 0 };

/** What rules may ask of a source beside its text; none of these does. */
const NO_SOURCE: Omit<SecretLintSourceCode, 'content' | 'filePath' | 'ext'> = {
  hasBOM: false,
  contentType: 'text',
  physicalFilePath: undefined,
  getFilePath: () => undefined,
  getPhysicalFilePath: () => undefined,
  locationToRange: () => [0, 0],
  rangeToLocation: () => ({ start: NOWHERE, end: NOWHERE }),
  positionToIndex: () => 0,
  indexToPosition: () => NOWHERE,
};
