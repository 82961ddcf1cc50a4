/**
 * Niceties for those who have JavaScript: the split under the pointer, all details opened at once, the embedded
 * report.json saved to a file. The page says everything without it.
 */
export const SCRIPT = `
'use strict';
const report = JSON.parse(document.getElementById('report').textContent);
const tools = document.getElementById('tools');
function button(text, action) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', () => action(made));
  tools.append(made, ' ');
}
let isOpen = false;
button('Open all details', (made) => {
  isOpen = !isOpen;
  for (const one of document.querySelectorAll('details')) one.open = isOpen;
  made.textContent = isOpen ? 'Close all details' : 'Open all details';
});
button('Save report.json', () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }));
  link.download = 'report.json';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
for (const svg of document.querySelectorAll('svg.chart')) {
  const left = Number(svg.dataset.left), right = Number(svg.dataset.right);
  const from = Number(svg.dataset.from), to = Number(svg.dataset.to);
  const spans = (svg.dataset.spans || '').split(' ').filter(Boolean).map((span) => span.split(',').map(Number));
  if (!(to > from) || spans.length === 0) continue;
  const readout = document.createElement('p');
  readout.className = 'readout';
  readout.setAttribute('aria-hidden', 'true');
  svg.after(readout);
  const shown = () => getComputedStyle(svg).display !== 'none';
  readout.hidden = !shown();
  addEventListener('resize', () => { readout.hidden = !shown(); });
  const cursor = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  cursor.setAttribute('class', 'cursor');
  svg.append(cursor);
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) * (svg.viewBox.baseVal.width / box.width);
    const at = from + ((x - left) / (right - left)) * (to - from);
    const span = spans.find((one) => one[0] <= at && at <= one[1]);
    cursor.setAttribute('d', span ? 'M' + x + ' 34V222' : '');
    readout.textContent = span
      ? 'minute ' + ((at - from) / 60000).toFixed(1) + ': canary ' + span[3] + ' %, stable ' + span[2] + ' %'
      : '';
  });
  svg.addEventListener('pointerleave', () => {
    cursor.setAttribute('d', '');
    readout.textContent = '';
  });
}
`;
