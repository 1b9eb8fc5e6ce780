import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { createProgress } from './progress.ts';
import { createQuietTelemetry } from './quiet-telemetry.ts';
import { formatTable } from './table.ts';

/** Taking out the inner sequence makes the outer one whole; a bell, a window title, a C1 sequence, a direction mark. */
const HOSTILE = 'a\u001b[\u001b[0m31mb\u0007\u001b]0;title\u0007\u009b2Jc\u202ed\b\u007f';
const isPlain = (text: string) => !/(?!\n)[\p{Cc}\p{Cf}]/u.test(text);

/** What progress writes where there is no terminal. */
function shown(act: (progress: ReturnType<typeof createProgress>) => void): string {
  const stream = new PassThrough();
  const progress = createProgress({ stream: stream as unknown as NodeJS.WriteStream });
  act(progress);
  progress.stop();
  return String(stream.read());
}

describe('text of boards, branches and agents on a terminal', () => {
  it('steers no terminal from a table', () => {
    const table = formatTable({ head: ['Card', 'Why'], rows: [[HOSTILE, HOSTILE]] });
    expect(table).to.match(/a.*b.*c.*d/);
    expect(isPlain(table)).to.equal(true);
  });

  it('steers no terminal from progress, notes and lines of a build', () => {
    const line = JSON.stringify({ level: 'WARN', message: HOSTILE, error: HOSTILE });
    const text = [
      shown((progress) => progress.show({ phase: 'implement', text: HOSTILE })),
      shown((progress) => progress.note(HOSTILE)),
      shown((progress) => progress.buildLine(line)),
    ];
    for (const each of text) expect(each).to.match(/a.*b.*c.*d/);
    expect(isPlain(text.join(''))).to.equal(true);
  });

  it('steers no terminal from a warning', () => {
    const written: string[] = [];
    createQuietTelemetry({ redact: (text) => text, write: (text) => written.push(text) }).warn(HOSTILE, {
      error: HOSTILE,
    });
    expect(written).to.have.length(1);
    expect(isPlain(written.join(''))).to.equal(true);
  });
});
