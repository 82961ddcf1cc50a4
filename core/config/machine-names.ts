/** Name of the state machine that applies operators' splits; operators start it by name. */
export function splitMachineName(environment: string): string {
  return `${environment}-split`;
}
