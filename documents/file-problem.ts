import { type InvalidInput, type Problem, renderProblem } from '../core/errors';

/** A problem and the place it is at. */
export interface FileProblem extends Problem {
  /** The file as the person named it. */
  readonly file: string;
  /** Line in the file, from 1; left out when the file is missing or unreadable. */
  readonly line?: number;
  /** Column in the line, from 1; left out when only the line is known. */
  readonly column?: number;
}

/** `file:line:column: path: got …; allowed: …; what to do`, one line, as editors list them. */
export function renderFileProblem(problem: FileProblem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  return `${place}: ${renderProblem(problem)}`;
}

/** What was refused and why, a problem per line, with its place where it has one. */
export function renderRefusal(refusal: InvalidInput): string {
  const lines = refusal.problems.map(
    (problem) =>
      `  ${'file' in problem ? renderFileProblem(problem as FileProblem) : renderProblem(problem)}`,
  );
  return [`${refusal.document} was refused:`, ...lines].join('\n');
}
