/**
 * Follows an AWS listing to its end.
 * @param page Fetches one page; gets the token of the page before, `undefined` for the first.
 */
export async function listAll<Item>(
  page: (token: string | undefined) => Promise<{
    readonly items: readonly Item[] | undefined;
    readonly next: string | undefined;
  }>,
): Promise<Item[]> {
  const found: Item[] = [];
  let token: string | undefined;
  do {
    const { items, next } = await page(token);
    found.push(...(items ?? []));
    token = next === '' ? undefined : next;
  } while (token !== undefined);
  return found;
}

/** Splits a list into chunks of at most `size`, for APIs that describe so many at once. */
export function inChunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
