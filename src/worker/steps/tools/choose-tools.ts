import { delimiter } from 'node:path';
import { REPOSITORY_FILE } from '../../../core/names.ts';
import type { FoundToolchains, Toolchain, Toolchains } from '../../../core/ports/toolchains.ts';
import { type Choice, chooseTool, needsOf } from '../../../core/repository/choose-tools.ts';
import type { Commands } from '../../../core/repository/commands.ts';
import type { RepositorySettings } from '../../../core/repository/repository-file.ts';
import type { ToolNeed } from '../../../core/repository/tool-need.ts';
import { compareNumbers, numbersOf } from '../../../core/repository/toolchains/version-range.ts';
import { CHOSEN_TOOLS } from '../../../core/repository/toolchains/wish.ts';
import { formatList } from '../../../core/text-lists.ts';
import type { RunContext } from '../../run-context.ts';
import { endRun, type RunResult } from '../../run-result.ts';

export interface ChooseContext {
  readonly toolchains: Toolchains;
  readonly commandEnvironment: RunContext['commandEnvironment'];
  readonly reportProgress: RunContext['reportProgress'];
}

/** Chooses the versions of Node, Python, Go and Java that the repository asks for, as `.kiro-worker.yml` says or its own files. Returns
 *  the commands with the environment that finds them, or the run's end with every need that nothing on this machine meets. */
export async function chooseTools(
  context: ChooseContext,
  { commands, repositoryFile }: { commands: Commands; repositoryFile: RepositorySettings | null },
): Promise<Commands | RunResult> {
  const choices: Seen[] = [];
  const all = needsOf(commands, repositoryFile);
  for (const tool of CHOSEN_TOOLS) {
    const needs = all.filter((need) => need.tool === tool && need.wanted !== null);
    if (needs.length === 0) continue;
    const found = await context.toolchains.list({ tool });
    const choice = chooseTool(tool, { needs, found });
    choices.push({ choice, found });
    for (const text of remarks(choice)) context.reportProgress({ phase: 'prepare', text });
  }
  const missed = choices.filter(({ choice }) => choice.unmet.length > 0);
  if (missed.length === 0) {
    const chosen = choices.flatMap(({ choice }) => choice.chosen ?? []);
    return { ...commands, environment: environmentOf(chosen, context.commandEnvironment) };
  }
  const problems = missed.map(({ choice, found }) => `${describeNeeds(choice.unmet)}. ${describeFound(found)}`);
  return endRun({
    kind: 'setup-failed',
    detail: `The repository asks for versions of tools that this machine does not have:\n${problems.join('\n')}`,
    remedy: `Install them in the image of the builds, or on the machine where every user may enter, such as /opt/node/20${orTakeAnother(missed)}`,
  });
}

interface Seen {
  readonly choice: Choice;
  readonly found: FoundToolchains;
}

function remarks({ tool, chosen, ignored }: Choice): string[] {
  return [
    ...(chosen === null ? [] : [`Commands run with ${tool} ${chosen.version}: ${chosen.program}`]),
    ...(ignored.length === 0 ? [] : [`No version here is known to be ${describeNeeds(ignored)}`]),
  ];
}

function environmentOf(chosen: readonly Toolchain[], { PATH = '' }: ChooseContext['commandEnvironment']) {
  const folders = chosen.flatMap(({ folder }) => folder ?? []);
  return {
    ...Object.assign({}, ...chosen.map(({ variables }) => variables)),
    ...(folders.length > 0 && { PATH: [...folders, PATH].join(delimiter) }),
  };
}

function describeNeeds(needs: readonly ToolNeed[]): string {
  return formatList(needs.map(({ tool, wanted, by }) => `${tool} ${wanted} (${by})`));
}

function describeFound({ usable, closed }: FoundToolchains): string {
  const versions = [...new Set(usable.map(({ version }) => version))];
  const here = versions.length === 0 ? 'None is here.' : `Here: ${versions.join(', ')}.`;
  const others = closed.map(({ program, obstacle }) => ` ${program} does not start: ${obstacle}.`);
  return `${here}${others.join('')}`;
}

/** The end of the sentence: lines for the repository's file that take what the machine has, if it has any. */
function orTakeAnother(missed: readonly Seen[]): string {
  const lines = missed.flatMap(({ choice: { tool }, found }) => {
    const offered = offerOf(found);
    return offered === undefined ? [] : [`  ${tool}: "${lineOf(offered)}"`];
  });
  return lines.length === 0
    ? '.'
    : `; or take what is here, by these lines in ${REPOSITORY_FILE} on the default branch:\ntools:\n${lines.join('\n')}`;
}

/** The machine's default, else the newest. */
function offerOf({ usable }: FoundToolchains): Toolchain | undefined {
  const byAge = (one: Toolchain, other: Toolchain) => compareNumbers(numbersOf(other.version), numbersOf(one.version));
  return usable.find(({ isDefault }) => isDefault) ?? usable.toSorted(byAge)[0];
}

/** The release line of a version, as people name it. */
function lineOf({ tool, version }: Toolchain): string {
  return version
    .split('.')
    .slice(0, tool === 'python' || tool === 'go' ? 2 : 1)
    .join('.');
}
