import { destinationsOf } from '../../../src/core/cards/card-column.ts';
import { parseProjectConfig } from '../../../src/core/config.ts';
import type { Ledger } from '../../../src/core/lifecycle/ledger.ts';
import { DEFAULT_ROUNDS } from '../../../src/core/lifecycle/repair-rounds.ts';
import { type LockRow, lockKey } from '../../../src/core/lock.ts';
import { MARKERS, TRAILERS } from '../../../src/core/names.ts';
import { isOutcomeKind, outcomeOf } from '../../../src/core/outcome.ts';
import { parseSection } from '../../../src/core/report/pull-request-section.ts';
import { spellingsOf } from '../../../src/core/secrets/redact.ts';
import type { PullRequest } from '../../../src/fakes/github/model.ts';
import { KINDS, type Surface } from './faults.ts';
import { configText } from './ports.ts';
import { proofOf } from './programs.ts';
import { type DrillCard, REPOSITORY, type World } from './world.ts';

/** More builds than this are too many for two cards in these hours. */
const MOST_BUILDS = 20;

/** Returns a sentence for each thing that may not be at the end of a run, and is. */
export async function findViolations(world: World): Promise<string[]> {
  const rows = await world.locks.list();
  const cards = world.cards.map((card) => ({
    card,
    row: rows.find(({ lockKey: key }) => key === keyOf(card)) ?? null,
  }));
  return [
    ...findHeldLocks(rows),
    ...cards.flatMap((one) => [...verdictsOf(world, one), ...explanationsOf(world, one), ...blameOf(world, one)]),
    ...findUnexplainedWaits(world),
    ...findFailedPolls(world),
    ...findLostPushes(world),
    ...findWrongLedgers(world, await world.locks.getLedgers(world.cards.map(keyOf))),
    ...findDoubleWork(world),
    ...findSecrets(world),
    ...findLeftovers(world),
  ];
}

interface Ended {
  readonly card: DrillCard;
  readonly row: LockRow | null;
}

function keyOf({ plan }: DrillCard): string {
  return lockKey(REPOSITORY, plan.branch);
}

function findHeldLocks(rows: readonly LockRow[]): string[] {
  return rows
    .filter(({ status }) => status === 'held')
    .map((row) => `locks free: ${row.lockKey} is still held by ${row.owner} for build ${row.buildId}`);
}

/** No verdict without its proof: what is called completed passes its tests and meets the base's threshold, at that commit. */
function verdictsOf(world: World, { card, row }: Ended): string[] {
  const { branch } = card.plan;
  const claims: { by: string; head: string | null }[] = [];
  if (row?.lastOutcome === 'completed') {
    // Where the outcome could not be published in time, the row keeps the head that its build began with.
    const pushed = world.pushes.findLast(({ buildId }) => buildId === row.buildId)?.to;
    claims.push({ by: 'the lock row', head: pushed ?? row.lastHead });
  }
  for (const pullRequest of pullRequestsOf(world, card)) {
    const section = parseSection(pullRequest.body);
    if (section?.outcome === 'completed')
      claims.push({ by: `pull request #${pullRequest.number}`, head: section.head });
  }
  return claims.flatMap(({ by, head }) => {
    if (head === null || !world.git.objects.has(head))
      return [`proof: ${by} says completed of ${branch} without a commit`];
    const files = world.git.filesOf(head);
    const { passes, linesPct } = proofOf(files);
    const open = /- \[ \] \d/.test(String(files.get(`.kiro/specs/${branch}/tasks.md`)));
    const said = `proof: ${by} says completed of ${branch} at ${head.slice(0, 8)}, but`;
    return [
      ...(passes ? [] : [`${said} its tests fail`]),
      ...(linesPct >= world.thresholdPct
        ? []
        : [`${said} ${linesPct.toFixed(1)} % are covered of ${world.thresholdPct} %`]),
      ...(open ? [`${said} a required task is open`] : []),
    ];
  });
}

