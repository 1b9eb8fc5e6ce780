import { parse } from 'smol-toml';
import { type Fields, fields, text } from '../../../json-lines.ts';
import {
  type Dependency,
  dependency,
  elsewhere,
  type FileFacts,
  manifest,
  type Setting,
  settingsOf,
} from '../facts.ts';
import { normalName, requirementOrText } from './names.ts';

/** Returns what a pyproject.toml asks for. Throws when it is no TOML. */
export function readPyproject(content: string): FileFacts {
  const all = fields(parse(content));
  const project = fields(all.project);
  const tool = fields(all.tool);
  const poetry = fields(tool.poetry);
  const groups = [fields(project['optional-dependencies']), fields(all['dependency-groups'])];
  const lists = [project.dependencies, ...groups.flatMap(Object.values), fields(tool.uv)['dev-dependencies']];
  const tables = [poetry.dependencies, poetry['dev-dependencies']];
  const ofGroups = Object.values(fields(poetry.group)).map((group) => fields(group).dependencies);
  return manifest(
    [...lists.flatMap(readList), ...[...tables, ...ofGroups].flatMap(readPoetry), ...readSources(fields(tool.uv))],
    [...buildSettings(fields(all['build-system'])), ...sourceSettings(tool)],
  );
}

function readList(list: unknown): Dependency[] {
  return (Array.isArray(list) ? list : []).flatMap((one) => (typeof one === 'string' ? [requirementOrText(one)] : []));
}

function readPoetry(table: unknown): Dependency[] {
  return Object.entries(fields(table)).flatMap(([name, value]) => {
    if (name === 'python') return [];
    return (Array.isArray(value) ? value : [value]).map((one) =>
      ofTable(name, typeof one === 'string' ? { version: one } : fields(one)),
    );
  });
}

/** A table of Poetry, Pipenv or uv. */
export function ofTable(name: string, table: Fields): Dependency {
  const at = text(table.git) ?? text(table.url) ?? text(table.path) ?? text(table.file);
  const version = text(table.version);
  if (at === null) return dependency(normalName(name), { version });
  const ref = text(table.rev) ?? text(table.tag) ?? text(table.branch) ?? text(table.ref);
  return dependency(normalName(name), {
    version: version ?? ref,
    source: elsewhere(ref === null ? at : `${at}#${ref}`),
  });
}

/** Packages that uv takes from elsewhere; one of an index of its own is a setting. */
function readSources(uv: Fields): Dependency[] {
  return Object.entries(fields(uv.sources)).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .map((one) => ofTable(name, fields(one)))
      .filter(({ source }) => source.kind === 'elsewhere'),
  );
}

/** What builds the project is installed and run too. */
function buildSettings(build: Fields): Setting[] {
  const table = { requires: build.requires, backend: build['build-backend'], path: build['backend-path'] };
  const named = Object.entries(table).filter(([, value]) => value !== undefined);
  return settingsOf('dependencies/install-script', { prefix: 'build-system', table: Object.fromEntries(named) });
}

const UV_SOURCES = [
  'index',
  'index-url',
  'default-index',
  'extra-index-url',
  'find-links',
  'index-strategy',
  'no-index',
  'allow-insecure-host',
];

function sourceSettings(tool: Fields): Setting[] {
  const poetry = fields(tool.poetry);
  const pdm = fields(tool.pdm);
  const indexes = Object.entries(fields(fields(tool.uv).sources)).flatMap(([name, value]) => {
    const index = text(fields(value).index);
    return index === null ? [] : [[name, index]];
  });
  return [
    ...settingsOf('dependencies/setting', { prefix: 'poetry source', table: poetry.source }),
    ...settingsOf('dependencies/setting', { prefix: 'pdm source', table: pdm.source }),
    ...settingsOf('dependencies/setting', { prefix: 'uv source', table: Object.fromEntries(indexes) }),
    ...uvSettings(fields(tool.uv)),
    ...settingsOf('dependencies/override', { prefix: 'pdm', table: fields(pdm.resolution).overrides }),
  ];
}

/** Settings of uv, of pyproject.toml or of uv.toml. */
export function uvSettings(uv: Fields): Setting[] {
  return [
    ...UV_SOURCES.flatMap((name) => settingsOf('dependencies/setting', { prefix: `uv ${name}`, table: uv[name] })),
    ...['override-dependencies', 'constraint-dependencies'].flatMap((name) =>
      settingsOf('dependencies/override', { prefix: name, table: uv[name] }),
    ),
  ];
}
