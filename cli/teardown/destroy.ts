import type { EnvironmentClients } from '../../adapters/environment/clients';
import { EXIT_CODES, type Output } from '../command';
import type { Person } from '../environment/person';
import { callerOf } from '../environment/target';
import { renderFailure, renderProof, renderSurvey } from './render-survey';
import { isGone, type Survey, survey, whatIsLeft } from './survey';
import { takeDown } from './take-down';

/** What is to be destroyed, and how. */
export interface DestroyRequest {
  readonly environment: string;
  readonly region: string;
  /** The account that it must be in; null when nobody said. */
  readonly account: string | null;
  /** Does not ask. */
  readonly isConfirmed: boolean;
  readonly json: boolean;
}

/** What destroying works with. */
export interface DestroyParts {
  readonly clients: EnvironmentClients;
  readonly output: Output;
  readonly person: Person;
  /** Milliseconds between two looks at something that takes its time. @default 5000 */
  readonly pauseMillis?: number;
}

const PAUSE_MILLIS = 5000;

/**
 * Takes an environment down, whatever state it is in, and proves that nothing is left. Nothing is changed before the
 * person has typed the environment's name. @returns the command's exit code.
 */
export async function destroy(request: DestroyRequest, parts: DestroyParts): Promise<number> {
  const { clients, output } = parts;
  const called = await callerOf(clients);
  if ('problem' in called) {
    return refuse(output, [called.problem]);
  }
  const { account } = called.caller;
  if (request.account !== null && request.account !== account) {
    return refuse(output, [
      `these credentials are for account ${account}, but platform.yaml says account ${request.account}; use credentials of that account, or another platform file`,
    ]);
  }
  const found = await survey(clients, request.environment);
  if (isGone(found)) {
    return finish(request, output, found, []);
  }
  const blockers = blockersOf(found);
  output.tell(renderSurvey(found, { account, region: request.region }));
  if (blockers.length > 0) {
    return refuse(output, blockers);
  }
  if (!request.isConfirmed && !(await isConfirmed(request.environment, parts))) {
    output.tell('not confirmed: nothing was deleted');
    return EXIT_CODES.failed.code;
  }
  const pauseMillis = parts.pauseMillis ?? PAUSE_MILLIS;
  const tools = {
    clients,
    region: request.region,
    account,
    tell: output.tell,
    pause: () => parts.person.sleep(pauseMillis),
  };
  const { left, problems } = await takeDown(tools, found);
  return finish(request, output, left, problems);
}

function finish(request: DestroyRequest, output: Output, left: Survey, problems: readonly string[]): number {
  const gone = isGone(left);
  if (request.json) {
    const { environment } = request;
    output.print(JSON.stringify({ environment, gone, left: whatIsLeft(left), problems }, null, 2));
  }
  output.tell(renderProof(left));
  output.tell(
    gone ? `nothing is left of environment "${request.environment}"` : renderFailure(left, problems),
  );
  return gone ? EXIT_CODES.done.code : EXIT_CODES.failed.code;
}

/** What keeps the environment from going, and must be decided by a person first. */
function blockersOf({ stacks, environment }: Survey): readonly string[] {
  const own = new Set(stacks.map(({ name }) => name));
  return stacks.flatMap(({ name, isProtected, importers }) => [
    ...(isProtected
      ? [
          `stack "${name}" is protected against termination; switch that off first: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name ${name}`,
        ]
      : []),
    ...importers
      .filter((importer) => !own.has(importer))
      .map(
        (importer) =>
          `stack "${importer}", which is not of environment "${environment}", imports from "${name}"; remove that import first`,
      ),
  ]);
}

function refuse(output: Output, problems: readonly string[]): number {
  output.tell('canary destroy was refused, nothing was deleted:');
  for (const problem of problems) {
    output.tell(`  ${problem}`);
  }
  return EXIT_CODES.refused.code;
}

async function isConfirmed(environment: string, { person, output }: DestroyParts): Promise<boolean> {
  const answer = await person.ask(`\nType the name of the environment to delete all of this: `);
  if (answer === null) {
    output.tell('there is no terminal to ask at; give --yes to delete without being asked');
  }
  return answer?.trim() === environment;
}
