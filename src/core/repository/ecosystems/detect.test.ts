import { expect } from 'chai';
import { detect, itDetects, manifest } from '../../../../test/support/scenes/file-trees.ts';
import { projectFolders } from './detect.ts';

describe('detection', () => {
  describe('of Go', () => {
    const tested = { 'a_test.go': '' };
    itDetects([
      [
        'a module',
        { 'go.mod': 'module m\n\ngo 1.22\n', ...tested },
        {
          install: [['go', 'mod', 'download']],
          test: ['go', 'test', '-coverprofile=coverage.out', './...'],
          reports: { tests: [], coverage: ['coverage.out'] },
          needs: [{ tool: 'go', wanted: '1.22', by: 'go.mod' }],
        },
      ],
      [
        'the tool chain that it asks for',
        { 'go.mod': 'module m\ngo 1.22\ntoolchain go1.23.4\n', ...tested },
        { needs: [{ tool: 'go', wanted: '1.23.4', by: 'go.mod' }] },
      ],
      ['vendored modules', { 'go.mod': 'module m\n', 'vendor/modules.txt': '', ...tested }, { install: [] }],
      [
        'the module that has tests, below one that has none',
        { 'go.mod': 'module m', 'a.go': '', 'testdata/a_test.go': '', 'sub/go.mod': 'module s', 'sub/a_test.go': '' },
        { folder: 'sub' },
      ],
      [
        'a workspace',
        {
          'go.work': 'go 1.22\n\nuse (\n\t./api\n\t./lib/core // comment\n)\nuse ./tool\n',
          'api/go.mod': 'module api',
          'api/a_test.go': '',
          'lib/core/go.mod': 'module core',
          'tool/go.mod': 'module tool',
        },
        { test: ['go', 'test', '-coverprofile=coverage.out', './api/...', './lib/core/...', './tool/...'] },
      ],
    ]);
  });

  describe('of several', () => {
    const npm = manifest({ test: 'node --test' });
    it('runs all tool chains that have tests, one after the other', () => {
      const commands = detect({ 'package.json': npm, 'go.mod': 'module m', 'a_test.go': '' });
      expect(commands).to.deep.include({
        install: [['go', 'mod', 'download']],
        test: ['sh', '-c', '(npm test) && (go test -coverprofile=coverage.out ./...)'],
        source: 'npm (package.json) and go (go.mod)',
        ecosystem: null,
        detectedBy: ['package.json', 'go.mod'],
      });
      expect(commands.reports.coverage).to.include('coverage.out').and.include('coverage/lcov.info');
    });

    it('leaves out those without tests', () => {
      expect(
        detect({ 'package.json': manifest({ lint: 'x' }), 'go.mod': 'module m', 'a_test.go': '' }).ecosystem,
      ).to.equal('go');
      expect(detect({ 'package.json': npm, 'pyproject.toml': '[tool.ruff]' }).test).to.deep.equal(['npm', 'test']);
    });

    it('runs in the one folder that has a manifest where the root has none', () => {
      const commands = detect({ 'README.md': '', '.nvmrc': '22', 'docs/package.json': npm, 'app/package.json': npm });
      expect(commands).to.deep.include({ folder: 'app', test: ['npm', 'test'], detectedBy: ['app/package.json'] });
      expect(commands.needs).to.deep.equal([{ tool: 'node', wanted: '22', by: '.nvmrc' }]);
    });

    it('runs in several folders from the root', () => {
      const commands = detect({ 'web/package.json': npm, 'api/go.mod': 'module m', 'api/a_test.go': '' });
      expect(commands).to.deep.include({
        folder: '.',
        install: [['sh', '-c', 'cd api && go mod download']],
        test: ['sh', '-c', '(cd api && go test -coverprofile=coverage.out ./...) && (cd web && npm test)'],
      });
      expect(commands.reports.coverage).to.include('api/coverage.out').and.include('web/coverage/lcov.info');
    });

    it('knows the topmost folders with a manifest, no examples and no fixtures', () => {
      const paths = [
        'a/go.mod',
        'a/b/go.mod',
        'examples/x/go.mod',
        'c/d/pom.xml',
        'c/testdata/go.mod',
        'e/f/g/h/pom.xml',
      ];
      expect(projectFolders({ paths, texts: {} })).to.deep.equal(['a', 'c/d']);
    });
  });

  describe('of versions', () => {
    it('takes them from every file that names one', () => {
      const files = {
        'package.json': manifest({ test: 'node --test' }, { engines: { node: '>=18 <23' } }),
        '.nvmrc': '# comment\n20\n',
        '.tool-versions': 'nodejs 20.1.0\npython 3.12\n',
      };
      expect(detect(files).needs).to.deep.equal([
        { tool: 'node', by: '.nvmrc', wanted: '20' },
        { tool: 'node', by: '.tool-versions', wanted: '20.1.0' },
        { tool: 'node', by: 'package.json', wanted: '>=18 <23' },
      ]);
    });

    it('takes the range of Python', () => {
      const files = {
        'pyproject.toml': '[project]\nname="t"\nrequires-python=">=3.10"',
        'tests/test_a.py': '',
        '.python-version': '3.13',
      };
      expect(detect(files).needs).to.deep.equal([
        { tool: 'python', by: '.python-version', wanted: '3.13' },
        { tool: 'python', by: 'pyproject.toml', wanted: '>=3.10' },
      ]);
    });
  });
});
