const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds since the Unix epoch of a timestamp as the States Language wants it (RFC 3339 with `T` and an offset),
 * or undefined for anything else, dates that no calendar has included.
 */
export function parseTimestamp(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const day = TIMESTAMP.exec(value)?.[1];
  const millis = Date.parse(value);
  if (day === undefined || Number.isNaN(millis)) return undefined;
  // Date.parse takes 30 February for 2 March.
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day) ? millis : undefined;
}
