import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { createTelemetry } from '../../src/adapters/telemetry.ts';
import { formatBuildVariables } from '../../src/core/build-variables.ts';
import { ENV, METRICS } from '../../src/core/names.ts';
import { lockKeyOf } from '../../src/functions/build-event.ts';
import { parseFunctionSettings } from '../../src/functions/settings.ts';
import { mapValues } from '../../src/stacks/map-values.ts';
import { ALARMS } from '../../src/stacks/monitoring.ts';
import { parseWorkerSettings } from '../../src/worker/settings.ts';
import { at, findKey, listAt, listOf, recordAt, recordOf } from './json.ts';
import type { Found } from './model.ts';
import { composeModel, metricsOf, resolve, resourcesOf } from './model.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const model = composeModel();

describe('templates and code', () => {
  it('poller and finalizer start with the variables of their template, and need every one of them', () => {
    for (const found of resourcesOf(model, 'AWS::Serverless::Function').filter(({ stack }) => stack === 'Poller')) {
      const variables = resolved(found, recordAt(found.resource.Properties, 'Environment.Variables'));
      expect(parseFunctionSettings(variables)).to.include({ environment: 'test', maxConcurrentBuilds: 1 });
      for (const name of Object.keys(variables)) {
        const { [name]: _, ...fewer } = variables;
        expect(() => parseFunctionSettings(fewer), `without ${name}`).to.throw(name);
      }
    }
  });

  it('the worker starts with the variables of project and poll', () => {
    const settings = parseWorkerSettings({ ...projectVariables(), ...GIVEN_BY_THE_POLL });
    expect(settings).to.include({ environment: 'test', coverageThresholdPct: 80 });
    expect(settings.timeLimitMs).to.equal(55 * 60_000);
    expect(settings.leaseMs).to.equal(30 * 60_000);
  });

  it('every variable of a build is read by the worker or by the buildspec', () => {
    const code = [...sourcesOf('src/worker'), readFileSync(path.join(ROOT, 'buildspec.yml'), 'utf8')].join('\n');
    const names = [...Object.keys(projectVariables()), ENV.kiroCliVersion, ENV.kiroCliSha256, ENV.kiroCliPath];
    const unread = names.filter((name) => !code.includes(`ENV.${keyOf(ENV, name)}`) && !code.includes(`$${name}`));
    expect(unread).to.deep.equal([]);
  });

  it('every metric of alarms and dashboard is counted by code', () => {
    const code = ['src/flows', 'src/functions', 'src/worker'].flatMap(sourcesOf).join('\n');
    const shown = resourcesOf(model, 'AWS::CloudWatch::Dashboard').slice(0, 1).flatMap(shownMetrics);
    const watched = resourcesOf(model, 'AWS::CloudWatch::Alarm')
      .flatMap(metricsOf)
      .filter(({ namespace }) => namespace === 'KiroWorker')
      .map(({ name }) => name);
    const missing = [...watched, ...shown].filter((name) => !code.includes(`METRICS.${keyOf(METRICS, name)}`));
    expect(watched.length).to.be.greaterThan(4);
    expect(shown.length).to.be.greaterThan(8);
    expect(missing).to.deep.equal([]);
  });

  it('telemetry writes metrics under exactly the dimensions that alarms use', () => {
    const written = emitted(() => {
      const telemetry = createTelemetry({ service: 'poller', environment: 'test', redact: (text) => text });
      telemetry.count(METRICS.locksBeyondLease, 1);
      telemetry.flush();
    });
    const [alarm] = resourcesOf(model, 'AWS::CloudWatch::Alarm').filter(({ id }) => id === 'LocksBeyondLeaseAlarm');
    const [metric] = alarm === undefined ? [] : metricsOf(alarm);
    const asked = Object.fromEntries(
      (metric?.dimensions ?? []).map(([name, value]) => [name, resolve(value, { template: model.stacks.Monitoring })]),
    );
    const directive = at(written, '_aws.CloudWatchMetrics.0');
    expect(at(directive, 'Namespace')).to.equal(metric?.namespace);
    expect(listAt(directive, 'Metrics').map((one) => at(one, 'Name'))).to.deep.equal([metric?.name]);
    expect(listAt(directive, 'Dimensions').map((names) => listOf(names).sort())).to.deep.equal([
      Object.keys(asked).sort(),
    ]);
    expect(written).to.include(asked);
  });

  it('the example event of a build’s end names the lock to close', () => {
    expect(lockKeyOf(readJson('events/build-state-change.json'))).to.equal(
      'your-organization/your-repository#feature/example',
    );
  });

  it('events/env.json sets what `sam local invoke` must give each function', () => {
    const sandbox = resourcesOf(model, 'AWS::Serverless::Function').filter(({ stack }) => stack === 'Sandbox');
    const expected = Object.fromEntries(
      sandbox.map(({ id, resource }) => [
        id,
        Object.keys(recordAt(resource.Properties, 'Environment.Variables')).sort(),
      ]),
    );
    const given = mapValues(recordOf(readJson('events/env.json')), (variables) =>
      mapValues(recordOf(variables), String),
    );
    const names = mapValues(given, (variables) => Object.keys(variables).sort());
    expect(names).to.deep.equal(expected);
    for (const variables of Object.values(given)) expect(() => parseFunctionSettings(variables)).not.to.throw();
  });

  it('every alarm has its section in the runbook', () => {
    const runbook = readFileSync(path.join(ROOT, 'docs/alarms.md'), 'utf8');
    expect(ALARMS.filter(({ name }) => !runbook.includes(`\n## ${name}\n`))).to.deep.equal([]);
  });
});

