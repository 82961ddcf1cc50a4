import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Protocol } from '../core/config/protocols';
import { type Environment, startEnvironment } from './environment/environment';
import { packageRoot } from './functions/package-root';
import { preparePlatform } from './platform/prepare-platform';
import { secretsOf } from './platform/secrets';
import { play } from './play/play';
import { writeReport } from './report/write-report';
import { playScenario } from './scenario/play';
import type { LoadSpec, Scenario } from './scenario/schema';
import { openView } from './view/open-view';
import { oneLine } from './view/text';

/** What to rehearse. */
export interface RehearseOptions {
  /** Null exactly when `ownService` is given. */
  readonly scenario: Scenario | null;
  readonly scenarioFile: string | null;
  readonly ownService: OwnService | null;
  /** Virtual seconds per wall second; null for the scenario's own. */
  readonly speed: number | null;
  readonly outDir: string;
  readonly dataPlane: 'auto' | 'envoy' | 'embedded';
  /** Prints the report as JSON instead of the live view. */
  readonly json: boolean;
}

/** Somebody's own service repository, and the two revisions between which a release is rehearsed. */
export interface OwnService {
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** Null for the Dockerfile's EXPOSE. */
  readonly port: number | null;
  readonly protocol: Protocol | null;
  readonly load: LoadSpec | null;
}

/**
 * Rehearses a scenario or a release of somebody's own service, and writes the report.
 * @returns the process's exit code: 0 when every expectation was met, 1 when not, 2 for input that is refused, 130
 *   when it was interrupted.
 */
export async function runRehearsal(options: RehearseOptions): Promise<number> {
  const interrupted = new AbortController();
  const onSignal = (): void => interrupted.abort(new Interrupted());
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const view = openView(options);
  let environment: Environment | undefined;
  try {
    const platform = await preparePlatform(options, view, interrupted.signal);
    const { scenario } = platform;
    environment = await startEnvironment({
      deployable: platform.deployable,
      name: platform.config.environment,
      speed: options.speed ?? scenario.speed,
      dataPlane: options.dataPlane,
      workDir: platform.workDir,
      cacheDir: platform.cacheDir,
      venv: join(packageRoot(), '.venv'),
      metricLatenessMillis: scenario.metric_lateness * 1000,
      secret: secretsOf(scenario),
      onProblem: (error) => view.line(`! ${oneLine(error instanceof Error ? error.message : String(error))}`),
      onLost: (error) => interrupted.abort(error),
    });
    const played = await playScenario({ environment, platform, view, signal: interrupted.signal });
    await environment.stop();
    return writeReport({ ...played, environment, platform, options, view });
  } catch (thrown) {
    view.close();
    // Whatever fails while everything is being ended, this is why it was.
    const error: unknown = interrupted.signal.aborted ? interrupted.signal.reason : thrown;
    if (error instanceof Interrupted) {
      process.stderr.write('interrupted: everything that was started has been ended\n');
      return 130;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return (error as { blame?: string }).blame === 'user' || (error as Error).name === 'RepositoryError'
      ? 2
      : 1;
  } finally {
    await environment?.stop();
    view.close();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    rmSync(join(options.outDir, 'work'), { recursive: true, force: true });
  }
}

/** Default speed of an interactive rehearsal: a rollout of a quarter of an hour takes a minute and a half. */
const PLAY_SPEED = 10;

/**
 * Keeps an environment up for a person until Ctrl-C.
 * @returns 0 when it was ended by the person, 1 when it could not be kept up, 2 for input that is refused.
 */
export async function runPlay(options: RehearseOptions & { readonly port: number | null }): Promise<number> {
  const ending = new AbortController();
  const onSignal = (): void => ending.abort(new Interrupted());
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    if (options.scenario === null) {
      throw new Error('an interactive rehearsal needs a scenario for its platform and users');
    }
    await play({
      ...options,
      scenario: options.scenario,
      speed: options.speed ?? PLAY_SPEED,
      signal: ending.signal,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    return 0;
  } catch (error) {
    if (ending.signal.aborted) {
      process.stderr.write('interrupted: everything that was started has been ended\n');
      return 130;
    }
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return (error as { blame?: string }).blame === 'user' ? 2 : 1;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
