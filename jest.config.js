/** Unit, contract and template tests run here; `make test` runs the end-to-end drills through the same runner. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  moduleFileExtensions: ['ts', 'js', 'json'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
  },
  randomize: true,
  reporters: ['default', '<rootDir>/tools/closing-line-reporter.js'],
  testTimeout: 30000,
};
