import type { EnvironmentClients } from '../../adapters/environment/clients';
import { type DeployedStack, Stacks } from '../../adapters/environment/stacks';
import type { PlatformConfig } from '../../core/config/platform-schema';
import { ENVIRONMENT_TAG } from '../../core/config/tags';
import { EXIT_CODES, type Output } from '../command';
import type { Person } from '../environment/person';
import { callerOf, type Target } from '../environment/target';
import type { Assembly, Template } from './assembly';
import { changesOf, type StackChange } from './changes';
import { takenNames } from './names-taken';
import { accountProblem, bootstrapProblem, overlapProblems, routerProblem, stackProblems } from './preflight';
import { removeSurplus } from './remove-surplus';
import { hasChanges, renderPreview } from './render-preview';
import { renderOutputs, renderStates } from './render-result';
import type { RunCdk } from './run-cdk';

/** What is to be deployed, and how. */
export interface DeployRequest {
  readonly platform: PlatformConfig;
  readonly target: Target;
  /** Does not ask. */
  readonly isConfirmed: boolean;
  readonly json: boolean;
}

/** What deploying works with. */
export interface DeployParts {
  readonly clients: EnvironmentClients;
  readonly output: Output;
  readonly person: Person;
  /** Synthesizes the platform; called once nothing that is known without it speaks against deploying. */
  readonly synthesize: () => Promise<Assembly>;
  readonly runCdk: RunCdk;
  /** Applies what platform.yaml says of services under manual split. @returns an exit code */
  readonly applySplits: () => Promise<number>;
  /** Milliseconds between two looks at something that takes its time. @default 5000 */
  readonly pauseMillis?: number;
}

const PAUSE_MILLIS = 5000;

/**
 * Deploys an environment: looks at everything that can be known beforehand, shows what would happen, asks once, and
 * lets the CDK's command line do it. Nothing is touched before the answer. @returns the command's exit code.
 */
export async function deploy(request: DeployRequest, parts: DeployParts): Promise<number> {
  const { platform, target } = request;
  const { output } = parts;
  const router = routerProblem(platform, target);
  const called = await callerOf(parts.clients);
  if ('problem' in called) {
    return refuse(output, [router, called.problem]);
  }
  const { account } = called.caller;
  const early = [router, accountProblem(platform, account)].filter((problem) => problem !== null);
  if (early.length > 0) {
    return refuse(output, early);
  }
  const assembly = await parts.synthesize();
  const place = { environment: platform.environment, account, region: platform.region };
  const { deployed, changes, problems } = await plan(parts.clients, assembly, place);
  if (problems.length > 0) {
    return refuse(output, problems);
  }
  output.tell(renderPreview(changes, place));
  if (!hasChanges(changes)) {
    output.tell('every stack is as platform.yaml says');
  } else if (!request.isConfirmed && !(await isConfirmed(parts))) {
    output.tell('not confirmed: nothing was deployed');
    return EXIT_CODES.failed.code;
  }
  return carryOut(request, parts, {
    assembly,
    changes,
    place,
    surplus: surplusOf(deployed, assembly, place),
  });
}

interface Place {
  readonly environment: string;
  readonly account: string;
  readonly region: string;
}

interface Plan {
  readonly assembly: Assembly;
  readonly changes: readonly StackChange[];
  readonly place: Place;
  /** The environment's stacks that platform.yaml has no more use for. */
  readonly surplus: readonly DeployedStack[];
}

async function plan(clients: EnvironmentClients, assembly: Assembly, place: Place) {
  const stacks = new Stacks(clients.cloudFormation);
  const deployed = await stacks.list();
  const surplus = surplusOf(deployed, assembly, place);
  const names = new Set([...assembly.stacks, ...surplus].map(({ name }) => name));
  const before = new Map<string, Template>();
  for (const { name, status } of deployed) {
    // A stack whose creation failed holds nothing; the CDK makes it anew.
    if (names.has(name) && !['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'].includes(status)) {
      before.set(name, (await stacks.template(name)) as Template);
    }
  }
  const changes = changesOf(
    assembly.stacks,
    before,
    surplus.map(({ name }) => name),
  );
  const bootstrap = await bootstrapProblem(clients, assembly, place);
  const problems = [
    ...(bootstrap === null ? [] : [bootstrap]),
    ...overlapProblems(deployed, place.environment),
    ...stackProblems(assembly, deployed, place.environment),
    ...(await takenNames(clients, assembly.stacks, changes)),
  ];
  return { deployed, changes, problems };
}

function surplusOf(
  deployed: readonly DeployedStack[],
  assembly: Assembly,
  { environment }: Place,
): readonly DeployedStack[] {
  const wanted = new Set(assembly.stacks.map(({ name }) => name));
  return deployed.filter(({ name, tags }) => tags[ENVIRONMENT_TAG] === environment && !wanted.has(name));
}

async function carryOut(
  request: DeployRequest,
  parts: DeployParts,
  { assembly, changes, place, surplus }: Plan,
): Promise<number> {
  const { output, clients } = parts;
  const stacks = new Stacks(clients.cloudFormation);
  const isNeeded = changes.some(({ kind }) => kind === 'create' || kind === 'update');
  const exitCode = isNeeded ? await parts.runCdk(assembly.folder, request.target, output.tell) : 0;
  if (exitCode !== 0) {
    output.tell(await renderStates(stacks, assembly));
    return EXIT_CODES.failed.code;
  }
  const pauseMillis = parts.pauseMillis ?? PAUSE_MILLIS;
  const problems = await removeSurplus(
    { clients, ...place, tell: output.tell, pause: () => parts.person.sleep(pauseMillis) },
    place.environment,
    surplus,
  );
  for (const problem of problems) {
    output.tell(problem);
  }
  const split = await parts.applySplits();
  const now = await stacks.list();
  const outputs = now.filter(({ name }) => assembly.stacks.some((stack) => stack.name === name));
  if (request.json) {
    output.print(JSON.stringify({ ...place, changes, outputs: toJson(outputs), problems }, null, 2));
  } else {
    output.print(renderOutputs(outputs));
  }
  return problems.length > 0 ? EXIT_CODES.failed.code : split;
}

function toJson(stacks: readonly DeployedStack[]): unknown {
  return Object.fromEntries(
    stacks.map(({ name, outputs }) => [
      name,
      Object.fromEntries(
        outputs.filter(({ exportName }) => exportName === null).map(({ key, value }) => [key, value]),
      ),
    ]),
  );
}

function refuse(output: Output, problems: readonly (string | null)[]): number {
  output.tell('canary deploy was refused, nothing was touched:');
  for (const problem of problems.filter((each) => each !== null)) {
    output.tell(`  ${problem}`);
  }
  return EXIT_CODES.refused.code;
}

async function isConfirmed({ person, output }: DeployParts): Promise<boolean> {
  const answer = await person.ask('\nDeploy this? [y/N] ');
  if (answer === null) {
    output.tell('there is no terminal to ask at; give --yes to deploy without being asked');
  }
  return /^y(es)?$/i.test(answer?.trim() ?? '');
}
