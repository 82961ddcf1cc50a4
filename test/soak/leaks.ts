import type { Sample } from './sample';

/** What may grow, and by how much. */
interface Allowance {
  readonly member: keyof Sample;
  /** In all. */
  readonly atMost: number;
  /** For each rollout in between, besides. */
  readonly perRollout?: number;
  readonly why: string;
}

const NOTHING = 'what served nobody was removed';

/** Every allowance has its reason; what is not named here is not looked at. */
export const ALLOWANCES: readonly Allowance[] = [
  { member: 'processes', atMost: 2, why: 'a function environment more or less is kept warm' },
  { member: 'fileHandles', atMost: 20, why: 'tasks and builds that still end have pipes' },
  { member: 'sockets', atMost: 80, why: 'connections that were used within two minutes are kept alive' },
  { member: 'virtualNodes', atMost: 0, why: NOTHING },
  { member: 'ecsServices', atMost: 0, why: NOTHING },
  { member: 'cloudMapServices', atMost: 0, why: NOTHING },
  { member: 'taskDefinitions', atMost: 0, why: NOTHING },
  {
    member: 'tableItems',
    atMost: 0,
    perRollout: 40,
    why: 'the record of every rollout, its splits and checks is kept',
  },
  {
    member: 'heapMegabytes',
    atMost: 20,
    perRollout: 0.2,
    why: 'the emulated AWS keeps what AWS keeps: items, executions, task definitions, logs, metrics',
  },
  {
    member: 'megabytes',
    atMost: 100,
    perRollout: 0.5,
    why: 'V8 takes up to twice what lives, and code of functions is compiled as it gets used',
  },
  { member: 'files', atMost: 100, perRollout: 60, why: 'the repositories keep every commit' },
];

/**
 * What grew by more than it may, in words. The lowest sample of the first half is compared with the lowest of the
 * second: what leaks never comes down again, and what comes and goes does.
 */
export function leaksIn(samples: readonly Sample[]): readonly string[] {
  const middle = Math.floor(samples.length / 2);
  const [early, late] = [samples.slice(0, middle), samples.slice(middle)];
  const rollouts = (late[0]?.rollouts ?? 0) - (early[0]?.rollouts ?? 0);
  return ALLOWANCES.flatMap(({ member, atMost, perRollout = 0, why }) => {
    const lowest = (half: readonly Sample[]): number => Math.min(...half.map((sample) => sample[member]));
    const allowed = atMost + perRollout * rollouts;
    const grown = lowest(late) - lowest(early);
    return grown <= allowed
      ? []
      : [
          `${member} grew by ${grown.toFixed(1)} over ${rollouts} rollouts; allowed: ${allowed.toFixed(1)} (${why})`,
        ];
  });
}
