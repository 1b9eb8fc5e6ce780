/** What the demo agent does for each task of the example spec, known by the task's title. */
export const KNOWN_TASKS = [
  {
    title: 'Describe a duration in words',
    reads: ['src/units.js', 'src/durations.js'],
    writes: { 'src/describe.js': 'describe/describe.js', 'test/describe.test.js': 'describe/describe.test.js' },
    summary:
      'Added describeDuration on top of splitIntoUnits, with tests for plurals, joining, rounding and bad values.',
    credits: 0.42,
  },
  {
    title: 'Tell how far a moment lies from now',
    reads: ['src/describe.js'],
    writes: { 'src/relative.js': 'relative/relative.js', 'test/relative.test.js': 'relative/relative.test.js' },
    summary: 'Added relativeTime for moments ahead and past, with a threshold for "just now" and tests for every rule.',
    credits: 0.51,
  },
  {
    title: 'Export and document both functions',
    reads: ['src/durations.js', 'README.md'],
    writes: { 'test/entry.test.js': 'entry/entry.test.js' },
    inserts: [
      {
        path: 'src/durations.js',
        after: "import { findUnit, splitIntoUnits } from './units.js';\n",
        text:
          "\nexport { describeDuration } from './describe.js';\n" + "export { relativeTime } from './relative.js';\n",
      },
      {
        path: 'README.md',
        after: 'the last one rounded             |\n',
        text:
          '| `describeDuration(ms, { units })`   | whole words, such as `1 hour and 30 minutes`                          |\n' +
          '| `relativeTime(moment, { now })`     | `in 2 hours`, `3 days ago` or `just now`                              |\n',
      },
      {
        path: 'README.md',
        after: "formatDuration(5_400_000); // '1h 30m'\n",
        text:
          "describeDuration(5_400_000); // '1 hour and 30 minutes'\n" +
          "relativeTime(Date.now() + 7_200_000); // 'in 2 hours'\n",
      },
      {
        path: 'README.md',
        after: 'import { ',
        text: 'describeDuration, ',
      },
      {
        path: 'README.md',
        after: 'formatDuration, parseDuration',
        text: ', relativeTime',
      },
    ],
    summary: 'Exported describeDuration and relativeTime, listed both in the README and tested the entry point.',
    credits: 0.28,
  },
  {
    title: 'Check the round trip with many numbers',
    reads: ['src/describe.js', 'src/durations.js'],
    writes: { 'test/round-trip.test.js': 'round-trip/round-trip.test.js' },
    summary: 'Added the round trip test over numbers from one millisecond to three weeks.',
    credits: 0.19,
  },
];
