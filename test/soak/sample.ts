import { readdirSync, readlinkSync } from 'node:fs';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { processTree, treeMegabytes } from '../../bench/process-tree';
import type { Drills } from '../_helpers/drill';
import { holdingsOf, operatorOf } from '../_helpers/drill-aws';

/** What the rehearsal and its AWS hold at a moment when nothing is released. */
export interface Sample {
  readonly rollouts: number;
  readonly processes: number;
  /** Of the rehearsal's own process: files, pipes and what event loops hold. */
  readonly fileHandles: number;
  /** Of the rehearsal's own process. */
  readonly sockets: number;
  /** Live objects of the rehearsal's own process, after a collection. */
  readonly heapMegabytes: number;
  /** All processes. */
  readonly megabytes: number;
  /** Versions that AWS holds something of, in each of its services. */
  readonly virtualNodes: number;
  readonly ecsServices: number;
  readonly cloudMapServices: number;
  readonly taskDefinitions: number;
  readonly tableItems: number;
  /** Files and folders that builds and tasks left. */
  readonly files: number;
}

/** Takes a sample. @throws {Error} unless node runs with `--expose-gc`. */
export async function takeSample(
  drills: Drills,
  environmentName: string,
  services: readonly string[],
  rollouts: number,
): Promise<Sample> {
  if (globalThis.gc === undefined) {
    throw new Error('run node with --expose-gc: garbage is no leak');
  }
  globalThis.gc();
  const held = await Promise.all(
    services.map((service) => holdingsOf(drills.environment, environmentName, service)),
  );
  const count = (of: (holdings: (typeof held)[number]) => readonly string[]): number =>
    held.reduce((sum, each) => sum + of(each).length, 0);
  return {
    rollouts,
    processes: processTree(process.pid).length,
    ...countHandles(),
    heapMegabytes: process.memoryUsage().heapUsed / 2 ** 20,
    megabytes: treeMegabytes(process.pid),
    virtualNodes: count(({ virtualNodes }) => virtualNodes),
    ecsServices: count(({ ecsServices }) => ecsServices),
    cloudMapServices: count(({ cloudMapServices }) => cloudMapServices),
    taskDefinitions: count(({ taskDefinitions }) => taskDefinitions),
    tableItems: await countItems(new DynamoDBClient(operatorOf(drills.environment))),
    files: readdirSync(drills.platform.workDir, { recursive: true }).length,
  };
}

function countHandles(): Pick<Sample, 'fileHandles' | 'sockets'> {
  const handles = readdirSync('/proc/self/fd').map(targetOf);
  const sockets = handles.filter((target) => target.startsWith('socket:')).length;
  return { fileHandles: handles.length - sockets, sockets };
}

function targetOf(handle: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${handle}`);
  } catch {
    // The one that the folder itself was read through is closed by now.
    return '';
  }
}

async function countItems(client: DynamoDBClient): Promise<number> {
  const { TableNames: [TableName] = [] } = await client.send(new ListTablesCommand({}));
  let total = 0;
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey, Select: 'COUNT' }));
    total += page.Count ?? 0;
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
  } while (ExclusiveStartKey !== undefined);
  return total;
}
