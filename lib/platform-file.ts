import { readFileSync } from 'node:fs';
import { parseDocument as parseYaml } from 'yaml';
import { type PlatformConfig, platformSchema } from '../core/config/platform-schema';
import { describeValue, parseDocument } from '../core/config/problems';
import { InvalidInput, type Problem } from '../core/errors';

/** Names that the environment's own stacks and roles use. */
const RESERVED_SERVICE_NAMES = ['network', 'cluster', 'rollout', 'monitoring', 'gateway'];

/**
 * Reads and checks a `platform.yaml`.
 * @throws {InvalidInput} with every problem of the file at once.
 */
export function loadPlatform(file: string): PlatformConfig {
  const document = parseYaml(readText(file), { prettyErrors: true });
  if (document.errors.length > 0) {
    throw new InvalidInput(
      file,
      document.errors.map((error) => syntaxProblem(error)),
    );
  }
  const platform = parseDocument(platformSchema, document.toJS(), file);
  const problems = findConflicts(platform);
  if (problems.length > 0) {
    throw new InvalidInput(file, problems);
  }
  return platform;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInput(file, [
      {
        path: '',
        received: `no readable file (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
        allowed: 'the path of a platform.yaml',
        todo: 'correct the path, or write the file',
      },
    ]);
  }
}

function syntaxProblem(error: {
  readonly message: string;
  readonly linePos?: readonly [{ readonly line: number; readonly col: number }, ...unknown[]] | undefined;
}): Problem {
  const place = error.linePos?.[0];
  return {
    path: place === undefined ? '' : `line ${place.line}, column ${place.col}`,
    received: error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'a syntax error',
    allowed: 'YAML',
    todo: 'correct the syntax',
  };
}

/** What the schema alone cannot know: names that this environment's stacks use, and what the ingress can carry. */
function findConflicts(platform: PlatformConfig): readonly Problem[] {
  const reserved = platform.services.flatMap((service, index) =>
    RESERVED_SERVICE_NAMES.includes(service.name)
      ? [
          {
            path: `services[${index}].name`,
            received: describeValue(service.name),
            allowed: `any name but ${RESERVED_SERVICE_NAMES.join(', ')}, which the environment uses itself`,
            todo: 'rename the service',
          },
        ]
      : [],
  );
  const ingress = platform.services.find((service) => service.name === platform.ingress);
  return ingress?.protocol === 'grpc'
    ? [
        ...reserved,
        {
          path: 'ingress',
          received: `${describeValue(platform.ingress)}, which speaks grpc`,
          allowed:
            'a service that speaks http or http2: the load balancer carries grpc only with a certificate',
          todo: 'choose another ingress service',
        },
      ]
    : reserved;
}