const GIVEN_BY_THE_POLL = formatBuildVariables({
  branch: 'feature/x',
  head: 'a'.repeat(40),
  specPath: '.kiro/specs/feature/x',
  itemId: 'PVTI_1',
  subjectNumber: 7,
  itemTitle: 'Slugs',
  holder: { lockKey: 'acme/slugs#feature/x', owner: 'owner', fence: 3 },
  attempt: 1,
});

function resolved(found: Found, variables: Readonly<Record<string, unknown>>): Record<string, string> {
  return mapValues(variables, (value) => resolve(value, found));
}

function projectVariables(): Record<string, string> {
  const [found] = resourcesOf(model, 'AWS::CodeBuild::Project');
  if (found === undefined) throw new Error('There is no project.');
  const all = listAt(found.resource.Properties, 'Environment.EnvironmentVariables').map(recordOf);
  const always = all.flatMap(({ Name, Value }) => (Name === undefined ? [] : [[String(Name), Value]]));
  return resolved(found, Object.fromEntries(always));
}

function shownMetrics({ resource, template }: Found): string[] {
  const body: unknown = JSON.parse(resolve(resource.Properties.DashboardBody, { template }));
  const rows = findKey(body, 'metrics').flat().map(listOf);
  return rows.filter(([namespace]) => namespace === 'KiroWorker').map(([, name]) => String(name));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

function keyOf(record: Readonly<Record<string, string>>, value: string): string {
  return Object.keys(record).find((key) => record[key] === value) ?? `(no key for ${value})`;
}

function sourcesOf(folder: string): string[] {
  const files = globSync(`${folder}/**/*.ts`, { cwd: ROOT, exclude: (file) => file.endsWith('.test.ts') });
  if (files.length === 0) throw new Error(`${folder} contains no code.`);
  return files.map((file) => readFileSync(path.join(ROOT, file), 'utf8'));
}

/** Returns the one metric document that `run` writes to stdout. */
function emitted(run: () => void): Readonly<Record<string, unknown>> {
  const lines: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = (text: unknown) => lines.push(String(text)) > 0;
  try {
    run();
  } finally {
    process.stdout.write = write;
  }
  return recordOf(JSON.parse(lines.find((line) => line.includes('_aws')) ?? '{}'));
}
