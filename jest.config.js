/** Unit, property, contract and template tests; with `DRILLS=1` the end-to-end drills too. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // Whole rehearsals take minutes and want the machine for themselves: `make drills`. The quick ones run with all.
  testPathIgnorePatterns: [
    '/node_modules/',
    ...(process.env.DRILLS === undefined ? ['/test/drills/(?!quick\\.)'] : []),
  ],
  moduleFileExtensions: ['ts', 'js', 'json'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  randomize: true,
  reporters: ['default', '<rootDir>/tools/closing-line-reporter.js'],
  testSequencer: '<rootDir>/tools/longest-first-sequencer.js',
  testTimeout: 60000,
  // Most wait for processes: two at a time use two cores better than one.
  maxWorkers: process.env.DRILLS === undefined ? 2 : 1,
};
