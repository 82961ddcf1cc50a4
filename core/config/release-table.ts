/**
 * The release table's keys, written once for the construct that makes the table and the adapter that fills it.
 * Both are strings.
 */
export const RELEASE_TABLE_KEYS = { partition: 'pk', sort: 'sk' } as const;

/** Name of an environment's release table. */
export function releaseTableName(environment: string): string {
  return `${environment}-releases`;
}
