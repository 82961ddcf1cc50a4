/** What a task's application wrote. */
export interface TaskLogs {
  /**
   * The last lines, oldest first, at most `limit`. Empty when there are none or they cannot be read: why a task
   * failed must not hide that it did.
   */
  lastLines(version: string, task: string, limit: number): Promise<readonly string[]>;
}
