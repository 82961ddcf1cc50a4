import { contentPolicy } from '../../rehearsal/report/page/content-policy';
import { html, Markup } from '../../rehearsal/report/page/html';
import { STYLE } from '../../rehearsal/report/page/theme';
import type { DrillResult, Figures } from './results';

const BADGES = { passed: 'good', failed: 'bad', missing: 'warn' } as const;
const OWN_STYLE = `${STYLE}
.drill p{margin:4px 0}
.drill ul{padding-left:20px}
`;

/** One line per rollout: what became of it, over which weights, in how much virtual time. */
export function describeFigures({ service, outcome, weights, checks, seconds, reason }: Figures): string {
  const path = weights.length === 0 ? 'no traffic' : `${weights.join(' → ')} %`;
  const time = seconds === null ? 'not ended' : `${seconds} s`;
  return `${service}: ${outcome} · ${path} · ${checks} checks · ${time}${reason === null ? '' : ` · ${reason}`}`;
}

/** The matrix as a page that loads nothing. */
export function renderDrillPage(drills: readonly DrillResult[]): string {
  const passed = drills.filter(({ status }) => status === 'passed').length;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy({ style: OWN_STYLE, script: '' })}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Drills: ${passed} of ${drills.length} passed – ECS Canary</title>
<style>${new Markup(OWN_STYLE)}</style>
</head>
<body>
<div class="frame">
<main>
<p class="eyebrow">ECS Canary</p>
<h1>Drills: ${passed} of ${drills.length} passed</h1>
<p class="quiet">Whole rehearsals on real processes and a real Envoy. Times are virtual; weights are those of the canary.</p>
${drills.map(drillSection)}
</main>
</div>
</body>
</html>
`.text;
}

function drillSection({ id, status, injects, mustBeSeen, tests }: DrillResult): Markup {
  return html`<section class="card drill">
<h2>${id} <span class="badge ${BADGES[status]}">${status}</span></h2>
<p><strong>Injects</strong> ${injects}</p>
<p><strong>Must be seen</strong> ${mustBeSeen}</p>
<ul>
${tests.map(
  ({ title, passed, failure, figures }) => html`<li>${passed ? '✓' : '✗'} ${title}
${figures.length > 0 && html`<ul>${figures.map((each) => html`<li class="quiet">${describeFigures(each)}</li>`)}</ul>`}
${failure !== null && html`<pre class="scroll">${failure}</pre>`}</li>
`,
)}
</ul>
</section>
`;
}

/** The matrix for the terminal. */
export function renderDrillTable(drills: readonly DrillResult[]): string {
  return drills
    .map(({ id, status, injects, tests }) => {
      const rollouts = tests.flatMap(({ figures }) => figures);
      const mark = { passed: '✓', failed: '✗', missing: '?' }[status];
      const outcomes = [...new Set(rollouts.map(({ outcome }) => outcome))].join(', ');
      return `${mark} ${id.padEnd(4)} ${injects}${outcomes === '' ? '' : `\n       → ${outcomes}`}`;
    })
    .join('\n');
}
