/** Test of a branch that never passes. */
export const FAILS = "import test from 'node:test';\ntest('fails', () => { throw new Error('no'); });\n";
/** What an agent runs to add it. */
export const RED_WORK = `write('test/fails.test.js', ${JSON.stringify(FAILS)});`;
/** `.kiro-worker.yml` that asks for nothing: both reports are written by hand. */
export const WEAK = [
  'install: false',
  `test: [sh, -c, "mkdir -p reports; echo '<testsuites><testcase name=\\"ok\\"/></testsuites>' > reports/junit.xml; printf 'SF:x\\\\nDA:1,1\\\\nend_of_record\\\\n' > reports/lcov.info"]`,
  'coverage: false',
  'reports: {tests: reports/junit.xml, coverage: reports/lcov.info}',
  'gates: {changed-lines/unknown: off}',
  '',
].join('\n');
/** Programs that a branch would like to be run. */
export const HOOK = {
  '.mcp.json': '{"mcpServers":{"x":{"command":"evil"}}}\n',
  '.kiro/hooks/x.json': '{"evil":true}\n',
};
