/** Writes one JSON line to standard output. */
export function log(message: string): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), message })}\n`);
}
