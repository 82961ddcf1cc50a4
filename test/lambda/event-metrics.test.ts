import type { RolloutEvent } from '../../core/events';
import { metricLines } from '../../lambda/shared/event-metrics';

const about = {
  at: '2026-11-21T10:00:00.000Z',
  environment: 'demo',
  service: 'web',
  rollout: 'r1',
  version: 'bbbbbbbb',
} as const;

function valuesOf(event: RolloutEvent): readonly Readonly<Record<string, unknown>>[] {
  return metricLines(event).map(({ _aws, ...values }) => values);
}

describe('metricLines', () => {
  it('gives each version its weight when traffic was shifted, and says that it moved', () => {
    const weights = { aaaaaaaa: 90, bbbbbbbb: 10 };

    expect(valuesOf({ ...about, type: 'TrafficShifted', weights, reason: 'step' })).toEqual([
      { Environment: 'demo', Service: 'web', Version: 'aaaaaaaa', Weight: 90 },
      { Environment: 'demo', Service: 'web', Version: 'bbbbbbbb', Weight: 10 },
      { Environment: 'demo', Service: 'web', RolloutHeld: 0 },
    ]);
  });

  it('counts a check that held', () => {
    expect(valuesOf({ ...about, type: 'StepHeld', reason: 'thin data' })).toEqual([
      { Environment: 'demo', Service: 'web', RolloutHeld: 1 },
    ]);
  });

  it('counts a rollout that ended by its outcome, and ends its holding', () => {
    const end = { type: 'RolloutCompleted', outcome: 'RolledBack', reason: 'worse', leftovers: [] } as const;

    expect(valuesOf({ ...about, ...end })).toEqual([
      { Environment: 'demo', Service: 'web', Outcome: 'RolledBack', RolloutCompleted: 1 },
      { Environment: 'demo', Service: 'web', RolloutHeld: 0 },
    ]);
  });

  it('says nothing in numbers of other events', () => {
    expect(metricLines({ ...about, type: 'RolloutStarted', stable: null })).toEqual([]);
  });

  it('writes what CloudWatch makes a metric of: time, namespace, dimensions and the names of the members', () => {
    expect(metricLines({ ...about, type: 'StepHeld', reason: 'thin data' })[0]?._aws).toEqual({
      Timestamp: Date.parse(about.at),
      CloudWatchMetrics: [
        {
          Namespace: 'ECSCanary',
          Dimensions: [['Environment', 'Service']],
          Metrics: [{ Name: 'RolloutHeld' }],
        },
      ],
    });
  });
});
