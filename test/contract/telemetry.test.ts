import { expect } from 'chai';
import { createQuietTelemetry } from '../../scripts/terminal/quiet-telemetry.ts';
import { createTelemetry } from '../../src/adapters/telemetry.ts';
import { METRICS } from '../../src/core/names.ts';
import type { Telemetry } from '../../src/core/ports/telemetry.ts';
import { createRedactor } from '../../src/core/secrets/redact.ts';
import { createRecordingTelemetry } from '../support/recording-telemetry.ts';

const SECRET = 'planted value';
const redact = createRedactor([SECRET]);

interface Harness {
  readonly telemetry: Telemetry;
  /** Everything that the work makes it write. */
  during(work: () => void): string;
}

/** What every Telemetry promises: it is the last to fail, and says nothing that must not be said. */
function describeTelemetry(name: string, open: () => Harness & { readonly keepsSecrets: boolean }): void {
  describe(`telemetry: ${name}`, () => {
    const circular: Record<string, unknown> = { at: 'the beginning' };
    circular.self = circular;
    const fields: Array<[string, Record<string, unknown>]> = [
      ['none', {}],
      ['undefined and null', { a: undefined, b: null }],
      ['an error', { error: new Error('it failed', { cause: new Error('why') }) }],
      ['a circle', circular],
      ['what JSON has no words for', { big: 10n, symbol: Symbol('s'), call: () => 1, nan: Number.NaN }],
      ['an object that refuses to be read', { toJSON: () => fail() }],
      ['a getter that throws', Object.defineProperty({}, 'broken', { enumerable: true, get: fail })],
    ];
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      for (const [what, given] of fields) {
        it(`logs ${what} as ${level} without failing`, () => {
          const { telemetry, during } = open();
          const output = during(() => telemetry[level]('a message', given));
          if (level === 'warn' || level === 'error') expect(output).to.include('a message');
        });
      }
    }

    it('counts, and sends what it counted once or never, without failing', () => {
      const { telemetry, during } = open();
      during(() => {
        telemetry.flush();
        telemetry.count(METRICS.locksHeld, 0);
        telemetry.count(METRICS.runDurationMs, 1.5);
        telemetry.flush();
      });
      expect(during(() => telemetry.flush())).to.equal('');
    });

    it('writes no secret, whether in a message or deep in its fields', () => {
      const { telemetry, during, keepsSecrets } = open();
      const output = during(() =>
        telemetry.error(`about ${SECRET}`, {
          text: SECRET,
          list: [{ deep: SECRET }],
          error: new Error(SECRET),
        }),
      );
      expect(output).to.include('about');
      if (!keepsSecrets) expect(output).to.not.include(SECRET);
    });
  });
}

function fail(): never {
  throw new Error('a field that cannot be read');
}

describeTelemetry('JSON lines and embedded metrics', () => ({
  telemetry: createTelemetry({ service: 'test', environment: 'test', redact }),
  keepsSecrets: false,
  during: captureStandardStreams,
}));

describeTelemetry('lines on a terminal', () => {
  const lines: string[] = [];
  return {
    telemetry: createQuietTelemetry({ redact, write: (text) => lines.push(text) }),
    keepsSecrets: false,
    during(work) {
      work();
      return lines.splice(0).join('\n');
    },
  };
});

describeTelemetry('the record of tests', () => {
  const telemetry = createRecordingTelemetry();
  return {
    telemetry,
    // Tests look for what was said, secrets included.
    keepsSecrets: true,
    during(work) {
      work();
      return telemetry.lines
        .splice(0)
        .map(({ message }) => message)
        .join('\n');
    },
  };
});

/** Console and streams of this process are one: whatever is written while the work runs is kept instead. */
function captureStandardStreams(work: () => void): string {
  const { write } = process.stdout;
  const { write: writeError } = process.stderr;
  let output = '';
  const keep: typeof write = (chunk: string | Uint8Array) => {
    output += String(chunk);
    return true;
  };
  process.stdout.write = keep;
  process.stderr.write = keep;
  try {
    work();
  } finally {
    process.stdout.write = write;
    process.stderr.write = writeError;
  }
  return output;
}
