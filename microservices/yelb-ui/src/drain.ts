import type { Server } from 'node:http';

/**
 * On SIGTERM or SIGINT: stops accepting, lets requests in flight finish, runs `cleanUp`, ends with code 0.
 * The orchestrator's SIGKILL is the deadline.
 */
export function drainOnSignal(
  server: Server,
  log: (message: string) => void,
  cleanUp: () => Promise<void> = async () => {},
): void {
  let isDraining = false;
  const drain = (signal: string) => {
    if (isDraining) return;
    isDraining = true;
    log(`${signal}: draining`);
    server.close(() => {
      cleanUp().then(
        () => exitWith(0, 'drained'),
        (error: Error) => exitWith(1, `drained, but could not clean up: ${error.message}`),
      );
    });
  };
  const exitWith = (code: number, message: string) => {
    log(message);
    process.exit(code);
  };
  process.on('SIGTERM', drain);
  process.on('SIGINT', drain);
}
