export { createTaskRunner } from './runner';
export type { TaskRunnerOptions } from './types';
