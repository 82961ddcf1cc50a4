import { endOf, versionRows } from '../../view/story';
import { clockText, counted, countText, durationText } from '../../view/words';
import type { Report } from '../schema';
import type { PageExtras } from './extras';
import type { Period } from './frame';
import { html, type Insert, type Markup } from './html';
import { outcomeBadge } from './rollout-section';
import { allTraffic } from './traffic-chart';
import { versionTable } from './version-table';

/** The head of the page: passed or failed, and what ran. */
export function header(report: Report, extras: PageExtras): Markup {
  const met = report.expectations.filter((expectation) => expectation.met).length;
  const proxy = report.dataPlane === 'envoy' ? 'Envoy' : 'embedded proxy';
  const facts: readonly (readonly [string, string])[] = [
    ['Expectations met', `${met} of ${report.expectations.length}`],
    ['Rollouts', countText(report.rollouts.length)],
    ['Users’ requests', countText(report.traffic.requests)],
    ['Failed', countText(report.traffic.failed)],
    ['AWS calls denied', `${countText(report.calls.denied.length)} of ${countText(report.calls.total)}`],
    ['Data plane', proxy],
    ['Speed', `${report.speed}×`],
  ];
  const badge = report.passed
    ? html`<span class="badge good"><span aria-hidden="true">✓</span> passed</span>`
    : html`<span class="badge bad"><span aria-hidden="true">✗</span> failed</span>`;
  return html`<header><p class="eyebrow">ECS Canary rehearsal</p><h1>${extras.title ?? report.scenario} ${badge}</h1>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${extras.dataPlaneWhy !== undefined && html`<p class="quiet">Data plane: ${extras.dataPlaneWhy}</p>`}
<p class="quiet">All times are virtual, UTC: ${report.speed} virtual seconds passed in one second on the wall. Latencies are real.</p></header>`;
}

/** What was expected, and what was found; what was not met comes first. */
export function expectationsSection(report: Report): Insert {
  const sorted = [...report.expectations].sort((a, b) => Number(a.met) - Number(b.met));
  if (sorted.length === 0) {
    return null;
  }
  return html`<section class="card" aria-labelledby="expectations"><h2 id="expectations">Expectations</h2><ul class="expectations">${sorted.map(
    ({ text, met, found }) =>
      html`<li class="${met ? 'good' : 'bad'}"><span class="mark" aria-hidden="true">${met ? '✓' : '✗'}</span><div><span class="hidden">${met ? 'Met: ' : 'Not met: '}</span>${text}${found !== '' && html` <span class="found">found: ${found}</span>`}</div></li>`,
  )}</ul></section>`;
}

/** All rollouts at a glance; each leads to its own section. */
export function overviewSection(report: Report, anchor: (index: number) => string): Insert {
  const rows = report.rollouts.map(
    (rollout, index) =>
      html`<tr><td class="began">${clockText(rollout.startedAt)}</td><th scope="row"><a href="#${anchor(index)}">${rollout.service}</a></th><td>${rollout.stable ?? 'first release'} → ${rollout.version || 'new version'}</td><td>${outcomeBadge(rollout.outcome)}</td><td class="number took">${durationText(endOf(rollout) - Date.parse(rollout.startedAt))}</td></tr>`,
  );
  return html`<section class="card" aria-labelledby="overview"><h2 id="overview">Rollouts</h2>${
    rows.length === 0
      ? html`<p class="quiet">No rollout was started.</p>`
      : html`<div class="scroll" tabindex="0" role="region" aria-label="All rollouts"><table><thead><tr><th scope="col" class="began">Began</th><th scope="col">Service</th><th scope="col">Versions</th><th scope="col">Outcome</th><th scope="col" class="number took">Took</th></tr></thead><tbody>${rows}</tbody></table></div>`
  }</section>`;
}

/** What users noticed over the whole rehearsal, with the faults that were put in the way. */
export function usersSection(report: Report, extras: PageExtras): Markup {
  const { requests, failed } = report.traffic;
  const told =
    failed === 0
      ? `All ${counted(requests, 'request')} were answered.`
      : `${countText(failed)} of ${counted(requests, 'request')} failed.`;
  const faults = extras.faults ?? [];
  return html`<section class="card" aria-labelledby="users"><h2 id="users">What users noticed</h2><p>${told}</p>
${allTraffic(wholePeriod(report, extras), extras)}
${faults.length > 0 && html`<h3>Faults put in the way</h3><ul>${faults.map(({ at, text }) => html`<li><span class="when">${clockText(at)}</span> ${text}</li>`)}</ul>`}
${versionTable(versionRows(report))}</section>`;
}

function wholePeriod(report: Report, extras: PageExtras): Period {
  const moments = [
    ...report.rollouts.flatMap((rollout) => [Date.parse(rollout.startedAt), endOf(rollout)]),
    ...(extras.traffic ?? []).map((point) => Date.parse(point.at)),
  ].filter(Number.isFinite);
  const from = moments.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  const to = moments.reduce((most, at) => Math.max(most, at), Number.NEGATIVE_INFINITY);
  return moments.length === 0 ? { from: 0, to: 1000 } : { from, to: Math.max(from + 1000, to) };
}

/** AWS calls by action, and those that the role policies denied. */
export function callsSection({ calls }: Report): Markup {
  const actions = Object.entries(calls.byAction).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const denied =
    calls.denied.length === 0
      ? html`<p>The role policies denied none of ${counted(calls.total, 'call')}.</p>`
      : html`<p><strong>The role policies denied ${counted(calls.denied.length, 'call')} of ${countText(calls.total)}.</strong></p><div class="scroll" tabindex="0" role="region" aria-label="Denied calls"><table><thead><tr><th scope="col">At</th><th scope="col">Principal</th><th scope="col">Action</th><th scope="col">Resources</th></tr></thead><tbody>${calls.denied.map((call) => html`<tr><td>${clockText(call.at)}</td><td>${call.principal}</td><td><code>${call.action}</code></td><td class="long">${call.resources.join(', ')}</td></tr>`)}</tbody></table></div>`;
  return html`<section class="card" aria-labelledby="calls"><h2 id="calls">AWS calls</h2>${denied}
<details><summary>Calls by action</summary><div class="scroll" tabindex="0" role="region" aria-label="Calls by action"><table><thead><tr><th scope="col">Action</th><th scope="col" class="number">Calls</th></tr></thead><tbody>${actions.map(([action, count]) => html`<tr><th scope="row"><code>${action}</code></th><td class="number">${countText(count)}</td></tr>`)}</tbody></table></div></details></section>`;
}
