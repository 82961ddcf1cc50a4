import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { createRehearsalClock } from '../../../rehearsal/clock/rehearsal-clock';
import type { FunctionSpec } from '../../../rehearsal/contracts';
import {
  createFunctionRunner,
  type FunctionRunnerOptions,
  type RehearsalFunctionRunner,
} from '../../../rehearsal/functions/function-runner';
import { packageRoot } from '../../../rehearsal/functions/package-root';

const BUNDLES: Readonly<Record<string, string>> = {
  echo: 'exports.handler = async (event) => event;',
  count: 'let calls = 0; exports.handler = async () => ++calls;',
  environment: `exports.handler = async (event, context) => ({
    env: process.env, context: { ...context, left: context.getRemainingTimeInMillis() },
    now: Date.now(), iso: new Date().toISOString(),
  });`,
  throws: `class Conflict extends Error { constructor() { super('split is 100/0'); this.name = 'Conflict'; } }
    exports.handler = async () => { throw new Conflict(); };`,
  throwsText: `exports.handler = async () => { throw 'plain text'; };`,
  exits: 'exports.handler = async () => process.exit(3);',
  hangs: 'exports.handler = () => new Promise(() => setInterval(() => {}, 1000));',
  spins: 'exports.handler = async () => { for (;;); };',
  hogs: 'exports.handler = async () => { const all = []; for (;;) all.push(new Array(100000).fill(Math.random())); };',
  late: `exports.handler = async () => { setTimeout(() => { throw new Error('after the answer'); }, 5); return 'early'; };`,
  speaks: `exports.handler = async () => {
    console.log('one'); console.error('two'); process.stdout.write('thr'); process.stdout.write(Buffer.from('ee'));
  };`,
  idles: `setInterval(() => {}, 1000); exports.handler = async () => 'done';`,
  broken: `throw new TypeError('no such module');`,
  empty: 'exports.other = 1;',
  sleeps: 'exports.handler = (event) => new Promise((resolve) => setTimeout(() => resolve(event), 150));',
};

let folder: string;
const runners: RehearsalFunctionRunner[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'functions-'));
  for (const [name, code] of Object.entries(BUNDLES)) {
    mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, name, 'index.js'), `'use strict';\n${code}`);
  }
});
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop()));
});
afterAll(() => rmSync(folder, { recursive: true }));