/** Every ended work item is explained by the comment, by the section of its pull request, and by its column. */
function explanationsOf(world: World, { card, row }: Ended): string[] {
  const outcome = row?.lastOutcome ?? null;
  if (row === null || row.status === 'held' || !isOutcomeKind(outcome) || row.buildId === null) return [];
  const { branch } = card.plan;
  const said = `explained: ${branch} ended with ${outcome} (${row.buildId}), but`;
  const comment =
    card.item.content?.kind === 'issue'
      ? card.item.content.comments.findLast(({ body }) => body.includes(MARKERS.comment))
      : undefined;
  const violations: string[] = [];
  const may = (surface: Surface) => !world.faults.isRefused(surface);
  if (!may('comment write')) {
    // Nobody can say it there.
  } else if (comment === undefined) violations.push(`${said} no comment says so`);
  else if (!comment.body.includes(row.buildId)) violations.push(`${said} the comment speaks of another build`);
  const [open] = pullRequestsOf(world, card).filter(({ state }) => state === 'OPEN');
  if (open !== undefined && may('pull request write') && !world.refusals.has('rights')) {
    const section = parseSection(open.body);
    if (section === null) violations.push(`${said} pull request #${open.number} has no section`);
    else if (section.outcome !== outcome && outcome !== 'nothing-to-do')
      violations.push(`${said} the section of #${open.number} says ${section.outcome}`);
    if (outcome === 'completed' && open.draft) violations.push(`${said} #${open.number} is still a draft`);
  }
  const column = world.github.state.columnOf(card.item);
  const [wanted = null] = destinationsOf({ kind: outcome, attempt: Math.max(1, row.attempts), config: CONFIG });
  // An archived card cannot be moved.
  if (!may('card move') || card.item.archived) return violations;
  if (!world.personMoves.has(branch) && wanted !== null && column !== wanted)
    violations.push(`${said} the card stands in "${column}" instead of "${wanted}"`);
  if (column === 'In Progress') violations.push(`${said} the card stands in "In Progress" without a build`);
  return violations;
}

/** What stands in the column that cards are taken from is left there for a reason that the last poll names, and that lasts. */
function findUnexplainedWaits(world: World): string[] {
  const last = world.polls.at(-1) ?? null;
  return world.cards.flatMap(({ plan: { branch, quality }, item }) => {
    // It is looked at again for as long as it stays red.
    if (quality === 'red' || item.archived || world.github.state.columnOf(item) !== CONFIG.targetStatusColumn)
      return [];
    const reason = last?.leftOut.find(({ itemId }) => itemId === item.id)?.reason ?? 'nothing';
    const isRefused = reason === 'read-only' && world.faults.isRefused('rights');
    return isRefused || LASTING.has(reason) ? [] : [`explained: ${branch} waits to be started, for ${reason}`];
  });
}

/** Once no service fails any more, no poll does. */
function findFailedPolls({ polls, pollsBeforeLift }: World): string[] {
  return polls.flatMap((result, index) =>
    result === null && index >= pollsBeforeLift ? [`served: poll ${index + 1} failed after the faults were over`] : [],
  );
}

const LASTING = new Set<string>(['attempts-exhausted', 'needs-a-person', 'ambiguous-pull-request', 'caps-reached']);

/** A work item's ledger has all that its builds used, each once, since its rules changed. */
function findWrongLedgers({ charges, cards }: World, ledgers: readonly Ledger[]): string[] {
  return cards.flatMap(({ plan: { branch } }) => {
    const key = lockKey(REPOSITORY, branch);
    const own = charges.filter((charge) => charge.lockKey === key);
    const last = own.at(-1);
    if (last === undefined) return [];
    const since =
      own.findLastIndex(({ basis }) => basis.rules !== last.basis.rules || basis.spec !== last.basis.spec) + 1;
    const counted = own.slice(since).filter(({ outcome }) => isOutcomeKind(outcome) && outcomeOf(outcome).countsBuild);
    const ledger = ledgers.find((each) => each.lockKey === key);
    return ledger?.builds === counted.length
      ? []
      : [`caps: the ledger of ${branch} has ${ledger?.builds ?? 'no'} builds instead of ${counted.length}`];
  });
}

