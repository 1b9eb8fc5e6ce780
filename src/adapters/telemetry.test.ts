import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { METRICS } from '../core/names.ts';

const MODULE = new URL('./telemetry.ts', import.meta.url).href;

/** Runs a script with a telemetry `t` in a process of its own, since that is where its output goes. */
function linesOf(script: string): Record<string, unknown>[] {
  const source = `import { createTelemetry } from ${JSON.stringify(MODULE)};
    const t = createTelemetry({ service: 'poller', environment: 'test', redact: (text) => text.replaceAll('planted', '***') });
    ${script}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
  });
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describe('telemetry', () => {
  it('writes metrics in the embedded format with the one dimension that alarms know', () => {
    const { runDurationMs, githubBudgetRemainingPct } = METRICS;
    const lines = linesOf(
      `t.count('${runDurationMs}', 5); t.count('${githubBudgetRemainingPct}', 99); t.flush(); t.flush();`,
    );
    expect(lines).to.have.length(1);
    expect(lines[0]).to.include({ Environment: 'test', RunDurationMs: 5, GitHubBudgetRemainingPct: 99 });
    expect(lines[0]?._aws)
      .to.have.property('CloudWatchMetrics')
      .that.deep.equals([
        {
          Namespace: 'KiroWorker',
          Dimensions: [['Environment']],
          Metrics: [
            { Name: 'RunDurationMs', Unit: 'Milliseconds' },
            { Name: 'GitHubBudgetRemainingPct', Unit: 'Percent' },
          ],
        },
      ]);
  });

  it('writes nothing when nothing was counted', () => {
    expect(linesOf('t.flush();')).to.deep.equal([]);
  });

  it('takes secrets out of messages, fields and errors', () => {
    const [record] = linesOf("t.error('about planted', { field: ['planted'], error: new Error('planted') });");
    expect(JSON.stringify(record)).to.not.include('planted');
    expect(record).to.include({ level: 'ERROR', message: 'about ***', environment: 'test', service: 'poller' });
  });
});
