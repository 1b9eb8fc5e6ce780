import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openLogTail } from './log-tail.ts';

describe('openLogTail', () => {
  it('hands on whole lines as they come, characters that arrive in two parts included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tail-'));
    const file = join(folder, 'log');
    const lines: string[] = [];
    writeFileSync(file, 'one\ntw');
    const tail = openLogTail(file, (line) => lines.push(line));
    tail.read();
    expect(lines).to.deep.equal(['one']);
    const euro = Buffer.from('€');
    appendFileSync(file, Buffer.concat([Buffer.from('o\r\n\n'), euro.subarray(0, 1)]));
    tail.read();
    appendFileSync(file, euro.subarray(1));
    tail.end();
    expect(lines).to.deep.equal(['one', 'two', '', '€']);
    rmSync(folder, { recursive: true });
  });
});