const CONFIG = parseProjectConfig(configText(), 'the drill');

/** What a service did is not the card's fault, and what passes by does not keep work from being done. */
function blameOf(world: World, { card, row }: Ended): string[] {
  const { scenario } = world;
  const { branch, quality, hasTwin } = card.plan;
  const outcome = row?.lastOutcome ?? null;
  const column = world.github.state.columnOf(card.item);
  const violations: string[] = [];
  // Beside a twin git itself cannot push.
  const isRefused = hasTwin || world.refusals.size > 0 || world.faults.isRefused('git push');
  if (outcome === 'push-refused' && !isRefused)
    violations.push(`blame: ${branch} ended with push-refused, but nobody ever refused a push`);
  if (outcome === 'cancelled' && !world.personMoves.has(branch))
    violations.push(`blame: ${branch} was cancelled, but nobody moved its card or stopped its build`);
  if (outcome === 'branch-moved' && world.personCommits.every((commit) => commit.branch !== branch))
    violations.push(`blame: ${branch} ended with branch-moved, but nobody pushed to it`);
  if (quality === 'red' && world.agentCalls.some((call) => call.branch === branch))
    violations.push(`spent: an agent was started on ${branch}, whose tests failed before`);
  const isAsItWas = quality !== 'red' && world.personCommits.every((commit) => commit.branch !== branch);
  if (outcome === 'baseline-failed' && isAsItWas)
    violations.push(`blame: ${branch} ended with baseline-failed, but nothing of it was red before the agent`);
  if (outcome === 'branch-missing') violations.push(`blame: ${branch} is called missing, but it is there`);
  const isOnlyServices =
    scenario.events.length === 0 &&
    scenario.faults.every(
      ({ kind, surface }) => kind !== 'refused' && (PASSING.has(kind) || !OF_ONE_MACHINE.has(surface)),
    );
  // An agent that behaves badly by itself ends its card.
  if (world.replacements.agentProgram !== undefined) return violations;
  if (isOnlyServices && !hasTwin && column === 'Needs a person' && SERVICE_OUTCOMES.has(outcome ?? ''))
    violations.push(`blame: faults of services moved the card of ${branch} to "${column}" (${outcome})`);
  const isPassing = isOnlyServices && scenario.faults.every(({ kind }) => PASSING.has(kind));
  // A round whose agent fails is used up.
  const isMended = quality === 'mending' && scenario.faults.every(({ surface }) => surface !== 'agent');
  if (isPassing && !hasTwin && (quality === 'good' || isMended) && outcome !== 'completed')
    violations.push(`done: only passing faults struck, but ${branch} ended with ${outcome}`);
  return violations;
}

/** A disk that stays broken is no service's fault. */
const OF_ONE_MACHINE: ReadonlySet<Surface> = new Set(['git read', 'git commit']);
const SERVICE_OUTCOMES = new Set(['internal-error', 'agent-failed', 'push-refused', 'setup-failed', 'time-limit']);
const PASSING = new Set<string>(KINDS.filter((kind) => kind !== 'for ever' && kind !== 'for a while'));

function pullRequestsOf(world: World, { plan }: DrillCard): PullRequest[] {
  return world.github.state.pullRequests(world.hosted).filter(({ headRef }) => headRef === plan.branch);
}

function findLostPushes({ personCommits, git }: World): string[] {
  return personCommits.flatMap(({ branch, id }) => {
    const head = git.refs.get(`refs/heads/${branch}`);
    return head !== undefined && git.isAncestor(id, head)
      ? []
      : [`pushes kept: a person's commit ${id.slice(0, 8)} on ${branch} is lost`];
  });
}

