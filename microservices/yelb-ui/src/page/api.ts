/** The API as the page uses it. Each call rejects with a sentence for the user. */

/** Votes per restaurant id. */
export async function fetchVotes(): Promise<Map<string, number>> {
  const votes = (await call('/api/getvotes')) as { name: string; value: number }[];
  return new Map(votes.map(({ name, value }) => [name, value]));
}

/** Page views (this one included) and the host that answered. */
export async function fetchStats(): Promise<{ hostname: string; pageviews: number }> {
  return (await call('/api/getstats')) as { hostname: string; pageviews: number };
}

/** Casts one vote. Sent again with the same key it would count once. */
export async function sendVote(restaurant: string): Promise<void> {
  await call(`/api/vote/${restaurant}`, { method: 'POST', headers: { 'Idempotency-Key': newKey() } });
}

async function call(path: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(path, init).catch(() => {
    throw new Error('Yelb cannot be reached. Check the connection and try again.');
  });
  if (!response.ok) throw new Error(`Yelb could not answer (${response.status}). Try again in a moment.`);
  return response.json();
}

/** `crypto.randomUUID` exists on HTTPS only; this works on plain HTTP too. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
