import type { PlannedEvent } from './scenario.ts';
import type { DrillCard, World } from './world.ts';

const MINUTE_MS = 60_000;
const RIGHTS_MINUTES = 35;

/** Lets the scenario's events happen at their times; each notes that it really struck. */
export function scheduleEvents(world: World): void {
  for (const event of world.scenario.events) {
    const card = world.cards[event.card % world.cards.length];
    if (card === undefined) continue;
    if (event.kind === 'a worker is killed') world.killWorkerAt.push(event.call);
    setTimeout(() => happen(world, { event, card }), event.atMinute * MINUTE_MS);
  }
}

function happen(world: World, { event, card }: { event: PlannedEvent; card: DrillCard }): void {
  // Polls are killed where they are started; workers note their own end.
  if (event.kind === 'a poll is killed' || event.kind === 'a worker is killed') return;
  if (HAPPENINGS[event.kind](world, card)) world.struck.add(event.kind);
}

type Happening = (world: World, card: DrillCard) => boolean;

const HAPPENINGS: Readonly<
  Record<Exclude<PlannedEvent['kind'], 'a poll is killed' | 'a worker is killed'>, Happening>
> = {
  'a person pushes'(world, { plan }) {
    world.pushAsPerson(plan.branch, { 'notes.md': `Something to know, at ${world.time.now()}.\n` });
    return true;
  },
  'the base moves'(world) {
    world.pushAsPerson('main', { 'README.md': `# Slugs, as of ${world.time.now()}\n` });
    return true;
  },
  'the rules change'(world) {
    world.pushAsPerson('main', { '.kiro-worker.yml': `${world.rulesText()}# Looked at again.\n` });
    return true;
  },
  'a card is moved away and back'(world, { item, plan }) {
    const { state } = world.github;
    state.moveCard(item, 'Backlog');
    world.personMoves.add(plan.branch);
    setTimeout(() => {
      if (state.columnOf(item) === 'Backlog') state.moveCard(item, 'For Implementation');
    }, 20 * MINUTE_MS);
    return true;
  },
  'a card is archived'(world, { item, plan }) {
    item.archived = true;
    world.personMoves.add(plan.branch);
    return true;
  },
  'a column is renamed and renamed back'(world) {
    const { state } = world.github;
    const isThere = world.project.fields.some(({ options }) => options.some(({ name }) => name === 'In Review'));
    if (!isThere) return false;
    state.renameColumn(world.project, { from: 'In Review', to: 'Review' });
    setTimeout(() => state.renameColumn(world.project, { from: 'Review', to: 'In Review' }), 30 * MINUTE_MS);
    return true;
  },
  'an issue is renamed'(world, { item }) {
    if (item.content?.kind !== 'issue') return false;
    world.github.state.edit(item.content, { title: `${item.content.title}, once more` });
    return true;
  },
  'a pull request is closed'(world, { plan }) {
    const open = world.github.state
      .pullRequests(world.hosted)
      .find((one) => one.state === 'OPEN' && one.headRef === plan.branch);
    if (open === undefined) return false;
    world.github.state.edit(open, { state: 'CLOSED' });
    world.personMoves.add(plan.branch);
    return true;
  },
  'the right to push vanishes'(world) {
    const { hosted } = world;
    hosted.permission = 'READ';
    world.refusals.add('rights');
    setTimeout(() => {
      hosted.permission = 'WRITE';
    }, RIGHTS_MINUTES * MINUTE_MS);
    return true;
  },
  'the token is revoked'({ github, secrets, refusals }) {
    github.tokens.clear();
    refusals.add('token');
    setTimeout(() => github.tokens.add(secrets.token), RIGHTS_MINUTES * MINUTE_MS);
    return true;
  },
  'the clock jumps forward'({ time }) {
    time.setWall(3 * 60 * MINUTE_MS);
    return true;
  },
  'the clock jumps back'({ time }) {
    time.setWall(-3 * 60 * MINUTE_MS);
    return true;
  },
  'the event of a build is lost'(world) {
    world.loseNextEvent();
    return true;
  },
  'a build never leaves the queue'(world) {
    world.builds.neverToBegin += 1;
    return true;
  },
  'a tool is missing for a while'(world) {
    world.setUp.hasTools = false;
    setTimeout(() => {
      world.setUp.hasTools = true;
    }, RIGHTS_MINUTES * MINUTE_MS);
    // Struck once a build looks for it.
    return false;
  },
  'starts are paused for a while'(world) {
    const since = new Date(world.time.now()).toISOString();
    world.setUp.pause = { by: 'Robin', since, reason: 'Release day.' };
    setTimeout(() => {
      world.setUp.pause = null;
    }, RIGHTS_MINUTES * MINUTE_MS);
    return true;
  },
  'a release is published'(world) {
    world.setUp.release = 'b'.repeat(64);
    return true;
  },
  'a build is stopped': (world) => stopABuild(world, 30),
};

/** Whoever wants to stop a build waits for one. */
function stopABuild(world: World, minutesLeft: number): boolean {
  const [build] = world.builds.running;
  if (build === undefined) {
    if (minutesLeft > 0) setTimeout(() => stopABuild(world, minutesLeft - 1), MINUTE_MS);
    return false;
  }
  world.struck.add('a build is stopped');
  world.personMoves.add(build.variables.BRANCH_NAME ?? '');
  world.builds.stop(build.id);
  return true;
}
