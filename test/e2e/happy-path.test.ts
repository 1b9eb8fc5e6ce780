import { expect } from 'chai';
import { MARKERS } from '../../src/core/names.ts';
import { readEmittedMetrics } from '../support/emitted-metrics.ts';
import { PLACE } from '../support/system/repository.ts';
import type { TestSystem } from '../support/system/test-system.ts';
import { createTestSystem } from '../support/system/test-system.ts';
import * as view from '../support/system/view.ts';

const WRITTEN_BY_A_PERSON =
  'By a person, "quoted" & <b>bold</b>.\r\n\r\n- [ ] a box of theirs\n\u00a0 \t\n<!-- a comment -->\n';

/** Byte order mark, CRLF, tabs, spaces at a line's end, a heading between tasks, no end of the last line. */
const TASKS = [
  '\ufeff# Plan',
  '',
  '- [ ] 1. First\t',
  '\t- detail  ',
  '- [x] 2. Done before',
  '## More',
  '* [ ] 3. Parent',
  '  * [ ] 3.1 Child',
  '- [ ]* 4. Optional',
].join('\r\n');
const TICKED = TASKS.replace('[ ] 1. First', '[x] 1. First')
  .replace('[ ] 3. Parent', '[x] 3. Parent')
  .replace('[ ] 3.1 Child', '[x] 3.1 Child');

describe('a card becomes a pull request', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  it('implements every required task, reports it everywhere and leaves all other text as it was', async () => {
    system = await createTestSystem({ tasks: TASKS, pullRequestBody: WRITTEN_BY_A_PERSON });
    const polled = await system.run();
    expect(polled).to.deep.include({ outcome: 'started', leftOut: [], reconciled: [] });
    const [build] = await view.buildsOf(system);
    if (!build) throw new Error('no build was started');
    expect(view.exitCodeOf(build), await view.logOf(system, build.id)).to.equal(0);

    expect(await view.tasksDone(system)).to.deep.equal(['1', '3.1']);
    expect(await view.fileOn(system, `${PLACE.specFolder}/tasks.md`)).to.equal(TICKED);

    const { body, draft } = view.pullRequestOf(system);
    const [before, rest = ''] = body.split(MARKERS.sectionStart);
    const [section = '', after] = rest.split(MARKERS.sectionEnd);
    expect(`${before}${after}`.trimEnd()).to.equal(WRITTEN_BY_A_PERSON.trimEnd());
    expect(before?.startsWith(WRITTEN_BY_A_PERSON)).to.equal(true);
    expect(section).to.include('All required tasks are implemented').and.to.include('| 1 First | done |');
    expect(section).to.include('| 2 | 2 | 0 | 0 | passed |').and.to.include('Coverage **PASSED**: 94.11 %');
    expect(section).to.include('Changed lines that tests execute: 2 of 2 (100 %) by this work, 2 of 2 (100 %) on');
    expect(draft).to.equal(false);
    expect(view.sectionOf(system)).to.deep.equal({
      outcome: 'completed',
      head: await view.headOf(system),
      buildId: build.id,
    });

    const comments = view.commentsOf(system);
    expect(comments.map(({ thread }) => thread.title)).to.deep.equal([PLACE.card]);
    expect(comments[0]?.body).to.include(`/pull/${view.pullRequestOf(system).number}`);
    expect(view.columnOf(system)).to.equal('In Review');
    expect(await view.lockOf(system)).to.include({
      status: 'released',
      lastOutcome: 'completed',
      attempts: 1,
      fence: 1,
    });

    const metadata = JSON.parse(await view.artifactOf(system, build.id, 'metadata.json'));
    expect(metadata).to.include({ success: true, outcome: 'completed', branchName: PLACE.branch });
    expect(metadata.testResults).to.deep.equal({ totalTests: 2, passedTests: 2, failedTests: 0 });
    expect(await view.artifactOf(system, build.id, 'diffs/changes.diff')).to.include('+- [x] 1. First');

    const { values } = readEmittedMetrics(await view.logOf(system, build.id));
    expect(values).to.include({ RunsCompleted: 1 }).and.to.not.have.property('RunsFailed');

    expect((await system.poll()).outcome).to.equal('nothing-ready');
  });
});
