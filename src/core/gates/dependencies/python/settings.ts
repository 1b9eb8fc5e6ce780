import { parse } from 'smol-toml';
import { fields, text } from '../../../json-lines.ts';
import { linesOfValue, parseIni } from '../../../repository/ecosystems/ini.ts';
import { type FileFacts, manifest, type Setting, settingsOf } from '../facts.ts';
import { requirementOrText } from './names.ts';
import { uvSettings } from './pyproject.ts';

/** Returns what a pip.conf says about packages. */
export function readPipConf(content: string): FileFacts {
  const settings = [...parseIni(content)].flatMap(([section, values]) =>
    [...values].map(([name, value]): Setting => {
      return { rule: 'dependencies/setting', name: `${section}.${name}`, value: value.replace(/\/\/[^/@\s]*@/g, '//') };
    }),
  );
  return manifest([], settings);
}

/** Returns what a uv.toml says about packages. Throws when it is no TOML. */
export function readUvToml(content: string): FileFacts {
  return manifest([], uvSettings(fields(parse(content))));
}

/** Returns what a poetry.toml says about packages. Throws when it is no TOML. */
export function readPoetryToml(content: string): FileFacts {
  const { repositories, installer, certificates } = fields(parse(content));
  return manifest(
    [],
    settingsOf('dependencies/setting', { prefix: 'poetry', table: { repositories, installer, certificates } }).filter(
      ({ value }) => value !== '',
    ),
  );
}

/** Returns what a setup.cfg asks for. */
export function readSetupCfg(content: string): FileFacts {
  const ini = parseIni(content);
  const options = ini.get('options');
  const lists = ['install_requires', 'tests_require', 'setup_requires'].map((key) => options?.get(key));
  const extras = [...(ini.get('options.extras_require')?.values() ?? [])];
  const links = text(options?.get('dependency_links'));
  return manifest(
    [...lists, ...extras].flatMap((value) => linesOfValue(value).map(requirementOrText)),
    settingsOf('dependencies/setting', { prefix: 'dependency_links', table: links }),
  );
}
