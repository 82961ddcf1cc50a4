/** Resolves with `work`, or with `otherwise` when the signal is aborted first; listens no longer than needed. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, otherwise: T): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<T>((resolve) => {
    onAbort = () => resolve(otherwise);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) {
      resolve(otherwise);
    }
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
