import type { Address, HealthProbe, Target, WeightedNode } from '../plan/model';
import { probe } from './probe';

/** Below this share of healthy endpoints, all get traffic. */
const PANIC_SHARE = 0.5;
const MIN_INTERVAL_MILLIS = 100;

class Endpoint {
  healthy: boolean;
  private streak = 0;
  private timer: NodeJS.Timeout | undefined;
  private ended = false;
  /** Settles with the first check's end. */
  readonly checked: Promise<void>;

  constructor(
    readonly address: Address,
    check: HealthProbe | undefined,
    private readonly speed: number,
  ) {
    this.healthy = check === undefined;
    this.checked = check === undefined ? Promise.resolve() : this.check(check, true);
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
  }

  private async check(rule: HealthProbe, first: boolean): Promise<void> {
    const good = await probe(this.address, rule);
    if (this.ended) return;
    this.streak = good === this.healthy ? 0 : this.streak + 1;
    const needed = first ? 1 : good ? rule.healthyThreshold : rule.unhealthyThreshold;
    if (this.streak >= needed) {
      this.healthy = good;
      this.streak = 0;
    }
    const interval = Math.max(MIN_INTERVAL_MILLIS, rule.intervalMillis / this.speed);
    this.timer = setTimeout(() => void this.check(rule, false), interval);
    this.timer.unref();
  }
}

function keyOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** The endpoints of one version as one caller sees them. */
export class TargetPool {
  private endpoints = new Map<string, Endpoint>();
  private next = 0;
  private probeText = '';

  /** Takes over a target's endpoints and check; resolves after the first check of each new endpoint. */
  async update(target: Target, speed: number): Promise<void> {
    const probeText = JSON.stringify(target.healthProbe);
    const kept = probeText === this.probeText ? this.endpoints : new Map<string, Endpoint>();
    this.probeText = probeText;
    const next = new Map(
      target.endpoints.map((address) => {
        const key = keyOf(address);
        return [key, kept.get(key) ?? new Endpoint(address, target.healthProbe, speed)];
      }),
    );
    const before = this.endpoints;
    const fresh = [...next.values()].filter((one) => ![...before.values()].includes(one));
    await Promise.all(fresh.map((one) => one.checked));
    this.endpoints = next;
    for (const one of before.values()) if (next.get(keyOf(one.address)) !== one) one.end();
  }

  /** The next endpoint in turn, avoiding `avoid` where there is another; undefined when there is none. */
  pick(avoid: ReadonlySet<Address> = new Set()): Address | undefined {
    const all = [...this.endpoints.values()];
    const healthy = all.filter((one) => one.healthy);
    const usable = healthy.length < PANIC_SHARE * all.length ? all : healthy;
    const other = usable.filter((one) => !avoid.has(one.address));
    const from = other.length > 0 ? other : usable;
    this.next += 1;
    return from[this.next % Math.max(1, from.length)]?.address;
  }

  /** Ends all checks. */
  end(): void {
    for (const one of this.endpoints.values()) one.end();
  }
}

/** Chooses a version by weight; undefined when all weights are 0. */
export function chooseNode(targets: readonly WeightedNode[], random: () => number): string | undefined {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const { node, weight } of targets) {
    if (weight > 0 && left < weight) return node;
    left -= weight;
  }
  return undefined;
}
