import { createHash } from 'node:crypto';
import { load } from 'js-yaml';
import { createDeploymentRecords } from '../../../src/adapters/aws/operate/deployment-records.ts';
import { widensAccess } from '../../../src/adapters/aws/policy-comparison.ts';
import { readsBucketOfRelease } from '../../../src/adapters/aws/poller-function.ts';
import { createS3ReleaseStore } from '../../../src/adapters/aws/s3-release-store.ts';
import { systemClock } from '../../../src/adapters/system-clock.ts';
import type { RiskRule } from '../../../src/core/deploy/review-rules.ts';
import { WorkerError } from '../../../src/core/errors.ts';
import { cleanText } from '../../../src/core/markdown.ts';
import { resourceNames } from '../../../src/core/names.ts';
import type { ReleaseStore } from '../../../src/core/ports/releases.ts';
import type { Round } from '../../../src/flows/operate/deploy/deploy-stacks.ts';
import type { DeployPorts } from '../../../src/flows/operate/deploy/deploy-types.ts';
import { describeStanding } from '../../../src/flows/operate/deploy/record-deployment.ts';
import { type ChosenRecord, chooseRecord } from '../../../src/flows/operate/undo/choose-record.ts';
import {
  fetchStacks,
  type RollbackResult,
  rollBack,
  type StoredStack,
} from '../../../src/flows/operate/undo/roll-back.ts';
import { readCurrent } from '../../../src/flows/release.ts';
import { confirm } from '../../terminal/ask.ts';
import { EXIT } from '../../terminal/exit-codes.ts';
import { formatJson } from '../../terminal/json.ts';
import { chosenEnvironment } from '../chosen-environment.ts';
import { bucketOf } from '../deploy/deployment-place.ts';
import { formatReview, formatRisks } from '../deploy/show-review.ts';
import { type UndoPlace, withUndoPlace } from './undo-place.ts';

export interface RollbackOptions {
  /** Spelt out every time. */
  readonly env: string;
  /** Name of a record, or hash of a worker; default: the deployment before. */
  readonly to?: string;
  readonly yes?: boolean;
  readonly allow?: readonly RiskRule[];
  readonly input?: boolean;
  readonly json?: boolean;
}

/** `kiro-worker rollback`: exit code 0, 3 when it is blocked or not approved, 4 when that is what stands already. */
export async function rollback(options: RollbackOptions): Promise<number> {
  const config = chosenEnvironment(options.env, process.env);
  const { environment } = config;
  const next = `npx kiro-worker rollback --env ${environment}${options.to === undefined ? '' : ` --to ${options.to}`}`;
  return withUndoPlace({ config, verb: 'rollback', next }, async (undo) => {
    const { place, ports, progress, token } = undo;
    const source = await openSource(undo);
    const { hash: current } = await readCurrent(source.releases);
    ports.onStep('Reading what was deployed before');
    const { stackNames } = place;
    const standing = await describeStanding({
      ...{ service: place.stacks, clock: systemClock, environment, region: config.region, account: place.account },
      ...{ release: current ?? '', stacks: source.stacks },
    });
    const chosen = await chooseRecord({
      records: source.records,
      standing: standing.manifest,
      wanted: options.to ?? null,
    });
    const stacks = await fetchStacks(source, { manifest: chosen.manifest, own: stackNames });
    const others = stackNames.filter((name) => !stacks.some(({ stackName }) => stackName === name));
    const review = (round: Round) => {
      progress.stop();
      process.stderr.write(`${cleanText(`Back to ${chosen.id}:\n${formatReview(round)}`)}\n`);
    };
    const approve = async () => {
      if (options.yes === true) return true;
      progress.stop();
      return confirm(`Go back to ${chosen.id}?`, { mayAsk: options.input !== false });
    };
    const choose = async (hash: string) => (await openSource(undo)).releases.setCurrent(hash);
    const result = await rollBack(deployPorts(undo, stacks), {
      ...{ environment, manifest: chosen.manifest, stacks, others, token, current, choose },
      ...{ bucketName: source.bucketName },
      ...{ allowed: options.allow ?? [], review, approve },
    });
    progress.stop();
    return show(result, { chosen, previous: current, options });
  });
}

