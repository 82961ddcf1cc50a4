const Sequencer = require('@jest/test-sequencer').default;

/** Test files that take as long as many others together: begun last, they would keep one core waiting for the other. */
const LONGEST = ['test/prove/permissions/permissions.test.ts'];

/** Jest's own order (by the last durations, else by size) behind the longest test files: a fresh clone knows no durations. */
module.exports = class LongestFirstSequencer extends Sequencer {
  sort(tests) {
    const isLongest = ({ path }) => LONGEST.some((file) => path.endsWith(file));
    return [...tests.filter(isLongest), ...super.sort(tests.filter((test) => !isLongest(test)))];
  }
};
