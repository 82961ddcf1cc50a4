import { endOf, isVersionOf, rollbackStory, splitSpans, versionRows } from '../../view/story';
import { durationText, outcomeWords } from '../../view/words';
import type { Report, RolloutReport } from '../schema';
import { checksSection } from './checks-section';
import type { PageExtras } from './extras';
import { html, type Insert, type Markup } from './html';
import { periodOf, splitChart } from './split-chart';
import { stateChart } from './state-chart';
import { rolloutTraffic } from './traffic-chart';
import { versionTable } from './version-table';

/** Everything about one rollout; `id` is its anchor on the page. */
export function rolloutSection(
  rollout: RolloutReport,
  report: Report,
  extras: PageExtras,
  id: string,
): Markup {
  const period = periodOf(rollout);
  const states = (extras.states ?? []).filter((span) => span.rollout === rollout.id);
  return html`<section class="card" id="${id}" aria-labelledby="${id}-h">
<h3 id="${id}-h">${rollout.service} <span class="versions">${rollout.stable ?? 'first release'} → ${rollout.version || 'new version'}</span> ${outcomeBadge(rollout.outcome)}</h3>
<p>${rolloutTold(rollout)}</p>
${splitChart(rollout, id)}
${splitTable(rollout)}
${extras.traffic !== undefined && rolloutTraffic(rollout, period, extras, id)}
<h4>What users got</h4>
${versionTable(versionRows(report).filter(({ name }) => isOfRollout(name, rollout)))}
<h4>Health checks</h4>
${checksSection(rollout)}
${states.length > 0 && html`<h4>State machine</h4>${stateChart(states, period, id)}`}
</section>`;
}

function isOfRollout(name: string, { service, version, stable }: RolloutReport): boolean {
  return isVersionOf(name, service, version) || isVersionOf(name, service, stable ?? '');
}

/** An outcome, told by a mark, a word and a colour. */
export function outcomeBadge(outcome: RolloutReport['outcome']): Markup {
  const words = outcomeWords(outcome);
  return html`<span class="badge ${words.tone}"><span aria-hidden="true">${words.mark}</span> ${words.text}</span>`;
}

/** A rollout that has ended, in two or three sentences. */
export function rolloutTold(rollout: RolloutReport): Insert {
  const took = durationText(endOf(rollout) - Date.parse(rollout.startedAt));
  const story = rollout.outcome === 'Promoted' ? null : rollbackStory(rollout);
  const reason = rollout.reason === '' ? '' : ` Reason: ${rollout.reason}.`;
  if (story === null) {
    return `It took ${took} of virtual time.${reason}`;
  }
  const stable = rollout.stable === null ? 'off the canary' : `back at ${rollout.stable}`;
  const back =
    story.backMillis === null
      ? `It was not seen that all requests were ${stable}.`
      : `All requests were ${stable} ${durationText(story.backMillis)} after the verdict.`;
  return html`<strong>${story.reason}</strong>, while the canary had ${story.weight} % of the requests. ${back} It took ${took} of virtual time in all.`;
}

function splitTable(rollout: RolloutReport): Insert {
  const start = Date.parse(rollout.startedAt);
  const rows = splitSpans(rollout).map(
    (span) =>
      html`<tr><td class="number">${((span.from - start) / 60_000).toFixed(1)}</td><td class="number">${span.stable} %</td><td class="number">${span.canary} %</td><td class="number">${durationText(span.to - span.from)}</td></tr>`,
  );
  return html`<details><summary>The split as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="The split as a table"><table><thead><tr><th scope="col" class="number">From minute</th><th scope="col" class="number">Stable</th><th scope="col" class="number">Canary</th><th scope="col" class="number">For</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