function findDoubleWork({ pushes, agentCalls, builds, cards, git }: World): string[] {
  const strangers = pushes.filter(({ wasHolder }) => !wasHolder);
  const twice = agentCalls.filter(({ wasTicked }) => wasTicked);
  const together = agentCalls.filter(({ overlaps }) => overlaps !== null);
  const counted = cards.flatMap(({ plan }) => {
    const number = builds.all.filter(({ variables }) => variables.BRANCH_NAME === plan.branch).length;
    return number > MOST_BUILDS ? [`caps: ${number} builds of ${plan.branch}`] : [];
  });
  const repeated = cards.flatMap(({ plan }) => {
    const head = git.refs.get(`refs/heads/${plan.branch}`);
    const commits = head === undefined ? [] : git.since(git.refs.get('refs/heads/main') ?? null, head);
    const tasks = commits.flatMap(
      ({ message }) => new RegExp(`^${TRAILERS.task}: (.*)$`, 'm').exec(message)?.[1] ?? [],
    );
    return new Set(tasks).size === tasks.length
      ? []
      : [`done once: ${plan.branch} has a task twice (${tasks.join(', ')})`];
  });
  const repairs = cards.flatMap(({ plan: { branch, quality } }) => {
    const head = git.refs.get(`refs/heads/${branch}`);
    const commits = head === undefined ? [] : git.since(git.refs.get('refs/heads/main') ?? null, head);
    const rounds = commits.filter(({ message }) => message.includes(`\n${TRAILERS.repair}: `)).length;
    const isSpent = quality === 'good' || quality === 'red' ? rounds > 0 : rounds > DEFAULT_ROUNDS;
    return isSpent ? [`caps: ${branch} (${quality}) has ${rounds} repairs`] : [];
  });
  return [
    ...repairs,
    ...strangers.map(({ branch, process }) => `one owner: ${process} pushed ${branch} without holding its lock`),
    ...twice.map(({ task, buildId }) => `done once: ${buildId} asked the agent for ${task}, which was ticked`),
    ...together.map(
      ({ branch, buildId, overlaps }) => `one owner: ${buildId} and ${overlaps} worked on ${branch} at the same time`,
    ),
    ...repeated,
    ...counted,
  ];
}

function findSecrets(world: World): string[] {
  const { secrets, git, github, logs, artifacts } = world;
  const needles = spellingsOf(Object.values(secrets));
  const leaks = (where: string, text: string) =>
    needles.some((needle) => text.includes(needle)) ? [`no secret: ${where} has one`] : [];
  const commits = [...git.refs.values()].flatMap((head) => git.since(null, head));
  const blobs = new Set(commits.flatMap(({ tree }) => [...tree.values()]));
  return [
    ...[...blobs].flatMap((id) => leaks(`pushed blob ${id.slice(0, 8)}`, git.readBlob(id).toString())),
    ...commits.flatMap(({ id, message }) => leaks(`commit ${id.slice(0, 8)}`, message)),
    ...github.state.all('comment').flatMap(({ body }) => leaks('a comment', body)),
    ...github.state
      .pullRequests(world.hosted)
      .flatMap(({ number, body, title }) => leaks(`pull request #${number}`, `${title}\n${body}`)),
    ...[...artifacts].flatMap(([name, text]) => leaks(`artifact ${name}`, text)),
    ...logs.slice(-2000).flatMap((line) => leaks(`log "${line.slice(0, 60)}"`, line)),
  ];
}

function findLeftovers({ leftPrograms, builds, working, time }: World): string[] {
  return [
    ...leftPrograms.map((what) => `nothing left: ${what} still run`),
    ...builds.running.map(({ id }) => `nothing left: ${id} has not ended`),
    ...[...working.values()].map((id) => `nothing left: the agent of ${id} still works`),
    ...(time.pending > 0 ? [`nothing left: ${time.pending} timers of ended processes still run`] : []),
  ];
}
