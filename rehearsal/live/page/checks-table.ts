import { seenBy } from '../../report/page/checks-section';
import { html, type Insert, type Markup } from '../../report/page/html';
import { canaryWeightAt } from '../../view/story';
import { clockText, counted, countText, valueText, verdictWords } from '../../view/words';
import type { LiveRollout } from '../state';

type Check = LiveRollout['checks'][number];
type Evidence = Check['evidence'][number];

const RESULT_MARKS: Readonly<Record<Evidence['result'], string>> = { kept: '✓', broken: '✗', unknown: '?' };

/** Every check of a rollout, newest first: verdict, reason, and what was measured against each limit. */
export function checksTable(rollout: LiveRollout): Insert {
  const { checks } = rollout;
  if (checks.length === 0) {
    return html`<p class="quiet">No health check yet: the first comes when the canary has had traffic for a whole minute.</p>`;
  }
  const rows = checks.map((check, index) => row(check, rollout, index)).reverse();
  return html`<div class="scroll tall" tabindex="0" role="region" aria-label="${counted(checks.length, 'health check')}, newest first"><table class="checks-table"><thead><tr><th scope="col">At</th><th scope="col">Verdict</th><th scope="col">Reason</th><th scope="col">Measured against limit</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function row(check: Check, rollout: LiveRollout, index: number): Markup {
  const words = verdictWords(check.verdict);
  return html`<tr data-key="${check.at}-${index}"><td class="at">${clockText(check.at)} <br><span class="quiet-text">${canaryWeightAt(rollout, Date.parse(check.at))} %</span></td><td><span class="verdict-text ${check.verdict}"><span aria-hidden="true">${words.mark}</span> ${words.text}</span></td><td class="long">${check.reason}</td><td>${check.evidence.length === 0 ? html`<span class="quiet-text">nothing was recorded</span>` : html`<ul class="evidence">${check.evidence.map(evidenceLine)}</ul>`}</td></tr>`;
}

/** Evidence is open to further members, so each is looked at before it is shown. */
function evidenceLine(evidence: Evidence): Markup {
  const { value, requests, from, to, source, result } = evidence;
  const measured = typeof value === 'number' ? valueText(value) : 'no data';
  const facts = [
    typeof requests === 'number' ? counted(requests, 'request') : '',
    typeof from === 'string' && typeof to === 'string' ? `${clockText(from)}–${clockText(to)}` : '',
    typeof source === 'string' ? seenBy(source) : '',
  ].filter((fact) => fact !== '');
  return html`<li><span class="result ${result}"><span aria-hidden="true">${RESULT_MARKS[result]}</span><span class="hidden">${result}: </span> <b>${measured}</b></span> <span>${evidence.check}</span>${facts.length > 0 && html` <span class="quiet-text facts-line">${facts.join(' · ')}</span>`}</li>`;
}

/** How many checks gave which verdict: `9 advance, 2 hold`. */
export function verdictCounts({ checks }: LiveRollout): string {
  return (['advance', 'hold', 'roll_back'] as const)
    .map((verdict) => [verdict, checks.filter((check) => check.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${countText(count)} ${verdictWords(verdict).text}`)
    .join(', ');
}
