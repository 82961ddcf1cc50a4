import { RESTAURANT_CARDS } from './restaurants';

const SVG = 'http://www.w3.org/2000/svg';
const ROW = 48;
const TOP = 6;
const BAR = { x: 130, height: 26 };
/** Room for the number at the end of the longest bar. */
const NUMBER_WIDTH = 80;

/** Draws the votes as bars, one per restaurant, and puts the numbers into the chart's label. */
export function drawChart(chart: Element, counts: ReadonlyMap<string, number>): void {
  // One unit is one pixel, down to a phone's width: the text keeps its size.
  const chartWidth = Math.max(320, Math.min(700, chart.clientWidth));
  chart.setAttribute('viewBox', `0 0 ${chartWidth} ${2 * TOP + 3 * ROW + BAR.height}`);
  const maxWidth = chartWidth - BAR.x - NUMBER_WIDTH;
  const most = Math.max(1, ...counts.values());
  for (const [row, { id, title }] of RESTAURANT_CARDS.entries()) {
    const votes = counts.get(id) ?? 0;
    const group = chart.querySelector(`.${id}`) ?? chart.appendChild(newRow(id, title, row));
    const width = Math.max(2, (votes / most) * maxWidth);
    group.querySelector('rect')?.setAttribute('width', String(width));
    const number = group.querySelector('.votes');
    number?.setAttribute('x', String(BAR.x + width + 8));
    if (number) number.textContent = votes.toLocaleString('en');
  }
  const spoken = RESTAURANT_CARDS.map(({ id, title }) => `${title} ${counts.get(id) ?? 0}`);
  chart.setAttribute('aria-label', `Votes per restaurant: ${spoken.join(', ')}`);
}

function newRow(id: string, title: string, row: number): Element {
  const top = TOP + row * ROW;
  const middle = String(top + BAR.height / 2 + 5);
  const group = newElement('g', { class: id });
  const label = newElement('text', { x: String(BAR.x - 10), y: middle, 'text-anchor': 'end' });
  label.textContent = title;
  group.append(
    label,
    newElement('rect', { x: String(BAR.x), y: String(top), height: String(BAR.height), rx: '4' }),
    newElement('text', { class: 'votes', y: middle }),
  );
  return group;
}

function newElement(name: string, attributes: Readonly<Record<string, string>>): Element {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
