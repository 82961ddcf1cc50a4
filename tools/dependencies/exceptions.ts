/** Something that a check of dependencies would refuse, and why it is let through for now. */
export interface DependencyException {
  /** Name of the package, `npm:` or `python:` before it. */
  readonly package: string;
  /** What is let through: a licence as the package writes it, or the id of an advisory. */
  readonly what: string;
  readonly reason: string;
  /** Day on which somebody looked, ISO 8601. */
  readonly date: string;
}

/** Licences beyond the list of `licences.ts`, each for a tool that is neither shipped nor deployed. */
export const LICENCE_EXCEPTIONS: readonly DependencyException[] = [
  {
    package: 'python:docutils',
    what: 'public domain, Python, 2-Clause BSD, GPL 3 (see COPYING.txt)',
    reason: 'comes with the AWS CLI, which tests run; its GPL part is an Emacs mode that nothing loads',
    date: '2026-11-21',
  },
];

/** Advisories of severity high or more in what is deployed. */
export const ADVISORY_EXCEPTIONS: readonly DependencyException[] = [];

/** Images that are named by a tag, each with why: the part before the colon. */
export const TAGGED_IMAGES: Readonly<Record<string, string>> = {
  'public.ecr.aws/docker/library/node':
    'sample applications: a rebuild is to take the security fixes of its line; ECR scans what was built, and a version’s own image never changes after its build',
  'public.ecr.aws/docker/library/postgres': 'sample application, as for node',
  'public.ecr.aws/valkey/valkey': 'sample application, as for node',
  node: 'scenarios of the rehearsal, which runs no image: the line says which Node is meant',
};
