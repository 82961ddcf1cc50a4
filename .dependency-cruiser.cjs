/**
 * Who may import whom (`docs/adr/0001-core-and-adapters.md`). `tools/check.ts` runs it; each rule has a test.
 * Circular imports are looked for by `tools/checks/circular-imports.ts`: this reader cannot tell a type from a value.
 */
const OURS =
  '^(bin|core|documents|adapters|lambda|lib|cli|rehearsal|tools|bench|test|microservices|state-machine)/';
const SDK = '(^|node_modules/)@(aws-sdk|smithy|aws-lambda-powertools)/';

/** A folder and what it may import of ours; installed packages and Node's own modules are free unless ruled out below. */
const only = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  comment,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: OURS, pathNot: `^(${[folder, ...allowed].join('|')})/` },
});

module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'core imports nothing but itself and the schema library: no SDK, no I/O, no clock',
      severity: 'error',
      from: { path: '^core/' },
      to: { pathNot: ['^core/', 'node_modules/zod/'] },
    },
    only('documents', ['core'], 'documents reads files and checks them with core’s schemas'),
    only('adapters', ['core'], 'adapters implement core’s ports'),
    only('lambda', ['core', 'adapters'], 'a handler composes core with adapters'),
    only('lib', ['core', 'documents'], 'synth time reads platform.yaml, and takes lambda/ and state-machine/ by path'),
    only('cli', ['core', 'adapters', 'documents', 'rehearsal'], 'the command line stands above the parts'),
    only('rehearsal', ['core', 'documents'], 'the rehearsal runs what was built, never the sources of it'),
    only('bin', ['cli', 'lib'], 'executables hold no logic'),
    only('microservices', [], 'a service folder is a repository of its own'),
    {
      name: 'cli-to-rehearsal',
      comment: 'only `canary rehearse` runs the rehearsal; its schemas are contracts that others may read',
      severity: 'error',
      from: { path: '^cli/', pathNot: '^cli/(commands/rehearse|rehearse-options)\\.ts$' },
      to: { path: '^rehearsal/', pathNot: '^rehearsal/(scenario|report)/schema\\.ts$' },
    },
    {
      name: 'sdk-only-in-adapters',
      comment: 'the AWS SDK is adapters’ alone (types too); the rehearsal talks to its own endpoint',
      severity: 'error',
      from: { pathNot: '^(adapters|lambda/shared|rehearsal|test|bench)/' },
      to: { path: SDK },
    },
    {
      name: 'sdk-not-in-lambda',
      comment: 'functions reach AWS through adapters; the logger is theirs',
      severity: 'error',
      from: { path: '^lambda/' },
      to: { path: '(^|node_modules/)@(aws-sdk|smithy)/' },
    },
    {
      name: 'cdk-only-in-lib',
      comment: 'constructs stay at synth time',
      severity: 'error',
      from: { pathNot: '^(lib|test)/' },
      to: { path: '(^|node_modules/)(aws-cdk-lib|constructs|cdk-nag)/' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'product code does not depend on tests',
      severity: 'error',
      from: { pathNot: '^test/' },
      to: { path: '^test/' },
    },
  ],
  options: {
    parser: 'swc',
    exclude: { path: '^microservices/[^/]+/(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '\\.json$'] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.d.ts', '.js', '.cjs', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
