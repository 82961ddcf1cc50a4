import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnOutput, Fn, Stack, Stage } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { readAssembly } from '../../../rehearsal/assembly/read-assembly';
import { aBundle, synthesized, type TemporaryFolder, temporaryFolder } from './_helpers/synthesized';

const env = { region: 'eu-west-1' };

describe('readAssembly', () => {
  let folder: TemporaryFolder;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  function twoStacks(): string {
    return synthesized(folder.path, (app) => {
      const late = new Stack(app, 'late', { env });
      const early = new Stack(app, 'early', { env });
      new CfnOutput(early, 'Out', { value: 'x', exportName: 'shared' });
      new CfnOutput(late, 'In', { value: Fn.importValue('shared') });
      late.addStackDependency(early);
    });
  }

  it('reads stacks in the order of their dependencies', () => {
    const assembly = readAssembly(twoStacks());
    expect(assembly.stacks.map(({ name }) => name)).toEqual(['early', 'late']);
    expect(assembly.stacks[0]).toMatchObject({ account: '000000000000', region: 'eu-west-1' });
  });

  it('keeps the account that the assembly names', () => {
    const outdir = synthesized(
      folder.path,
      (app) => new Stack(app, 's', { env: { ...env, account: '123456789012' } }),
    );
    expect(readAssembly(outdir).stacks[0]?.account).toBe('123456789012');
  });

  it('finds the folder of a function through the asset manifest', () => {
    const outdir = synthesized(folder.path, (app) => {
      new LambdaFunction(new Stack(app, 's', { env }), 'F', {
        code: Code.fromAsset(aBundle(folder.path, 'hello')),
        handler: 'index.handler',
        runtime: Runtime.NODEJS_22_X,
      });
    });
    const assets = [...(readAssembly(outdir).stacks[0]?.assets ?? [])];
    const [, bundle] = assets.find(([key]) => key.endsWith('.zip')) ?? [];
    expect(readFileSync(join(bundle ?? '', 'index.js'), 'utf8')).toContain('hello');
  });

  it('fails when there is no assembly', () => {
    expect(() => readAssembly(join(folder.path, 'none'))).toThrow(
      /manifest\.json" does not exist; run "make synth"/,
    );
  });

  it('fails when a template is missing', () => {
    const outdir = twoStacks();
    rmSync(join(outdir, 'late.template.json'));
    expect(() => readAssembly(outdir)).toThrow(/late\.template\.json" does not exist; run "make synth"/);
  });

  it('fails when a file is not JSON', () => {
    const outdir = twoStacks();
    writeFileSync(join(outdir, 'late.template.json'), '{');
    expect(() => readAssembly(outdir)).toThrow(/late\.template\.json" is not readable as JSON/);
  });

  it('fails when a template has a transform', () => {
    const outdir = twoStacks();
    writeFileSync(
      join(outdir, 'late.template.json'),
      JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31' }),
    );
    expect(() => readAssembly(outdir)).toThrow(/Transform: transforms are not rehearsed/);
  });

  it('fails when a stack names no region', () => {
    const outdir = synthesized(folder.path, (app) => new Stack(app, 's'));
    expect(() => readAssembly(outdir)).toThrow(/stack "s" .* names no region/);
  });

  it('fails for an app with stages', () => {
    const outdir = synthesized(folder.path, (app) => new Stack(new Stage(app, 'prod', { env }), 's'));
    expect(() => readAssembly(outdir)).toThrow(/holds the stage "assembly-prod"/);
  });

  it('fails when it holds no stack, or stacks in a circle', () => {
    const circle = { type: 'aws:cloudformation:stack', environment: 'aws://a/r', properties: {} };
    const write = (artifacts: object): string => {
      mkdirSync(join(folder.path, 'hand'), { recursive: true });
      writeFileSync(join(folder.path, 'hand/manifest.json'), JSON.stringify({ version: '1', artifacts }));
      return join(folder.path, 'hand');
    };
    expect(() => readAssembly(write({}))).toThrow(/holds no stack/);
    const artifacts = { a: { ...circle, dependencies: ['b'] }, b: { ...circle, dependencies: ['a'] } };
    expect(() => readAssembly(write(artifacts))).toThrow(/stacks depend on each other: a -> b -> a/);
    expect(() => readAssembly(write({ a: { ...circle, dependencies: ['gone'] } }))).toThrow(
      /names the artifact "gone" but does not hold it/,
    );
  });
});
