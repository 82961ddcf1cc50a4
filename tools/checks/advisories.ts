import { execFile } from 'node:child_process';
import { ADVISORY_EXCEPTIONS, type DependencyException } from '../dependencies/exceptions';
import { type Check, type CheckResult, fromComplaints } from './check';

/** One thing that is known against a package. */
export interface Advisory {
  /** `npm:` and the package's name. */
  readonly package: string;
  /** The advisory's address or number. */
  readonly id: string;
  readonly severity: string;
  readonly title: string;
}

/** What the registry answered: advisories, or why it did not. */
export type AuditAnswer = { readonly advisories: readonly Advisory[] } | { readonly unanswered: string };

/** From here on a finding in what is deployed fails. */
const GRAVE = ['high', 'critical'];

/** The sample applications are deployed too. */
const FOLDERS = ['.', 'microservices/yelb-appserver', 'microservices/yelb-ui'];

/** What the registry knows against the packages that are deployed. A registry that cannot be asked checks nothing. */
export const advisories: Check = {
  name: 'advisories',
  run: async (root) => {
    const answers = await Promise.all(FOLDERS.map((folder) => auditFolder(`${root}/${folder}`)));
    return judgeAudit(answers, ADVISORY_EXCEPTIONS);
  },
};

/** Whether the registry signed what it gave out, as npm verifies it. */
export const signatures: Check = {
  name: 'registry signatures',
  run: async (root) => {
    const { printed, failure } = await runNpm(['audit', 'signatures', '--json'], root);
    return judgeSignatures(printed, failure);
  },
};

/** The result of `npm audit signatures --json`: what is signed wrongly fails, what is not signed is told. */
export function judgeSignatures(printed: string, failure: string): CheckResult {
  const report = parsed<{
    readonly invalid?: readonly SignedPackage[];
    readonly missing?: readonly unknown[];
  }>(printed);
  if (report?.invalid === undefined || report.missing === undefined) {
    return {
      passed: true,
      output: '',
      notChecked: `npm could not verify them: ${reasonIn(report, failure)}`,
    };
  }
  const complaints = report.invalid.map(
    ({ name, version }) => `${name} ${version}: is not what the registry signed; do not install it`,
  );
  return fromComplaints(complaints, `${report.missing.length} packages without one`);
}

interface SignedPackage {
  readonly name: string;
  readonly version: string;
}

/** The result of what was answered; `notChecked` as soon as one question was left open. */
export function judgeAudit(
  answers: readonly AuditAnswer[],
  exceptions: readonly DependencyException[],
): CheckResult {
  const found = answers.flatMap((answer) => ('advisories' in answer ? answer.advisories : []));
  const open = answers.flatMap((answer) => ('unanswered' in answer ? [answer.unanswered] : []));
  const grave = found.filter(
    (each) =>
      GRAVE.includes(each.severity) &&
      !exceptions.some((one) => one.package === each.package && one.what === each.id),
  );
  const idle = exceptions.filter(
    (one) => open.length === 0 && !found.some((each) => each.package === one.package && each.id === one.what),
  );
  const complaints = [
    ...grave.map(
      (each) =>
        `${each.package}: ${each.severity}: ${each.title} (${each.id}); update it, or add an exception with its reason to tools/dependencies/exceptions.ts`,
    ),
    ...idle.map((one) => `${one.package}: an exception for ${one.what} that nothing needs; remove it`),
  ];
  const others = found.length - grave.length;
  return {
    passed: complaints.length === 0,
    output: complaints.join('\n'),
    ...(open.length > 0
      ? {
          notChecked: `the registry was asked and did not say: ${[...new Set(open)].join('; ')}; of Python’s nobody was asked`,
        }
      : {
          note: `npm: ${others} of low or moderate severity, or excepted; Python NOT CHECKED: pip asks nobody`,
        }),
  };
}

/** Asks npm, which asks the registry that this machine uses, about what a folder's lock file deploys. */
async function auditFolder(folder: string): Promise<AuditAnswer> {
  const { printed, failure } = await runNpm(['audit', '--json', '--omit=dev', '--package-lock-only'], folder);
  return readAudit(printed, failure);
}

/** A registry that does not answer must not hold up the other checks. */
const PATIENCE = ['--fetch-retries=0', '--fetch-timeout=20000'];

function runNpm(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly printed: string; readonly failure: string }> {
  return new Promise((resolve) => {
    const options = { cwd, maxBuffer: 64 * 1024 * 1024, timeout: 120_000 };
    execFile('npm', [...args, ...PATIENCE], options, (error, printed) => {
      resolve({ printed, failure: error?.message ?? '' });
    });
  });
}

/** Reads what `npm audit --json` printed; its exit code says nothing that its report does not. */
export function readAudit(printed: string, failure: string): AuditAnswer {
  const report = parsed<AuditReport>(printed);
  if (report?.vulnerabilities === undefined) {
    return { unanswered: reasonIn(report, failure) };
  }
  return {
    advisories: Object.entries(report.vulnerabilities).flatMap(([name, { via }]) =>
      via.flatMap((each) =>
        typeof each === 'string'
          ? []
          : [
              {
                package: `npm:${name}`,
                id: String(each.url ?? each.source),
                severity: each.severity,
                title: each.title,
              },
            ],
      ),
    ),
  };
}

interface AuditReport {
  readonly vulnerabilities?: Readonly<
    Record<
      string,
      {
        readonly via: readonly (
          | string
          | {
              readonly url?: string;
              readonly source?: number;
              readonly severity: string;
              readonly title: string;
            }
        )[];
      }
    >
  >;
}

/** Why npm has no report, without the registry's address, which is this machine's own affair. */
function reasonIn(report: unknown, failure: string): string {
  const { message, error } = (report ?? {}) as { message?: string; error?: { summary?: string } };
  const why = message ?? (error?.summary || failure.split('\n')[0]) ?? '';
  return why.replaceAll(/https?:\/\/[^/\s]+/g, '').slice(0, 120) || 'no answer';
}

function parsed<Report>(text: string): Report | null {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return null;
  }
}
