import type { FunctionName } from '../../../core/config/function-environment';
import { CanaryError } from '../../../core/errors';
import type { ManualClock } from '../../../rehearsal/clock/manual-clock';
import type { Answers } from './answers';
import type { Kind } from './disturbance';
import { died, type Invocation } from './invocation';
import { NEVER_THROW, type PortName } from './verbs';

/** Seconds after which an SDK client gives a call up, its own retries included. */
export const CLIENT_PATIENCE = 9;
const THROTTLE_SECONDS = 10;
const OUTAGE_SECONDS = 600;

/** A call that may meet a fault. */
export interface Call {
  readonly invocation: Invocation;
  readonly port: PortName;
  readonly verb: string;
  /** Names the read of which an earlier answer may be given. */
  readonly key: string;
  readonly effect: () => Promise<unknown>;
}

/** A fault that lasts. */
interface Standing {
  readonly kind: Kind;
  readonly until: number;
  hits(call: { readonly port: PortName; readonly verb: string; readonly by: FunctionName }): boolean;
}

/** What goes wrong with calls: at one of them, or for a while. */
export class Faults {
  private standing: Standing[] = [];

  constructor(
    private readonly clock: Pick<ManualClock, 'now' | 'sleep'>,
    private readonly answers: Answers,
  ) {}

  /** Ends what lasts. */
  mend(): void {
    this.standing = [];
  }

  /** Makes a call that meets a fault, its own or one that lasts. */
  async meet(call: Call, own: Kind | undefined): Promise<unknown> {
    const { invocation, port, verb, key, effect } = call;
    const fault = own ?? this.standingAt(call);
    switch (fault) {
      case undefined:
        return effect();
      case 'throttled':
        this.last(fault, THROTTLE_SECONDS, (other) => other.verb === verb);
        return failing(verb, 'AwsThrottled', 'was throttled');
      case 'outage':
        this.last(fault, OUTAGE_SECONDS, (other) => other.port === port);
        return failing(verb, 'AwsCallFailed', 'met an outage');
      case 'forbidden': {
        const isSame: Standing['hits'] = (other) => other.verb === verb && other.by === invocation.name;
        this.last(fault, Number.POSITIVE_INFINITY, isSame);
        return failing(verb, 'AwsCallRefused', 'is not allowed');
      }
      case 'denied':
        return failing(verb, 'AwsCallRefused', 'was denied');
      case 'timeout-before':
        await this.wait();
        return failing(verb, 'AwsCallFailed', 'timed out');
      case 'timeout-after':
        await effect();
        await this.wait();
        return failing(verb, 'AwsCallFailed', 'timed out');
      case 'lost':
        return undefined;
      case 'late':
        await this.wait();
        return effect();
      case 'stale':
        return verb === 'verifySplit' ? 'pending' : this.answers.earlier(key);
      case 'kill-after':
        await effect();
        return invocation.kill(died());
      default:
        return failing(verb, 'AwsCallFailed', 'failed');
    }
  }

  private wait(): Promise<void> {
    return this.clock.sleep(CLIENT_PATIENCE * 1000);
  }

  private last(kind: Kind, seconds: number, hits: Standing['hits']): void {
    const now = this.clock.now();
    if (!this.standing.some((each) => each.kind === kind && each.until > now)) {
      this.standing.push({ kind, until: now + seconds * 1000, hits });
    }
  }

  private standingAt({ invocation, port, verb }: Call): Kind | undefined {
    const now = this.clock.now();
    const call = { port, verb, by: invocation.name };
    return this.standing.find((each) => each.until > now && each.hits(call))?.kind;
  }
}

async function failing(
  verb: string,
  code: 'AwsThrottled' | 'AwsCallFailed' | 'AwsCallRefused',
  how: string,
): Promise<unknown> {
  if (verb in NEVER_THROW) {
    return NEVER_THROW[verb];
  }
  throw new CanaryError(code, `${verb} ${how}, as it was told to`, { verb });
}