const arnOf = (name: string) => `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;

function aRunner(options: Partial<FunctionRunnerOptions> = {}, spec: Partial<FunctionSpec> = {}) {
  const runner = createFunctionRunner({
    functions: Object.keys(BUNDLES).map((name) => ({
      name,
      arn: arnOf(name),
      bundleDir: path.join(folder, name),
      handler: 'index.handler',
      environment: { TABLE: 'releases' },
      timeoutSeconds: 10,
      memoryMb: 128,
      roleName: `${name}-role`,
      ...spec,
    })),
    clock: createRehearsalClock({ speed: 1 }),
    endpointUrl: 'http://127.0.0.1:4566',
    accessKeyFor: (role) => `KEY-${role}`,
    region: 'eu-west-1',
    ...options,
  });
  runners.push(runner);
  return runner;
}

describe('createFunctionRunner', () => {
  it('hands the event through JSON and gives the result back', async () => {
    const runner = aRunner();
    const event = { rollout: 'r1', weights: [90, 10], gone: undefined, at: new Date(0) };
    expect(await runner.invoke(arnOf('echo'), event)).toEqual({
      rollout: 'r1',
      weights: [90, 10],
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(await runner.invoke(arnOf('speaks'), null)).toBeNull();
  });

  it('gives the function its own environment, credentials, context and virtual time', async () => {
    const start = Date.UTC(2031, 0, 1);
    const clock = createRehearsalClock({ speed: 60, start });
    const runner = aRunner({ clock });
    const seen = (await runner.invoke(arnOf('environment'), {})) as {
      env: Record<string, string>;
      context: Record<string, unknown>;
      now: number;
      iso: string;
    };
    expect(seen.env).toMatchObject({
      TABLE: 'releases',
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'KEY-environment-role',
      AWS_LAMBDA_FUNCTION_NAME: 'environment',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      LAMBDA_TASK_ROOT: path.join(folder, 'environment'),
      _HANDLER: 'index.handler',
      TZ: 'UTC',
    });
    expect(seen.env.PATH).toBeUndefined();
    expect(seen.context).toMatchObject({
      functionName: 'environment',
      invokedFunctionArn: arnOf('environment'),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(seen.context.left).toBeGreaterThan(5000);
    expect(seen.context.left).toBeLessThanOrEqual(10_000);
    expect(seen.now).toBeGreaterThanOrEqual(start);
    expect(seen.now).toBeLessThanOrEqual(clock.now() + 1000);
    expect(seen.iso.startsWith('2031-01-01T00:')).toBe(true);
  });

  it('keeps environments warm, one invocation at a time in each', async () => {
    const runner = aRunner();
    expect(await runner.invoke(arnOf('count'), {})).toBe(1);
    expect(await runner.invoke(arnOf('count'), {})).toBe(2);
    expect(await Promise.all([runner.invoke(arnOf('count'), {}), runner.invoke(arnOf('count'), {})])).toEqual(
      [3, 1],
    );
  });

  it('keeps no more environments than it is told to', async () => {
    const runner = aRunner({ keepWarm: 0 });
    expect(await runner.invoke(arnOf('count'), {})).toBe(1);
    expect(await runner.invoke(arnOf('count'), {})).toBe(1);
  });

  it('says how long each bundle took to load', async () => {
    const runner = aRunner();
    await runner.invoke(arnOf('echo'), {});
    expect(runner.loadMillis.get('echo')).toBeGreaterThan(0);
    expect(runner.loadMillis.has('count')).toBe(false);
  });

  it('sends every line that a function writes to the log', async () => {
    const lines: string[] = [];
    const runner = aRunner({ onLog: (name, line) => lines.push(`${name}: ${line}`) });
    await runner.invoke(arnOf('speaks'), {});
    expect(lines).toEqual(['speaks: one', 'speaks: two', 'speaks: three']);
  });

  it('fails with the name, message and trace of what the function threw', async () => {
    const failure = aRunner().invoke(arnOf('throws'), {});
    await expect(failure).rejects.toMatchObject({ errorType: 'Conflict', errorMessage: 'split is 100/0' });
    const payload = JSON.parse(((await failure.catch((error) => error)) as { payload: string }).payload);
    expect(payload).toMatchObject({ errorType: 'Conflict', errorMessage: 'split is 100/0' });
    expect(payload.trace[0]).toBe('Conflict: split is 100/0');
    await expect(aRunner().invoke(arnOf('throwsText'), {})).rejects.toMatchObject({
      errorType: 'string',
      errorMessage: 'plain text',
    });
  });

  it.each(['hangs', 'spins'])('fails as Lambda does when a function that %s is out of time', async (name) => {
    await expect(aRunner({}, { timeoutSeconds: 0.5 }).invoke(arnOf(name), {})).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Task timed out after 0.50 seconds$/),
    });
  });

  it('fails when the function ends its process, and starts a new environment for the next event', async () => {
    const runner = aRunner();
    await expect(runner.invoke(arnOf('exits'), {})).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('Runtime exited with error: exit status 3'),
    });
    await expect(runner.invoke(arnOf('exits'), {})).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it('fails when the function uses more memory than it has, and goes on itself', async () => {
    const runner = aRunner({}, { memoryMb: 32 });
    await expect(runner.invoke(arnOf('hogs'), {})).rejects.toMatchObject({
      errorType: 'Runtime.OutOfMemory',
    });
    expect(await runner.invoke(arnOf('echo'), 1)).toBe(1);
  });

  it('survives a function that crashes after it answered', async () => {
    const runner = aRunner();
    expect(await runner.invoke(arnOf('late'), {})).toBe('early');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await runner.invoke(arnOf('late'), {})).toBe('early');
  });

  it('fails with the reason when a bundle cannot be loaded', async () => {
    const runner = aRunner();
    await expect(runner.invoke(arnOf('broken'), {})).rejects.toMatchObject({ errorType: 'TypeError' });
    await expect(runner.invoke(arnOf('empty'), {})).rejects.toMatchObject({
      errorType: 'Runtime.HandlerNotFound',
    });
    await expect(runner.prewarm()).rejects.toMatchObject({ name: 'FunctionError' });
  });

  it('fails for a function that does not exist', async () => {
    await expect(aRunner().invoke(arnOf('nobody'), {})).rejects.toMatchObject({
      errorType: 'Lambda.ResourceNotFoundException',
      payload: expect.stringContaining(
        'Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nobody',
      ),
    });
  });

  it('kills before or after the work as faults say, as often as they say', async () => {
    const runner = aRunner({ faults: [{ functionName: 'count', kind: 'killed_before', times: 1 }] });
    const unknown = { errorType: 'Lambda.Unknown' };
    await expect(runner.invoke(arnOf('count'), {})).rejects.toMatchObject(unknown);
    expect(await runner.invoke(arnOf('count'), {})).toBe(1);
    runner.addFault({ functionName: '*', kind: 'killed_after', times: 1 });
    await expect(runner.invoke(arnOf('count'), {})).rejects.toMatchObject(unknown);
    expect(await runner.invoke(arnOf('count'), {})).toBe(1);
  });

  it('ends running invocations when it is stopped, and refuses new ones', async () => {
    const runner = aRunner();
    const running = runner.invoke(arnOf('hangs'), {}).catch((error) => error.errorType);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await runner.stop();
    expect(await running).toBe('Runtime.ExitError');
    await expect(runner.invoke(arnOf('echo'), {})).rejects.toMatchObject({
      errorType: 'Lambda.ServiceException',
    });
  });
});

describe('an idle environment', () => {
  it('keeps no process from ending, although nobody stopped the runner', async () => {
    const script = path.join(folder, 'forgets.ts');
    const from = (file: string) => JSON.stringify(path.join(packageRoot(), 'rehearsal', file));
    writeFileSync(
      script,
      `import { createRehearsalClock } from ${from('clock/rehearsal-clock')};
       import { createFunctionRunner } from ${from('functions/function-runner')};
       const arn = ${JSON.stringify(arnOf('idles'))};
       const runner = createFunctionRunner({
         functions: [{ name: 'idles', arn, bundleDir: ${JSON.stringify(path.join(folder, 'idles'))}, handler: 'index.handler',
           environment: {}, timeoutSeconds: 60, memoryMb: 128, roleName: 'r' }],
         clock: createRehearsalClock({ speed: 1 }), endpointUrl: 'http://127.0.0.1:1', accessKeyFor: () => 'K', region: 'x',
       });
       runner.prewarm().then(() => runner.invoke(arn, {})).then((result) => console.log(result));`,
    );
    const tsx = path.join(packageRoot(), 'node_modules', 'tsx', 'dist', 'cli.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [tsx, script], { timeout: 60_000 });
    expect(stdout.trim()).toBe('done');
  });
});

describe('packageRoot', () => {
  it('finds the package from anywhere inside it', () => {
    expect(packageRoot(path.join(packageRoot(), 'rehearsal', 'no', 'such', 'folder'))).toBe(process.cwd());
  });

  it('throws outside of it', () => {
    expect(() => packageRoot('/')).toThrow(/no package.json of "ecs-canary" above "\/"/);
  });
});
