import { expect } from 'chai';
import { Command } from 'commander';
import { COMMANDS } from './command-table.ts';

describe('the table of commands', () => {
  for (const { name, description, load } of COMMANDS)
    it(`defines ${name}`, async () => {
      const command = new Command(name).description(description);
      (await load())(command);
      expect(command.options.length + command.commands.length).to.be.above(0);
      expect(command.description()).to.equal(description);
      for (const part of command.commands) expect(part.description(), part.name()).to.match(/\S/);
    });

  it('names each command once', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });
});
