import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentClients } from '../../../adapters/environment/clients';
import type { Person } from '../../../cli/environment/person';
import { connect } from '../../../cli/environment/target';
import { type Account, startAccount } from '../../../rehearsal/aws/account/account';
import { createManualClock } from '../../../rehearsal/clock/manual-clock';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';

/** An account of this machine for one test, and a person who answers as told. */
export interface TestAccount {
  readonly account: Account;
  readonly clients: EnvironmentClients;
  /** What was told, one line each. */
  readonly told: string[];
  readonly printed: string[];
  readonly output: { print(line: string): void; tell(line: string): void };
  /** Brings stacks to templates, as CloudFormation does: by name, in this order. */
  deploy(stacks: Readonly<Record<string, object>>, tags: Readonly<Record<string, string>>): Promise<void>;
  person(answer: string | null): Person;
  close(): Promise<void>;
}

/** Tasks run at once and end when told to. */
function tasks() {
  const running = new Map<string, (change: never) => void>();
  return {
    start: ({ taskArn }: { taskArn: string }, onChange: (change: never) => void) => {
      running.set(taskArn, onChange);
      setTimeout(() => onChange({ kind: 'running', ip: '127.0.0.2' } as never), 1);
    },
    stop: async (taskArn: string) => {
      const stopped = { kind: 'stopped', stoppedReason: 'stopped', exitCode: 0, lastLogLines: [] };
      running.get(taskArn)?.(stopped as never);
    },
    kill: () => undefined,
    stopAll: async () => undefined,
  };
}

/** Starts an empty account. */
export async function anAccount(
  options: { readonly bootstrapVersion?: number | null; readonly region?: string } = {},
): Promise<TestAccount> {
  const { region = REGION } = options;
  const account = await startAccount({
    clock: createManualClock(),
    account: ACCOUNT,
    tasks: tasks() as never,
    ...options,
    region,
  });
  const target = { environment: 'demo', region, endpoint: account.endpoint.url };
  const [told, printed]: [string[], string[]] = [[], []];
  const call = (operation: string, input: object) =>
    account.cloudFormation.operations[operation]?.run({ ...input } as never) as Promise<unknown>;
  return {
    account,
    clients: connect(target, {}),
    told,
    printed,
    output: { print: (line) => void printed.push(line), tell: (line) => void told.push(line) },
    deploy: async (stacks, tags) => {
      for (const [StackName, template] of Object.entries(stacks)) {
        const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
        const exists = account.cloudFormation.stacks.find(StackName) !== undefined;
        const ChangeSetType = exists ? 'UPDATE' : 'CREATE';
        const named = { StackName, ChangeSetName: 'change' };
        await call('CreateChangeSet', {
          ...named,
          ChangeSetType,
          TemplateBody: JSON.stringify(template),
          Tags,
        });
        await call('ExecuteChangeSet', named);
      }
    },
    person: (answer) => ({
      ask: async () => answer,
      sleep: () => new Promise((done) => setTimeout(done, 2)),
    }),
    close: () => account.close(),
  };
}

/** The templates of a synthesized assembly, in the order of its manifest. */
export function templatesOf(assembly: string): Readonly<Record<string, object>> {
  const { artifacts } = JSON.parse(readFileSync(join(assembly, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string; properties?: { templateFile?: string } }>;
  };
  return Object.fromEntries(
    Object.entries(artifacts)
      .filter(([, { type }]) => type === 'aws:cloudformation:stack')
      .map(([name, { properties }]) => [
        name,
        JSON.parse(readFileSync(join(assembly, properties?.templateFile ?? ''), 'utf8')) as object,
      ]),
  );
}
