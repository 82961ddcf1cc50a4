import { renderReportPage } from '../../../../rehearsal/report/page/render-report-page';
import { reportSchema } from '../../../../rehearsal/report/schema';
import {
  aBadRollout,
  aFirstRelease,
  aGoodRollout,
  aReport,
  aRollout,
  at,
  node,
  someTraffic,
} from '../builders';
import { problemsOf } from './check-html';

const EVIL = `</script><script>alert(1)</script>"'><img src=x onerror=alert(2)>&amp;<!--`;

function states() {
  return [
    { rollout: 'yelb-appserver-1', state: 'CreateVersion', from: at(0), to: at(40) },
    { rollout: 'yelb-appserver-1', state: 'ShiftTraffic', from: at(40), to: at(40) },
    { rollout: 'yelb-appserver-1', state: 'WaitForTraffic', from: at(40), to: at(100) },
  ];
}

describe('renderReportPage', () => {
  it('renders the walkthrough as valid markup', () => {
    const report = aReport();
    expect(reportSchema.safeParse(report).success).toBe(true);
    const page = renderReportPage(report, { traffic: someTraffic(), states: states() });
    expect(problemsOf(page)).toEqual([]);
  });

  it('says whether it passed, what ran, and how each rollout ended', () => {
    const page = renderReportPage(aReport(), { dataPlaneWhy: 'Envoy 1.40.0 from .venv' });
    expect(page).toContain('<title>walkthrough: passed – ECS Canary rehearsal</title>');
    expect(page).toContain('Envoy 1.40.0 from .venv');
    expect(page).toContain('15×');
    expect(page).toContain('rolled back</span>');
    expect(renderReportPage(aReport({ passed: false }))).toContain('</span> failed</span>');
  });

  it('tells of a rollback which limit broke, at which weight, and how long it took to undo', () => {
    const page = renderReportPage(aReport({ rollouts: [aBadRollout()] }));
    expect(page).toContain('success_rate &gt;= 99 % broken: 0, for 2 minutes in a row');
    expect(page).toContain('while the canary had 10 % of the requests');
    expect(page).toContain('All requests were back at 9f8e7d6c 1 s after the verdict.');
  });

  it('draws the split with a mark for each check, once for desks and once for phones', () => {
    const page = renderReportPage(aReport({ rollouts: [aGoodRollout()] }));
    const wide = /<svg class="chart wide"[\s\S]*?<\/svg>/.exec(page)?.[0] ?? '';
    expect(wide.match(/class="verdict /g)).toHaveLength(12);
    expect(wide).toContain('virtual minutes since the rollout began');
    expect(page).toContain('<svg class="chart narrow"');
    expect(wide).toContain('minute 1.0 to 2.0: canary 10 %, stable 90 %');
  });

  it('shows the evidence of each check', () => {
    const page = renderReportPage(aReport({ rollouts: [aBadRollout()] }));
    expect(page).toContain('class="result broken">broken</td>');
    expect(page).toContain('callers’ proxies');
    expect(page).toContain('class="result unknown">unknown</td>');
  });

  it('shows traffic, faults and states where they are given', () => {
    const faults = [{ at: at(1000), text: 'one task of the canary was killed' }];
    const page = renderReportPage(aReport(), { traffic: someTraffic(), states: states(), faults });
    expect(page).toContain('Requests to yelb-appserver over time');
    expect(page).toContain('one task of the canary was killed');
    expect(page).toContain('States of the state machine over time');
    expect(renderReportPage(aReport())).not.toContain('States of the state machine');
  });

  it('takes traffic by version id as well as by virtual node', () => {
    const traffic = someTraffic().map((point) => ({
      ...point,
      byVersion: Object.fromEntries(
        Object.entries(point.byVersion).map(([name, count]) => [name.split('-').at(-1) ?? name, count]),
      ),
    }));
    const page = renderReportPage(aReport({ rollouts: [aGoodRollout()] }), { traffic });
    expect(page).toContain('Requests to yelb-appserver over time');
  });

  it('lists what the role policies denied', () => {
    const denied = [
      { at: at(5), principal: 'ShiftTrafficRole', action: 'appmesh:UpdateRoute', resources: ['arn:aws:x'] },
    ];
    const page = renderReportPage(aReport({ calls: { total: 9, denied, byAction: {} } }));
    expect(page).toContain('denied 1 call of 9');
    expect(page).toContain('<code>appmesh:UpdateRoute</code>');
  });

  it('puts what was not met first', () => {
    const expectations = [
      { text: 'first', met: true, found: '' },
      { text: 'second', met: false, found: 'something else' },
    ];
    const page = renderReportPage(aReport({ expectations }));
    expect(page.indexOf('second')).toBeLessThan(page.indexOf('first<'));
  });

  it('lets no hostile text become markup or end the embedded JSON', () => {
    const rollout = aRollout({
      id: EVIL,
      service: EVIL,
      version: EVIL,
      stable: EVIL,
      reason: EVIL,
      splits: [{ at: at(10), weights: { [EVIL]: 100 } }],
      checks: [
        {
          at: at(20),
          verdict: 'roll_back',
          reason: EVIL,
          evidence: [{ check: EVIL, result: 'broken', source: EVIL, from: EVIL, to: EVIL }],
        },
      ],
    });
    const denied = [{ at: EVIL, principal: EVIL, action: EVIL, resources: [EVIL] }];
    const report = aReport({
      scenario: EVIL,
      rollouts: [rollout],
      traffic: {
        requests: 1,
        failed: 1,
        byVersion: { [EVIL]: { requests: 1, failed: 1, p50Millis: 1, p99Millis: 1 } },
      },
      calls: { total: 1, denied, byAction: { [EVIL]: 1 } },
      expectations: [{ text: EVIL, met: false, found: EVIL }],
    });
    const page = renderReportPage(report, {
      title: EVIL,
      dataPlaneWhy: EVIL,
      traffic: [{ at: at(15), requests: 1, failed: 1, byVersion: { [EVIL]: 1 } }],
      states: [{ rollout: EVIL, state: EVIL, from: at(0), to: at(10) }],
      faults: [{ at: at(12), text: EVIL }],
    });
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<!--');
    expect(problemsOf(page)).toEqual([]);
    const embedded =
      /<script type="application\/json" id="report">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(JSON.parse(embedded)).toEqual(report);
  });

  it('loads nothing, and allows only its own style and script by their hashes', () => {
    const page = renderReportPage(aReport());
    expect(page).toMatch(
      /Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/,
    );
    expect(page).not.toMatch(/\s(?:src|style|on\w+)="/);
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
  });

  it('is small without data', () => {
    const empty = aReport({ rollouts: [], expectations: [] });
    expect(Buffer.byteLength(renderReportPage(empty))).toBeLessThan(150_000);
  });

  it('renders a report in which nothing happened', () => {
    const page = renderReportPage(
      aReport({
        rollouts: [aRollout({ version: '', stable: null, outcome: 'Rejected', endedAt: null })],
        traffic: { requests: 0, failed: 0, byVersion: {} },
        calls: { total: 0, denied: [], byAction: {} },
        expectations: [],
      }),
      { traffic: [], states: [], faults: [] },
    );
    expect(problemsOf(page)).toEqual([]);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('draws no coordinate that is not a number from odd times and counts', () => {
    const page = renderReportPage(
      aReport({ rollouts: [aFirstRelease('yelb-ui', { splits: [{ at: 'never', weights: { x: 3 } }] })] }),
      {
        traffic: [
          { at: at(-390), requests: 0, failed: 0, byVersion: {} },
          { at: 'soon', requests: 5, failed: 0, byVersion: { [node('1a2b3c4d', 'yelb-ui')]: 5 } },
        ],
        states: [{ rollout: 'yelb-ui-0', state: 'Unknown', from: 'then', to: 'now' }],
        faults: [{ at: 'x', text: 'odd' }],
      },
    );
    expect(page.replace(/<script[\s\S]*$/, '')).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('adds neighbours up when there are more points than a screen can tell apart', () => {
    const traffic = Array.from({ length: 4000 }, (_, i) => ({
      at: at(i / 5),
      requests: 10,
      failed: 0,
      byVersion: { [node('9f8e7d6c')]: 10 },
    }));
    const page = renderReportPage(aReport({ rollouts: [aGoodRollout()] }), { traffic });
    expect(page.length).toBeLessThan(200_000);
  });
});
