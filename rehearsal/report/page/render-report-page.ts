import type { Report } from '../schema';
import { contentPolicy } from './content-policy';
import type { PageExtras } from './extras';
import { HATCH } from './frame';
import { html, jsonForScript, Markup } from './html';
import { callsSection, expectationsSection, header, overviewSection, usersSection } from './report-sections';
import { rolloutSection } from './rollout-section';
import { SCRIPT } from './script';
import { STYLE } from './theme';

/**
 * The report as one HTML page: nothing is loaded from anywhere, everything is readable without JavaScript, and no
 * data can become markup. The report itself is embedded as JSON in the element `report`.
 */
export function renderReportPage(report: Report, extras: PageExtras = {}): string {
  const verdict = report.passed ? 'passed' : 'failed';
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy({ style: STYLE, script: SCRIPT })}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${extras.title ?? report.scenario}: ${verdict} – ECS Canary rehearsal</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<svg class="defs" aria-hidden="true"><defs>${HATCH}</defs></svg>
<div class="frame">
${header(report, extras)}
<div id="tools"></div>
<main id="main">
${expectationsSection(report)}
${overviewSection(report, anchor)}
${usersSection(report, extras)}
${report.rollouts.length > 0 && html`<h2 class="between">Rollout by rollout</h2>`}
${report.rollouts.map((rollout, index) => rolloutSection(rollout, report, extras, anchor(index)))}
${callsSection(report)}
</main>
</div>
<script type="application/json" id="report">${jsonForScript(report)}</script>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

function anchor(index: number): string {
  return `rollout-${index + 1}`;
}
