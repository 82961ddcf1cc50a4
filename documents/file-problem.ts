import { type Problem, renderProblem } from '../core/errors';

/** A problem and the place it is at. */
export interface FileProblem extends Problem {
  /** The file as the person named it. */
  readonly file: string;
  /** Line in the file, from 1; left out when the file is missing or unreadable. */
  readonly line?: number;
}

/** `file:line: path: got …; allowed: …; what to do`, one line, as editors list them. */
export function renderFileProblem(problem: FileProblem): string {
  const place = problem.line === undefined ? problem.file : `${problem.file}:${problem.line}`;
  return `${place}: ${renderProblem(problem)}`;
}
