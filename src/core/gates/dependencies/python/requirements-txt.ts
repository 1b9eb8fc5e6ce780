import { type Dependency, dependency, elsewhere, type FileFacts, type Setting } from '../facts.ts';
import { readRequirement } from './names.ts';

const LONG: Readonly<Record<string, string>> = { '-i': '--index-url', '-f': '--find-links', '-e': '--editable' };
const SOURCES =
  /^(--index-url|-i|--extra-index-url|--find-links|-f|--trusted-host|--no-index|--pre|--no-binary|--no-verify|--proxy|--cert|--no-require-hashes)(?:[=\s]+(.*))?$/;

/** Returns what a file of requirements (or constraints) of pip asks for. */
export function readRequirementsTxt(content: string): FileFacts {
  const dependencies: Dependency[] = [];
  const settings: Setting[] = [];
  for (const line of logicalLines(content)) {
    const [, option, value = ''] = SOURCES.exec(line) ?? [];
    if (option !== undefined) {
      settings.push({
        rule: 'dependencies/setting',
        name: `${LONG[option] ?? option} ${clean(value)}`.trim(),
        value: 'set',
      });
    } else if (
      !/^(?:-r|-c|--requirement|--constraint|--require-hashes|--prefer-binary|--use-feature|--only-binary)\b/.test(line)
    ) {
      dependencies.push(readLine(line));
    }
  }
  // A file is checked by hashes once any line has one.
  const isHashed = dependencies.some(({ integrity }) => typeof integrity === 'string');
  const judged = isHashed ? dependencies : dependencies.map((one) => ({ ...one, integrity: undefined }));
  return { dependencies: judged, settings, isLock: isHashed };
}

function readLine(line: string): Dependency {
  const editable = line.replace(/^(?:-e|--editable)[=\s]+/, '');
  const [requirement = ''] = editable.split(/\s--hash[=\s]/);
  const hashes = [...editable.matchAll(/--hash[=\s]+(\S+)/g)].map(([, hash = '']) => hash).sort();
  const integrity = hashes.length > 0 ? hashes.join(' ') : null;
  const isAddress =
    editable !== line ||
    /^(?:[a-z][a-z0-9+.-]*:|\.{0,2}\/)/i.test(requirement) ||
    /^[^@\s]+\.(?:whl|zip|tar\.gz)$/.test(requirement);
  const [, egg] = /[#&]egg=([\w.-]+)/.exec(requirement) ?? [];
  if (isAddress) return dependency(egg ?? clean(requirement), { source: elsewhere(requirement), integrity });
  return { ...(readRequirement(requirement) ?? dependency(clean(requirement))), integrity };
}

/** Lines without comments, put together where a backslash breaks them. */
function logicalLines(content: string): string[] {
  return content
    .replace(/^\uFEFF/, '')
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) =>
      line
        .slice(0, 20_000)
        .replace(/(?:^|\s)#.*$/, '')
        .trim(),
    )
    .filter((line) => line !== '');
}

function clean(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/, '//').slice(0, 200);
}
