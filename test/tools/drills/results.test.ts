import { renderDrillPage, renderDrillTable } from '../../../tools/drills/render';
import { type Figures, matchDrills, type TestResult } from '../../../tools/drills/results';

const CATALOGUE = [
  { id: 'D1', injects: 'a good release', mustBeSeen: 'a promotion' },
  { id: 'D10', injects: 'a version in use', mustBeSeen: 'its name' },
  { id: 'D15', injects: 'a second deploy', mustBeSeen: 'no change' },
];
const aTest = (title: string, passed = true): TestResult => ({
  title,
  fullName: `drills ${title}`,
  passed,
  millis: 1,
  failure: passed ? null : 'expected <b>2</b>',
});
const FIGURES: Figures = {
  test: 'drills is promoted (D1)',
  service: 'shop',
  outcome: 'Promoted',
  reason: null,
  weights: [0, 50, 100],
  checks: 3,
  seconds: 180,
};

describe('the drill matrix', () => {
  const drills = matchDrills(
    CATALOGUE,
    [aTest('is promoted (D1)'), aTest('is named (D10)', false)],
    [FIGURES],
  );

  it('takes each test for the drill that its title names, whole', () => {
    expect(drills.map(({ id, status, tests }) => [id, status, tests.length])).toEqual([
      ['D1', 'passed', 1],
      ['D10', 'failed', 1],
      ['D15', 'missing', 0],
    ]);
  });

  it('tells what was seen, on the page and in the terminal, and lets no text become markup', () => {
    const page = renderDrillPage(drills);
    expect(page).toContain('1 of 3 passed');
    expect(page).toContain('shop: Promoted · 0 → 50 → 100 % · 3 checks · 180 s');
    expect(page).toContain('expected &lt;b&gt;2&lt;/b&gt;');
    expect(renderDrillTable(drills)).toBe(
      '✓ D1   a good release\n       → Promoted\n✗ D10  a version in use\n? D15  a second deploy',
    );
  });
});
