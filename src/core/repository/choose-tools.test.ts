import { expect } from 'chai';
import type { FoundToolchains, Toolchain } from '../ports/toolchains.ts';
import { chooseTool } from './choose-tools.ts';
import type { ToolNeed } from './tool-need.ts';
import type { ChosenTool } from './toolchains/wish.ts';

function found(tool: ChosenTool, ...versions: readonly string[]): FoundToolchains {
  const usable = versions.map((version, at): Toolchain => {
    const program = `/opt/${tool}/${version}/bin/${tool}`;
    return { tool, version, program, isDefault: at === 0, folder: `/opt/${tool}/${version}/bin`, variables: {} };
  });
  return { usable, closed: [] };
}

/** Needs as `file: text`. */
function needsOf(tool: ChosenTool, lines: readonly string[]): ToolNeed[] {
  return lines.map((line) => {
    const [by = '', wanted = ''] = line.split(': ');
    return { tool, by, wanted };
  });
}

/** Tool, what files ask for, what is here (the default first), what is chosen. */
const CHOICES: ReadonlyArray<readonly [ChosenTool, readonly string[], readonly string[], string | null]> = [
  ['node', ['.nvmrc: 20'], ['24.21.0', '20.20.2', '22.1.0'], '20.20.2'],
  ['node', ['.nvmrc: v20.11.0'], ['24.21.0', '20.9.0', '20.20.2'], '20.20.2'],
  ['node', ['.nvmrc: 20.9.0'], ['24.21.0', '20.9.0', '20.20.2'], '20.9.0'],
  ['node', ['.nvmrc: lts/iron'], ['24.21.0', '20.20.2'], '20.20.2'],
  ['node', ['.nvmrc: lts/*'], ['23.1.0', '20.20.2', '22.1.0'], '22.1.0'],
  ['node', ['.nvmrc: 20', 'package.json: >=18 <23'], ['24.21.0', '20.20.2', '22.1.0'], '20.20.2'],
  ['node', ['package.json: >=18 <23'], ['24.21.0', '20.20.2', '22.1.0'], '22.1.0'],
  ['node', ['package.json: >=18'], ['20.20.2', '24.21.0'], '20.20.2'],
  ['node', ['.nvmrc: 18'], ['24.21.0', '20.20.2'], null],
  ['node', ['.nvmrc: node'], ['20.20.2', '24.21.0'], '20.20.2'],
  ['python', ['.python-version: 3.12.4', 'pyproject.toml: >=3.9'], ['3.14.3', '3.12.1', '3.11.7'], '3.12.1'],
  ['python', ['pyproject.toml: ^3.9'], ['3.11.7', '3.13.0'], '3.11.7'],
  ['python', ['pyproject.toml: >=3.8,<3.12'], ['3.14.3', '3.10.13', '3.11.7'], '3.11.7'],
  ['python', ['.python-version: 3.9'], ['3.11.7'], null],
  ['python', ['.python-version: 3.1'], ['3.11.7', '3.14.3'], null],
  ['go', ['go.mod: 1.22'], ['1.26.0', '1.24.13'], '1.26.0'],
  ['go', ['go.mod: 1.25.1', 'go.mod: go1.25.4'], ['1.24.13', '1.25.7', '1.26.0'], '1.26.0'],
  ['go', ['.kiro-worker.yml: >=1.24 <1.26'], ['1.26.0', '1.24.13', '1.25.7'], '1.25.7'],
  ['go', ['go.mod: 1.26rc1'], ['1.25.7', '1.26.0'], '1.26.0'],
  ['go', ['go.mod: 1.18'], ['1.17.1'], null],
  ['jdk', ['pom.xml: 17'], ['25.0.1', '21.0.4', '17.0.15'], '17.0.15'],
  ['jdk', ['pom.xml: 1.8'], ['25.0.1', '17.0.15', '11.0.2'], '11.0.2'],
  ['jdk', ['build.gradle: 21'], ['17.0.15'], null],
  ['jdk', ['.java-version: 17'], ['21.0.4', '25.0.1'], null],
  ['jdk', ['.tool-versions: temurin-17.0.2+8'], ['21.0.4', '17.0.15'], '17.0.15'],
  ['jdk', ['.sdkmanrc: 21.0.4-tem'], ['17.0.15', '21.0.9'], '21.0.9'],
];

describe('the choice of tool chains', () => {
  for (const [tool, lines, here, expected] of CHOICES)
    it(`${tool} for ${lines.join(' and ')} of ${here.join(', ')}: ${expected ?? 'none'}`, () => {
      const needs = needsOf(tool, lines);
      const { chosen, unmet, ignored } = chooseTool(tool, { needs, found: found(tool, ...here) });
      expect(chosen?.version ?? null).to.equal(expected);
      expect(unmet).to.deep.equal(expected === null ? needs : []);
      expect(ignored).to.deep.equal([]);
    });

  it('goes on without what package.json alone asks for, and says so', () => {
    const needs = needsOf('node', ['.nvmrc: 22', 'package.json: <21']);
    const { chosen, unmet, ignored } = chooseTool('node', { needs, found: found('node', '24.1.0', '22.1.0') });
    expect(chosen?.version).to.equal('22.1.0');
    expect(unmet).to.deep.equal([]);
    expect(ignored.map(({ by }) => by)).to.deep.equal(['package.json']);
  });

  it('takes the default where no version is named, and says so', () => {
    const needs = needsOf('python', ['.python-version: my-env']);
    const { chosen, unmet, ignored } = chooseTool('python', { needs, found: found('python', '3.11.7', '3.12.1') });
    expect(chosen?.version).to.equal('3.11.7');
    expect([unmet, ignored]).to.deep.equal([[], needs]);
  });

  it('takes the newest Go where Go itself fetches a newer one, and says so', () => {
    const needs = needsOf('go', ['go.mod: 1.99']);
    const { chosen, unmet, ignored } = chooseTool('go', { needs, found: found('go', '1.24.1', '1.26.0') });
    expect(chosen?.version).to.equal('1.26.0');
    expect([unmet, ignored]).to.deep.equal([[], needs]);
  });

  it('names the need that nothing meets, and both where they contradict each other', () => {
    const hopeless = needsOf('python', ['.python-version: 3.12', 'pyproject.toml: >=3.15']);
    const of = (needs: ToolNeed[]) => chooseTool('python', { needs, found: found('python', '3.12.1', '3.11.7') }).unmet;
    expect(of(hopeless)).to.deep.equal(hopeless.slice(1));
    const contradictory = needsOf('python', ['.python-version: 3.12', 'pyproject.toml: <3.12']);
    expect(of(contradictory)).to.deep.equal(contradictory);
  });
});
