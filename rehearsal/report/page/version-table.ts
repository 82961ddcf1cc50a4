import type { VersionRow } from '../../view/story';
import { countText, millisText, outcomeWords } from '../../view/words';
import { html, type Insert } from './html';

/** Success rate and latency by version, as users saw them. */
export function versionTable(rows: readonly VersionRow[]): Insert {
  if (rows.length === 0) {
    return html`<p class="quiet">No user request was counted for a version.</p>`;
  }
  const lines = rows.map((row) => {
    const words = row.outcome === null ? '' : outcomeWords(row.outcome).text;
    return html`<tr><th scope="row">${row.label}</th><td class="number">${countText(row.requests)}</td><td class="number ${row.failed > 0 && 'bad'}">${countText(row.failed)}</td><td class="number ${row.failed > 0 && 'bad'}">${successRate(row)}</td><td class="number">${millisText(row.p50Millis)}</td><td class="number">${millisText(row.p99Millis)}</td><td>${words}</td></tr>`;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Users’ requests by version"><table><thead><tr><th scope="col">Version</th><th scope="col" class="number">Requests</th><th scope="col" class="number">Failed</th><th scope="col" class="number">Success</th><th scope="col" class="number">p50</th><th scope="col" class="number">p99</th><th scope="col">Its rollout</th></tr></thead><tbody>${lines}</tbody></table></div>`;
}

/** Percent of requests that did not fail; never rounded up to 100. */
function successRate({ requests, failed }: VersionRow): string {
  if (requests <= 0) {
    return '–';
  }
  const rate = Math.floor((1 - Math.min(failed, requests) / requests) * 10_000) / 100;
  return `${failed === 0 ? 100 : Math.min(99.99, rate)} %`;
}
