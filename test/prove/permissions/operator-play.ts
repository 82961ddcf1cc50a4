import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { main } from '../../../cli/main';
import { functionName } from '../../../lib/naming';
import { executionArnOf } from '../../../rehearsal/aws/services/step-functions/engine';
import type { Lane, Started } from './lane';
import type { EvidenceStage } from './stage';

/** Virtual seconds, and wall milliseconds, between two looks at a command that runs. */
const LOOK = { seconds: 2, wallMillis: 10 } as const;

/**
 * An operator who has the managed policy `<environment>-split-operator` and nothing else does what the guide "decide
 * yourself who serves" says, by the command line: looks what serves, applies a split, and stops a change that is under way.
 */
export async function operateSplits(stage: EvidenceStage, lane: Lane, other: string): Promise<void> {
  const [first, second] = await twoVersions(stage, lane);
  const operator = new Operator(stage);
  try {
    await operator.canary(0, 'split', other, '--show');
    await operator.canary(0, 'split', lane.service, '--show');
    operator.writeSplit(lane.service, { [first.version]: 50, [second.version]: 50 });
    await operator.canary(0, 'split', lane.service);
    operator.writeSplit(lane.service, { [second.version]: 100 });
    const applied = operator.canary(1, 'split', lane.service);
    await operator.stopRunning();
    await applied;
  } finally {
    operator.leave();
  }
}

async function twoVersions(stage: EvidenceStage, lane: Lane): Promise<readonly [Started, Started]> {
  const built: Started[] = [];
  await stage.play([
    (async () => {
      await lane.underManualSplit(true);
      built.push(await lane.released('Registered'), await lane.released('Registered'));
    })(),
  ]);
  const [first, second] = built;
  if (first === undefined || second === undefined) {
    throw new Error('two versions were to be built');
  }
  return [first, second];
}

/** Somebody at a command line, whose keys are those of the managed policy alone. */
class Operator {
  private readonly folder = mkdtempSync(join(tmpdir(), 'operator-'));
  private readonly before = process.env;
  private readonly accessKeyId: string;

  constructor(private readonly stage: EvidenceStage) {
    const policy = functionName(stage.environment, 'split-operator');
    this.accessKeyId = stage.headless.aws.principals.accessKeyFor(policy);
    process.env = { ...this.before, AWS_ACCESS_KEY_ID: this.accessKeyId, AWS_SECRET_ACCESS_KEY: 'none' };
    this.writeSplit('', {});
  }

  /** Writes `split:` of a service into platform.yaml. */
  writeSplit(service: string, weights: Readonly<Record<string, number>>): void {
    const split = Object.entries(weights).map(([version, weight]) => ({ version, weight }));
    const services = this.stage.headless.services.map(({ service: name }) => ({
      name,
      port: 8080,
      ...(name === service ? { split } : {}),
    }));
    const { environment } = this.stage;
    const { region } = this.stage.headless.aws.deployed;
    const platform = { environment, region, namespace: `${environment}.local`, ingress: 'web', services };
    // JSON is YAML, too.
    writeFileSync(this.file, JSON.stringify(platform));
  }

  /** Runs `canary`, while time goes on. @throws {Error} for another exit code. */
  async canary(exitCode: number, ...argv: readonly string[]): Promise<void> {
    const said: string[] = [];
    const say = (line: string): void => void said.push(line);
    const { url } = this.stage.headless.aws.endpoint;
    const args = [...argv, '--platform', this.file, '--endpoint-url', url];
    let isOver = false;
    const running = main(args, { print: say, tell: say }).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await this.stage.headless.advance(LOOK.seconds);
      await wait(LOOK.wallMillis);
    }
    const ended = await running;
    if (ended !== exitCode) {
      throw new Error(`canary ${argv.join(' ')} ended ${ended} instead of ${exitCode}:\n${said.join('\n')}`);
    }
  }

  /** Stops the change that runs, as `aws stepfunctions stop-execution` does. */
  async stopRunning(): Promise<void> {
    const { engine, endpoint, deployed } = this.stage.headless.aws;
    const machine = this.stage.machineArn('split');
    const found = () => engine.list(machine).find(({ status }) => status === 'RUNNING');
    while (found() === undefined) {
      await wait(LOOK.wallMillis);
    }
    const client = new SFNClient({ region: deployed.region, endpoint: endpoint.url });
    const executionArn = executionArnOf(machine, found()?.name ?? '');
    await client.send(new StopExecutionCommand({ executionArn }));
    client.destroy();
  }

  leave(): void {
    process.env = this.before;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return join(this.folder, 'platform.yaml');
  }
}
