import { renderSummary } from '../../../rehearsal/view/summary';
import { columnsOf } from '../../../rehearsal/view/text';
import { aBadRollout, aReport, aRollout } from '../report/builders';

const OPTIONS = {
  wallSeconds: 112,
  stoodStillSeconds: 0,
  color: false,
  width: 100,
  reportFiles: ['out/rehearsal/report.html'],
};

describe('renderSummary', () => {
  it('tells the walkthrough in at most 60 lines', () => {
    const lines = renderSummary(aReport(), OPTIONS).split('\n');
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines[0]).toBe('PASSED  rehearsal of "walkthrough"');
    expect(lines[1]).toBe(
      '6 rollouts of 4 services through a real Envoy, in 1 min 52 s at 15 virtual seconds per second',
    );
  });

  it('tells a rollback: what broke, at which weight, how long until stable had everything', () => {
    const text = renderSummary(aReport({ rollouts: [aBadRollout()] }), OPTIONS);
    expect(text).toMatch(/yelb-appserver {2}9f8e7d6c → 77abcdef +↩ rolled back after 5 min\n/);
    expect(text).toContain(
      'because  success_rate >= 99 % broken: 0, for 2 minutes in a row, while the canary had 10 %',
    );
    expect(text).toContain('back     all requests at 9f8e7d6c again 1 s after the verdict');
    expect(text).toContain('10 % for 3 min 21 s');
  });

  it('tells a good rollout by its steps and verdicts', () => {
    const text = renderSummary(aReport(), OPTIONS);
    expect(text).toContain('10 → 100 % in 10 steps, each about 1 min; then 3 min 20 s at 100 %');
    expect(text).toContain('11 advance, 1 hold (no whole minute of metrics under traffic yet)');
  });

  it('says when the machine could not keep up, and what to do', () => {
    const text = renderSummary(aReport(), { ...OPTIONS, stoodStillSeconds: 20 });
    expect(text).toContain('This machine could not keep up: time stood still for 20 s of it');
    expect(text).toContain('try --speed 7');
    expect(renderSummary(aReport(), { ...OPTIONS, stoodStillSeconds: 2 })).not.toContain('could not keep up');
  });

  it('says which version failed requests', () => {
    expect(renderSummary(aReport(), OPTIONS)).toContain(
      'Users noticed  312 requests of 21,431 failed, all by yelb-appserver 77abcdef, rolled back',
    );
    const none = aReport({ traffic: { requests: 7, failed: 0, byVersion: {} } });
    expect(renderSummary(none, OPTIONS)).toContain('nothing: all 7 requests were answered');
  });

  it('names labels by service also where versions are told by their ids alone', () => {
    const traffic = {
      requests: 1,
      failed: 0,
      byVersion: { '77abcdef': { requests: 1, failed: 0, p50Millis: 1, p99Millis: 2 } },
    };
    expect(renderSummary(aReport({ traffic }), OPTIONS)).toContain('  yelb-appserver 77abcdef');
  });

  it('puts expectations that were not met first, whole', () => {
    const expectations = [
      { text: 'a', met: true, found: 'a' },
      { text: 'b '.repeat(80).trim(), met: false, found: 'the opposite' },
    ];
    const text = renderSummary(aReport({ passed: false, expectations }), OPTIONS);
    expect(text).toMatch(/^FAILED/);
    expect(text).toContain('1 of 2 met');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('b — found: the opposite ✓ a — a');
  });

  it('tells an end without any check by its reason', () => {
    const rejected = aRollout({ outcome: 'FailedNoChange', reason: 'exit code 1: no such module' });
    const text = renderSummary(aReport({ rollouts: [rejected] }), OPTIONS);
    expect(text).toContain('✗ failed, no traffic had moved');
    expect(text).toContain('because  exit code 1: no such module');
  });

  it('names calls that were denied', () => {
    const denied = [{ at: 'x', principal: 'Role', action: 'ecs:DeleteService', resources: ['arn'] }];
    const text = renderSummary(aReport({ calls: { total: 3, denied, byAction: {} } }), OPTIONS);
    expect(text).toContain('AWS calls  3, 1 denied by the role policies\n  ✗ Role: ecs:DeleteService on arn');
  });

  it('fits narrow terminals but for commands, which are to be copied', () => {
    const text = renderSummary(aReport(), { ...OPTIONS, width: 60 });
    const prose = text.slice(0, text.indexOf('Try next')).split('\n');
    expect(Math.max(...prose.map(columnsOf))).toBeLessThanOrEqual(60);
  });

  it('uses colours only when asked to', () => {
    expect(renderSummary(aReport(), OPTIONS)).not.toContain('\u001b');
    expect(renderSummary(aReport(), { ...OPTIONS, color: true })).toContain('\u001b[32mPASSED');
  });
});
