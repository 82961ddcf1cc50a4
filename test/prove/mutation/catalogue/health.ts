import type { Check, Mutation } from '../mutation';
import { CANARIES, exploredIn, FIRST } from './scenarios';

const DECIDE = 'core/rollout/decide.ts';
const EVALUATE = 'core/rollout/evaluate-health.ts';
const JUDGE = 'core/health/threshold-judge.ts';
const OTHER = 'core/health/other-checks.ts';

const judged: Check = {
  kind: 'tests',
  files: ['test/core/threshold-judge.test.ts'],
  why: 'alarms of the developer’s own are read, not made, by a rollout: the judge’s tests play every state of them',
};

/** Rules 5 and 6: when a check is made, and what it may be based on. */
export const HEALTH: readonly Mutation[] = [
  {
    id: 'hold-taken-for-advance',
    rule: '4.6',
    without: 'a verdict that says hold is followed by a step',
    edits: [
      {
        file: DECIDE,
        find: "return judgement.verdict === 'advance' ? advance(input) : hold(input);",
        replace: 'return Math.abs(0) === 0 ? advance(input) : hold(input);',
      },
    ],
    noticedBy: exploredIn(['silent']),
  },
  {
    id: 'verdict-overruled',
    rule: '4.6',
    without: 'a verdict that says roll back is treated as hold',
    edits: [
      {
        file: DECIDE,
        find: "if (judgement.verdict === 'roll_back') {",
        replace: "if (judgement.reason === '') {",
      },
    ],
    noticedBy: exploredIn(CANARIES),
  },
  {
    id: 'steps-without-waiting',
    rule: '4.6',
    without: 'a step is taken before wait_time has passed',
    edits: [{ file: DECIDE, find: ': record.deploy.wait_time;', replace: ': 0;' }],
    noticedBy: exploredIn(['watched']),
  },
  {
    id: 'first-minute-from-the-decision',
    rule: '5',
    without: 'the first whole minute of a canary may begin before its first step is in force',
    edits: [
      {
        file: EVALUATE,
        find: 'record.trafficSince ?? record.firstShiftAt',
        replace: 'record.firstShiftAt',
      },
    ],
    noticedBy: {
      kind: 'tests',
      files: ['test/core/first-minute.test.ts'],
      only: 'not when it was decided',
      why: 'it takes a write that lasts over the end of a minute',
    },
  },
  {
    id: 'no-bake',
    rule: '4.6',
    without: 'a canary is promoted before bake_time has passed',
    edits: [
      {
        file: DECIDE,
        find: 'const length = bakes ? record.deploy.bake_time',
        replace: 'const length = bakes ? 0',
      },
    ],
    noticedBy: exploredIn(['watched']),
  },
  {
    id: 'checks-once-per-step',
    rule: '4.6',
    without: 'checks are made once per step, and not every health.interval',
    edits: [
      {
        file: 'core/rollout/shift-traffic.ts',
        find: 'Math.min(record.deploy.health.interval, record.deploy.wait_time)',
        replace: 'record.deploy.wait_time',
      },
      {
        file: DECIDE,
        find: 'Math.max(1, Math.min(input.record.deploy.health.interval, due))',
        replace: 'Math.max(1, due)',
      },
    ],
    noticedBy: exploredIn(['watched']),
  },
  {
    id: 'bake-not-judged',
    rule: '4.6',
    without: 'a canary that has all traffic is no longer rolled back',
    edits: [
      {
        file: DECIDE,
        find: "if (judgement.verdict === 'roll_back') {",
        replace: "if (judgement.verdict === 'roll_back' && input.weight < 100) {",
      },
    ],
    noticedBy: exploredIn(['blue-green-bad']),
  },
  {
    id: 'bake-on-old-data',
    rule: '4.6',
    without: 'a canary is promoted on a minute from before it had all traffic',
    edits: [
      { file: EVALUATE, find: 'const isFresh = isBaking || record', replace: 'const isFresh = record' },
    ],
    noticedBy: exploredIn(['watched']),
  },
  {
    id: 'first-release-not-judged',
    rule: '4.6',
    without: 'a first release is promoted whatever its callers see',
    edits: [
      {
        file: EVALUATE,
        find: 'judgeTasks(context, tasks) ?? (await judgeMetrics(',
        replace:
          "judgeTasks(context, tasks) ?? (record.stable === null ? { verdict: 'advance' as const, reason: 'first', evidence: [] } : await judgeMetrics(",
      },
    ],
    noticedBy: exploredIn(FIRST),
  },
  {
    id: 'promoted-with-less-than-all',
    rule: '4.6',
    without: 'a step to 100 is followed by the promotion, without a check',
    edits: [
      {
        file: 'state-machine/rollout.asl.json',
        state: 'WasTrafficShifted',
        find: '"Next": "WaitForTraffic"',
        replace: '"Next": "PromoteVersion"',
      },
    ],
    noticedBy: exploredIn(['blue-green', 'blue-green-bad']),
  },
  {
    id: 'failing-tasks-ignored',
    rule: '5',
    without: 'tasks that die under traffic do not roll back',
    edits: [
      {
        file: EVALUATE,
        find: 'if (failure === undefined && !tasks.gaveUp) {',
        replace: "if (failure?.reason !== '') {",
      },
    ],
    noticedBy: exploredIn(['dies']),
  },
  {
    id: 'unreadable-metrics-pass',
    rule: '5',
    without: 'metrics that cannot be read count as good ones',
    edits: [
      {
        file: EVALUATE,
        find: "verdict: isOver ? health.on_no_data : 'hold',",
        replace: "verdict: isOver ? health.on_no_data : 'advance',",
      },
    ],
    noticedBy: exploredIn(['canary-bad', 'canary'], ['observe#']),
  },
  {
    id: 'no-data-passes',
    rule: '5',
    without: 'no data counts as good data',
    edits: [
      {
        file: JUDGE,
        find: "    verdict: 'hold',\n    missingData: true,\n    reason: 'no whole minute of metrics under traffic yet',",
        replace:
          "    verdict: 'advance',\n    missingData: true,\n    reason: 'no whole minute of metrics under traffic yet',",
      },
    ],
    noticedBy: exploredIn(['silent']),
  },
  {
    id: 'no-data-deadline-ignored',
    rule: '5',
    without: 'a canary without data is held for as long as it pleases',
    edits: [
      {
        file: JUDGE,
        find: 'return waited >= input.health.no_data_deadline ? noData(input, waited, evidence) : notYet(evidence);',
        replace: 'return waited < 0 ? noData(input, waited, evidence) : notYet(evidence);',
      },
    ],
    noticedBy: exploredIn(['silent']),
  },
  {
    id: 'old-data-deadline-ignored',
    rule: '5',
    without: 'a canary whose data has stopped coming is held for as long as it pleases',
    edits: [
      { file: JUDGE, find: 'if (age >= input.health.no_data_deadline) {', replace: 'if (age < 0) {' },
      {
        file: EVALUATE,
        find: '    health.no_data_deadline,\n    ...health.checks',
        replace: '    86_400,\n    ...health.checks',
      },
    ],
    noticedBy: exploredIn(['falls-silent']),
  },
  {
    id: 'thin-data-passes',
    rule: '5',
    without: 'a minute with fewer than min_requests is judged',
    edits: [
      {
        file: JUDGE,
        find: 'usable.filter((period) => period.requests >= needed)',
        replace: 'usable.filter((period) => period.requests >= Math.min(1, needed))',
      },
    ],
    noticedBy: exploredIn(['thin']),
  },
  {
    id: 'partial-minute-used',
    rule: '5',
    without: 'a minute that has not ended yet is judged',
    edits: [
      { file: JUDGE, find: '          observationEnd(o) <= input.now &&\n', replace: '' },
      {
        file: EVALUATE,
        find: 'to: new Date(periodStart(now)).toISOString(),',
        replace: 'to: new Date(periodStart(now) + 60_000).toISOString(),',
      },
    ],
    noticedBy: exploredIn(['flaky']),
  },
  {
    id: 'minute-before-traffic-used',
    rule: '5',
    without: 'a minute that began before the canary had traffic is judged',
    edits: [
      { file: JUDGE, find: '          Date.parse(o.start) >= input.underTrafficSince &&\n', replace: '' },
    ],
    noticedBy: exploredIn(['canary', 'watched']),
  },
  {
    id: 'old-data-used',
    rule: '5',
    without: 'a minute older than max_data_age is judged',
    edits: [{ file: JUDGE, find: 'if (age > input.health.max_data_age) {', replace: 'if (age < 0) {' }],
    noticedBy: exploredIn(['falls-silent']),
  },
  {
    id: 'fresh-data-not-demanded',
    rule: '5',
    without: 'fresh_data_per_step and the bake take a minute from before the last shift',
    edits: [
      {
        file: JUDGE,
        find: 'Date.parse(last.start) < input.freshSince',
        replace: 'Date.parse(last.start) < 0',
      },
    ],
    noticedBy: exploredIn(['watched']),
  },
  {
    id: 'broken-minutes-forgiven',
    rule: '5',
    without: 'no number of broken minutes in a row rolls back',
    edits: [
      {
        file: JUDGE,
        find: 'if (brokenInARow >= health.failed_checks) {',
        replace: 'if (brokenInARow < 0) {',
      },
    ],
    noticedBy: exploredIn(['canary-bad']),
  },
  {
    id: 'one-broken-minute-rolls-back',
    rule: '5',
    without: 'one broken minute rolls back, however many in a row are demanded',
    edits: [
      {
        file: JUDGE,
        find: 'if (brokenInARow >= health.failed_checks) {',
        replace: 'if (brokenInARow >= 1) {',
      },
    ],
    noticedBy: exploredIn(['flaky']),
  },
  {
    id: 'broken-minute-passes',
    rule: '5',
    without: 'a step is taken although the newest minute broke a limit',
    edits: [{ file: JUDGE, find: 'if (brokenInARow > 0) {', replace: 'if (brokenInARow < 0) {' }],
    noticedBy: exploredIn(['flaky']),
  },
  {
    id: 'unmeasured-latency-passes',
    rule: '5',
    without: 'a limit that could not be measured counts as kept',
    edits: [
      {
        file: JUDGE,
        find: "newest.find((evidence) => evidence.result === 'unknown')",
        replace: "newest.find((evidence) => evidence.check === '')",
      },
    ],
    noticedBy: exploredIn(['unmeasured']),
  },
  {
    id: 'alarm-ignored',
    rule: '5',
    without: 'an alarm in ALARM does not roll back',
    edits: [{ file: OTHER, find: "  if (state === 'alarm') {", replace: '  if (state === undefined) {' }],
    noticedBy: judged,
  },
  {
    id: 'missing-alarm-passes',
    rule: '5',
    without: 'an alarm that does not exist counts as OK',
    edits: [{ file: OTHER, find: "  if (state === 'ok') {", replace: "  if (state !== 'alarm') {" }],
    noticedBy: judged,
  },
];
