import { fetchStats, fetchVotes, sendVote } from './api';
import { drawChart } from './chart';
import { RESTAURANT_CARDS, type RestaurantCard } from './restaurants';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element "${id}"`);
  return found;
}

function addCard(restaurant: RestaurantCard): void {
  const card = document.createElement('li');
  card.className = `card ${restaurant.id}`;
  const title = document.createElement('h3');
  title.textContent = restaurant.title;
  const line = document.createElement('p');
  line.textContent = restaurant.line;
  const count = document.createElement('span');
  count.className = 'count';
  count.id = `${restaurant.id}-count`;
  count.textContent = '–';
  const button = document.createElement('button');
  button.type = 'button';
  button.id = restaurant.id;
  button.textContent = 'Vote';
  button.setAttribute('aria-label', `Vote for ${restaurant.title}`);
  button.addEventListener('click', () => void vote(restaurant, button));
  card.append(title, line, count, button);
  element('cards').append(card);
}

/** The vote is awaited before the counts are read: what the chart shows includes it. */
async function vote(restaurant: RestaurantCard, button: HTMLButtonElement): Promise<void> {
  // Not `disabled`, which would take the keyboard focus away.
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    await sendVote(restaurant.id);
    await showVotes();
    notify(`Voted for ${restaurant.title}.`);
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), true);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

async function showVotes(): Promise<void> {
  const counts = await fetchVotes();
  for (const { id } of RESTAURANT_CARDS) {
    element(`${id}-count`).textContent = (counts.get(id) ?? 0).toLocaleString('en');
  }
  const total = [...counts.values()].reduce((sum, value) => sum + value, 0);
  element('total').textContent = total.toLocaleString('en');
  drawChart(element('chart'), counts);
}

async function showStats(): Promise<void> {
  const stats = await fetchStats();
  element('pageviews').textContent = stats.pageviews.toLocaleString('en');
  element('hostname').textContent = stats.hostname;
}

function notify(message: string, failed = false): void {
  const notice = element('notice');
  notice.textContent = message;
  notice.classList.toggle('failed', failed);
}

RESTAURANT_CARDS.forEach(addCard);
Promise.all([showVotes(), showStats()]).catch((error: Error) => notify(error.message, true));
