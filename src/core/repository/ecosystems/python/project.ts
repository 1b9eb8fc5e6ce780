import { parse } from 'smol-toml';
import { type Fields, fields, text } from '../../../json-lines.ts';
import type { Folder } from '../../file-tree.ts';
import { type Ini, linesOfValue, parseIni } from '../ini.ts';
import { FOREIGN_TEXT, isForeignText } from '../manifest-text.ts';

/** What the files of a Python project say. */
export interface PythonProject {
  readonly folder: Folder;
  /** pyproject.toml, without fields where it is absent or not TOML. */
  readonly pyproject: Fields;
  readonly setupCfg: Ini;
  readonly tox: Ini;
  /** All texts in which tools and requirements are named. */
  readonly words: string;
  readonly requirementFiles: readonly string[];
}

const MANIFESTS = ['pyproject.toml', 'setup.py', 'setup.cfg', 'Pipfile', 'tox.ini', 'pytest.ini'];
const CONFIGURATION = ['noxfile.py', 'conftest.py', '.coveragerc', '.pytest.ini', 'runtests.py', 'manage.py'];

/** Base names of the files whose text is looked at. */
export const PYTHON_FILES: readonly string[] = [...MANIFESTS, ...CONFIGURATION, 'runtime.txt'];

/** Returns whether a path is a file of requirements, in the root or in a folder of its own. */
export function isRequirementFile(path: string): boolean {
  return /^(?:[\w-]+[-_.])?requirements?(?:[-_.][\w.-]*)?\.(?:txt|in|pip)$|^requirements?\/[\w-]+\.(?:txt|in|pip)$/i.test(
    path,
  );
}

/** Returns whether a path is one of a Python test. */
export function isPythonTest(path: string): boolean {
  return /(?:^|\/)(?:test_[^/]*|[^/]*_tests?|tests)\.py$|(?:^|\/)tests?\/(?:.*\/)?[^/]*test[^/]*\.py$/i.test(path);
}

/** Returns the Python project of a folder, null where no file shows one. */
export function readProject(folder: Folder): PythonProject | null {
  const requirementFiles = folder.paths.filter(isRequirementFile);
  const shown = MANIFESTS.some((file) => folder.has(file)) || requirementFiles.length > 0;
  if (!shown) return null;
  const read = [...MANIFESTS, 'noxfile.py', '.coveragerc', ...requirementFiles];
  return {
    ...{ folder, requirementFiles, pyproject: parseToml(folder.text('pyproject.toml')) },
    setupCfg: parseIni(folder.text('setup.cfg')),
    tox: toxOf(folder),
    words: read.map((file) => folder.text(file)).join('\n'),
  };
}

function toxOf(folder: Folder): Ini {
  const legacy = text(fields(tableOf(parseToml(folder.text('pyproject.toml')), 'tool', 'tox')).legacy_tox_ini);
  return parseIni(folder.text('tox.ini') || legacy || '');
}

/** Returns a table of a parsed document; without fields where it is not there. */
export function tableOf(root: Fields, ...path: readonly string[]): Fields {
  return path.reduce<Fields>((table, name) => fields(Object.hasOwn(table, name) ? table[name] : undefined), root);
}

/** Returns the texts of a list, none for anything else. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Returns the value of a setting of tox's main environment, in lines. */
export function toxLines({ tox }: PythonProject, key: string): string[] {
  return linesOfValue(tox.get('testenv')?.get(key));
}

/** Returns the manifest that no tool can read, with the reason, a clause for people; null where each can be read. */
export function findBrokenManifest(folder: Folder): { file: string; problem: string } | null {
  const foreign = MANIFESTS.find((file) => isForeignText(folder.text(file)));
  if (foreign !== undefined) return { file: foreign, problem: `${foreign} ${FOREIGN_TEXT}` };
  const problem = findTomlProblem(folder, 'pyproject.toml');
  return problem === null ? null : { file: 'pyproject.toml', problem };
}

/** Returns why a text is not TOML, a clause for people; null where it is. */
function findTomlProblem(folder: Folder, file: string): string | null {
  try {
    parse(folder.text(file).replace(/^\ufeff/, ''));
    return null;
  } catch (error) {
    const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `${file} is not valid TOML: ${reason.replace(/^Invalid TOML document: /, '').slice(0, 100)}`;
  }
}

function parseToml(toml: string): Fields {
  try {
    return fields(parse(toml.replace(/^\ufeff/, '')));
  } catch {
    return {};
  }
}
