import { canaryWeightAt } from '../../view/story';
import { clockText, counted, countText, valueText, verdictWords } from '../../view/words';
import type { RolloutReport } from '../schema';
import { html, type Insert, type Markup } from './html';

type Check = RolloutReport['checks'][number];
type Evidence = Check['evidence'][number];

/** Every check of a rollout with its evidence; those that did not advance it are told at once. */
export function checksSection(rollout: RolloutReport): Insert {
  const { checks } = rollout;
  if (checks.length === 0) {
    return html`<p class="quiet">No health check was made.</p>`;
  }
  const counts = (['advance', 'hold', 'roll_back'] as const)
    .map((verdict) => [verdict, checks.filter((check) => check.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdictWords(verdict).text}`);
  const isOpen = checks.some((check) => check.verdict === 'roll_back');
  return html`<details class="checks" ${isOpen && html`open`}><summary>${counted(checks.length, 'check')}: ${counts.join(', ')}</summary>
<ol>${checks.map((check) => checkItem(check, rollout))}</ol></details>`;
}

function checkItem(check: Check, rollout: RolloutReport): Markup {
  const words = verdictWords(check.verdict);
  const weight = canaryWeightAt(rollout, Date.parse(check.at));
  return html`<li><details><summary><span class="when">${clockText(check.at)}</span> <span class="when">${weight} %</span> <span class="verdict-text ${check.verdict}"><span aria-hidden="true">${words.mark}</span> ${words.text}</span> <span class="reason">${check.reason}</span></summary>
${evidenceTable(check.evidence)}</details></li>`;
}

function evidenceTable(evidence: readonly Evidence[]): Insert {
  if (evidence.length === 0) {
    return html`<p class="quiet">No evidence was recorded with this check.</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Evidence"><table><thead><tr><th scope="col">Limit</th><th scope="col">Result</th><th scope="col" class="number">Measured</th><th scope="col" class="number">Requests</th><th scope="col">Period</th><th scope="col">Seen by</th></tr></thead><tbody>${evidence.map(evidenceRow)}</tbody></table></div>`;
}

/** Who saw what a check was based on. */
export function seenBy(source: unknown): string {
  return typeof source === 'string' ? (Object.hasOwn(SOURCES, source) && SOURCES[source]) || source : '–';
}

const SOURCES: Readonly<Record<string, string>> = {
  callers: 'callers’ proxies',
  own: 'its own proxy',
  cloudwatch: 'CloudWatch',
  tasks: 'its tasks',
};

/** Evidence is open to further members, so each is looked at before it is shown. */
function evidenceRow(evidence: Evidence): Markup {
  const { value, requests, from, to, source } = evidence;
  const period =
    typeof from === 'string' && typeof to === 'string' ? `${clockText(from)}–${clockText(to)}` : '–';
  return html`<tr><th scope="row">${evidence.check}</th><td class="result ${evidence.result}">${evidence.result}</td><td class="number">${typeof value === 'number' ? valueText(value) : '–'}</td><td class="number">${typeof requests === 'number' ? countText(requests) : '–'}</td><td>${period}</td><td>${seenBy(source)}</td></tr>`;
}