/** Opens what lies in the artifacts bucket. How the choice of a worker is written depends on the poller that stands, so this is opened anew for that. */
async function openSource({ place }: UndoPlace) {
  const { config, clients, account, stackNames } = place;
  const found = await Promise.all(stackNames.map((name) => place.stacks.describe(name)));
  const stacks = found.filter((stack) => stack !== null);
  const bucketName = bucketOf(stacks);
  if (bucketName === null) throw notDeployed(config.environment);
  const { releaseParameter, pollerFunction } = resourceNames(config.environment);
  const [s3, ssm, lambda] = await Promise.all([clients.s3(), clients.ssm(), clients.lambda()]);
  const pollerReadsBucket = await readsBucketOfRelease({ client: lambda, functionName: pollerFunction });
  const where = { s3, ssm, bucketName, parameterName: releaseParameter, pollerReadsBucket, account };
  const releases: ReleaseStore = createS3ReleaseStore(where);
  return {
    stacks,
    bucketName,
    releases,
    records: createDeploymentRecords({ client: s3, bucketName, account }),
    code: place.codeIn(bucketName),
    parse: (text: string): unknown => load(text),
    sha256,
  };
}

/** Stacks are sent as they were stored; their code lies in the bucket already. */
function deployPorts({ place, ports }: UndoPlace, stored: readonly StoredStack[]): DeployPorts {
  return {
    ...ports,
    codeIn: place.codeIn,
    widensAccess,
    packageStack(stack) {
      const text = stored.find(({ stackName }) => stackName === stack.stackName)?.text ?? '';
      const inputHash = sha256(JSON.stringify([text, stack.parameters, stack.tags]));
      return { ...stack, text, artifacts: [], inputHash };
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface Shown {
  readonly chosen: ChosenRecord;
  /** Hash of the worker that ran before. */
  readonly previous: string | null;
  readonly options: RollbackOptions;
}

function show(result: RollbackResult, { chosen, previous, options }: Shown): number {
  const { id, manifest } = chosen;
  const facts = { environment: options.env, to: id, release: manifest.release, previous, ...result };
  process.stdout.write(options.json ? formatJson(facts) : cleanText(describe(result, { chosen, previous, options })));
  if (result.kind === 'nothing') return EXIT.nothingToDo;
  return result.kind === 'rolled-back' ? EXIT.done : EXIT.needsApproval;
}

function describe(result: RollbackResult, { chosen: { id, manifest }, options }: Shown): string {
  const env = `--env ${options.env}`;
  const same = `npx kiro-worker rollback ${env}${options.to === undefined ? '' : ` --to ${options.to}`}`;
  if (result.kind === 'nothing') return `${id} is what stands already.\nNext: npx kiro-worker status ${env}\n`;
  if (result.kind === 'blocked') {
    const rules = [...new Set(result.risks.map(({ rule }) => rule))].map((rule) => `--allow ${rule}`).join(' ');
    return `Blocked: nothing of this was rolled back.\n${formatRisks(result.risks)}Next: if all of it is meant, ${same} ${rules}\n`;
  }
  const changed = result.changed.length === 0 ? 'No stack changed.' : `Rolled back ${result.changed.join(', ')}.`;
  if (result.kind === 'not-approved') return `Not approved. ${changed}\nNext: ${same} --yes, or in a terminal\n`;
  return `${changed}\nThe next build of ${options.env} runs the worker ${manifest.release.slice(0, 12)}, as deployed on ${manifest.madeAt}.\nNext: npx kiro-worker verify ${env}\n`;
}

function notDeployed(environment: string): WorkerError {
  return new WorkerError({
    code: 'SETUP_INCOMPLETE',
    what: `There is no artifacts bucket in ${environment}, so nothing to go back to.`,
    remedy: `Deploy it: npx kiro-worker deploy --env ${environment}`,
  });
}
