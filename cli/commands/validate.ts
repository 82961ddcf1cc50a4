import { type CommandSpec, EXIT_CODES } from '../command';
import { DOCUMENT_KIND_NAMES, type DocumentKindName } from '../schema-catalogue';

const KINDS = DOCUMENT_KIND_NAMES.filter((name) => name !== 'report');

/** `canary validate [PATH]`. */
export const validateCommand: CommandSpec = {
  name: 'validate',
  summary: 'List every problem of a service’s files, or of one document',
  description:
    'For a folder: `specfiles/deploy.json`, `specfiles/taskdef.json`, `specfiles/build.yml` and the Dockerfile being there. For a file: that document, recognised by its name (`platform*.yaml`, `rollout.json`, `deploy.json`, `taskdef.json`; other YAML is a scenario) or named with `--as`. Each problem is one line, `file:line:column: path: got …; allowed: …; what to do`.',
  argument: { name: 'PATH', meaning: 'Folder of a service, or one document', default: '.' },
  options: [
    { name: 'as', value: 'KIND', meaning: 'What the file is', choices: KINDS },
    { name: 'json', meaning: 'Print the problems as JSON' },
  ],
  examples: [
    { line: 'canary validate', meaning: 'The service in this folder.' },
    { line: 'canary validate platform.yaml', meaning: 'The platform team’s decisions.' },
    { line: 'canary validate drills/slow.yaml --as scenario', meaning: 'A scenario.' },
  ],
  check: async (args) => {
    const { targetProblems } = await import('../validate-path');
    return targetProblems(args.argument ?? '.', args.text('as') as DocumentKindName | undefined);
  },
  run: async (args, output) => {
    const { validatePath } = await import('../validate-path');
    const { renderFileProblem } = await import('../../documents/file-problem');
    const path = args.argument ?? '.';
    const { checked, problems } = await validatePath(path, args.text('as') as DocumentKindName | undefined);
    if (args.flag('json')) {
      output.print(JSON.stringify({ valid: problems.length === 0, checked, problems }, null, 2));
    } else {
      for (const problem of problems) {
        output.print(renderFileProblem(problem));
      }
      const found = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
      output.tell(problems.length === 0 ? `valid: ${checked.join(', ')}` : found);
    }
    return problems.length === 0 ? EXIT_CODES.done.code : EXIT_CODES.refused.code;
  },
};
