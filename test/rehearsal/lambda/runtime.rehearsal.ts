import { expect } from 'chai';
import { type Deployed, deployFunctions } from './deployed.ts';

describe('Lambda on this machine, with the real runtime client', () => {
  let deployed: Deployed;
  before(async function () {
    this.timeout(300_000);
    deployed = await deployFunctions();
  });
  afterEach(() => deployed.endAll());
  after(() => deployed?.close());

  it('hands over event and context, and reuses the process', async () => {
    const code = `let calls = 0;
      export const handler = async (event, context) => ({ event, calls: ++calls, name: context.functionName,
        arn: context.invokedFunctionArn, memory: context.memoryLimitInMB, left: context.getRemainingTimeInMillis() });`;
    const made = await deployed.createOf(code, { timeoutMs: 5_000 });
    const answers = [await made.invoke({ a: 1 }), await made.invoke(null)];
    const payloads = answers.map((answer) => (answer.kind === 'response' ? answer.payload : answer));
    expect(payloads[0]).to.deep.include({ event: { a: 1 }, calls: 1, name: 'of-a-few-lines', memory: '512' });
    expect(payloads[1]).to.deep.include({ event: null, calls: 2 });
    expect(payloads[0]).to.have.property('left').that.is.within(3_000, 5_000);
    expect(made.initsMs).to.have.length(1);
  });

  it('reports what a handler throws, and goes on', async () => {
    const code = `let calls = 0;
      export const handler = async () => { if (++calls === 1) throw new TypeError('spoilt'); return calls; };`;
    const made = await deployed.createOf(code);
    expect(await made.invoke({})).to.deep.equal({ kind: 'error', errorType: 'TypeError', errorMessage: 'spoilt' });
    expect(await made.invoke({})).to.deep.equal({ kind: 'response', payload: 2 });
  });

  it('reports a module that cannot start', async () => {
    const made = await deployed.createOf("throw new RangeError('no start'); export const handler = 1;");
    expect(await made.invoke({})).to.include({ kind: 'error', errorType: 'RangeError', errorMessage: 'no start' });
  });

  it('ends what takes too long and what ends itself, and starts anew; nothing old answers for it', async () => {
    const code = `export const handler = async ({ how }) => {
      if (how === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
      if (how === 'exit') process.exit(3);
      return process.pid;
    };`;
    const made = await deployed.createOf(code, { timeoutMs: 300 });
    const pids = new Set<unknown>();
    for (let round = 0; round < 5; round += 1) {
      const hung = await made.invoke({ how: 'hang' });
      expect(hung).to.include({ kind: 'error', errorType: 'Sandbox.Timedout' });
      expect(hung)
        .to.have.property('errorMessage')
        .that.matches(/Task timed out after 0\.30 seconds$/);
      const exited = await made.invoke({ how: 'exit' });
      expect(exited).to.include({ kind: 'error', errorType: 'Runtime.ExitError' });
      expect(exited)
        .to.have.property('errorMessage')
        .that.matches(/exit status 3$/);
      const answer = await made.invoke({ how: 'answer' });
      expect(answer.kind).to.equal('response');
      if (answer.kind === 'response') pids.add(answer.payload);
    }
    // The process that answered is the one that hangs next.
    expect(pids.size).to.equal(5);
    expect(made.initsMs).to.have.length(11);
  });

  it('runs two events at once in two processes', async () => {
    const code = `export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return process.pid;
    };`;
    const made = await deployed.createOf(code);
    const answers = await Promise.all([made.invoke({}), made.invoke({})]);
    const pids = answers.map((answer) => (answer.kind === 'response' ? answer.payload : null));
    expect(new Set(pids).size).to.equal(2);
    expect(pids).to.not.include(null);
  });
});
