import { connect } from 'node:net';

/** Wall milliseconds between two looks at a port. */
const LOOK_MILLIS = 25;

/**
 * Waits until a started process shows what it is: it listens, it has exited, or `limitMillis` of wall time have
 * passed. A container that dies at once has then died before anybody could call it running.
 */
export async function awaitFirstSign(
  host: string,
  port: number | undefined,
  exited: Promise<unknown>,
  limitMillis: number,
): Promise<void> {
  const ended = new AbortController();
  void exited.then(() => ended.abort());
  const deadline = performance.now() + limitMillis;
  while (!ended.signal.aborted && performance.now() < deadline) {
    if (port !== undefined && (await isListening(host, port))) return;
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS))]);
  }
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
