import { withoutRemedy } from '../../../src/core/errors.ts';
import { describePause as describeBreaker } from '../../../src/core/lifecycle/breaker.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { describePause } from '../../../src/core/pause.ts';
import type { Attention } from '../../../src/flows/operate/run/attention.ts';
import type { EnvironmentStatus, HeldLock, Part } from '../../../src/flows/operate/run/environment-status.ts';
import { formatTable } from '../../terminal/table.ts';
import { columnsOf, wrapWords } from '../../terminal/text-width.ts';
import { formatTime } from '../../terminal/time.ts';

interface Told {
  readonly status: EnvironmentStatus;
  readonly attention: readonly Attention[];
  readonly environment: string;
}

/** Returns a status in one table, what asks for an operator below it, and the command to type next. */
export function describeStatus({ status, attention, environment }: Told): string {
  const table = formatTable({ head: ['Part', environment], rows: rowsOf(status) });
  const wrap = (text: string) => wrapWords(text, { width: columnsOf(process.stdout), indent: '  ' });
  const calls = attention.map(({ what, command }) => `${wrap(`! ${what}`)}\n  ${command}`).join('\n');
  const next = attention[0]?.command ?? `npx kiro-worker logs poller --env ${environment}`;
  return `${table}\n${calls === '' ? '' : `\n${cleanText(calls)}\n`}Next: ${next}\n`;
}

function rowsOf(status: EnvironmentStatus): string[][] {
  const { atMs } = status;
  return [
    ...rows('stack', {
      part: status.stacks,
      tell: (stacks) =>
        stacks.map(
          ({ name, status: state, changedAtMs }) => `${name} ${state ?? 'is not deployed'}${since(changedAtMs)}`,
        ),
    }),
    ...rows('release', {
      part: status.release,
      tell: (hash) => [hash === null ? 'none was chosen' : hash.slice(0, 12)],
    }),
    ...rows('pause', { part: status.pause, tell: (pause) => [pause === null ? 'no' : describePause(pause)] }),
    ...rows('last poll', {
      part: status.lastPoll,
      tell: (poll) => [
        poll === null
          ? 'none within the hour'
          : `${formatTime(poll.atMs)} ${poll.outcome}${poll.detail && `: ${withoutRemedy(poll.detail)}`}`,
      ],
    }),
    ...rows('build', {
      part: status.held,
      tell: (held) => (held.length === 0 ? ['none'] : held.map((one) => describeHeld(one, atMs))),
    }),
    ...rows('to be written', {
      part: status.pending,
      tell: (pending) => pending.map(({ branch, pending: what }) => `${branch}: ${(what?.surfaces ?? []).join(', ')}`),
    }),
    ...rows('damaged', { part: { value: status.damaged }, tell: (damaged) => damaged }),
    ...rows('breaker', {
      part: status.breakers,
      tell: (open) => (open.length === 0 ? ['closed'] : open.map(describeBreaker)),
    }),
    ...rows('dead letters', {
      part: status.queues,
      tell: (queues) => queues.map(({ name, letters }) => `${name} ${letters ?? 'is not there'}`),
    }),
    ...rows('alarms', {
      part: status.alarms,
      tell: (alarms) => {
        const of = (wanted: string) => alarms.filter(({ state }) => state === wanted);
        const silent = of('INSUFFICIENT_DATA').map(({ name }) => name);
        return [
          `${of('OK').length} of ${alarms.length} are OK`,
          ...of('ALARM').map(({ name, state, sinceMs }) => `${name} ${state}${since(sinceMs)}`),
          ...(silent.length === 0 ? [] : [`INSUFFICIENT_DATA: ${silent.join(', ')}`]),
        ];
      },
    }),
    ...rows('GitHub budget', {
      part: status.budgetPct,
      tell: (pct) => [pct === null ? 'ample' : `${Math.round(pct)} % at the lowest`],
    }),
  ];
}

function rows<T>(title: string, { part, tell }: { part: Part<T>; tell: (value: T) => readonly string[] }): string[][] {
  const cells = 'value' in part ? tell(part.value) : [`unknown: ${part.unreadable}`];
  return cells.map((cell, index) => [index === 0 ? title : '', cell]);
}

function describeHeld({ row, build, progress }: HeldLock, atMs: number): string {
  if (build === null) return `${row.branch}: its build is about to start`;
  const minutes = Math.round((atMs - build.startedAtMs) / 60_000);
  const step = progress?.n && progress.m ? ` ${progress.n} of ${progress.m}` : '';
  const where = progress === null ? (build.currentPhase ?? build.status) : `${progress.phase}${step}: ${progress.text}`;
  return `${row.branch} ${build.id} ${build.status}, ${minutes} min, ${where}`;
}

function since(ms: number | null): string {
  return ms === null ? '' : ` since ${formatTime(ms)}`;
}
