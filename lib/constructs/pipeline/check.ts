import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import type { ServiceFacts } from '../../../core/config/service-fit';
import type { Permission } from '../permission';
import { BuildProject, type BuildProjectProps } from './build-project';

/** Minutes; the check itself takes seconds. */
const CHECK_MINUTES = 5;

const COMMANDS = [
  'aws s3 cp --only-show-errors "$CHECK_BUNDLE" "$CODEBUILD_SRC_DIR/../check-specfiles.js"',
  'node "$CODEBUILD_SRC_DIR/../check-specfiles.js" "$CODEBUILD_SRC_DIR"',
];

/** What the check is made from. */
export type CheckProps = Pick<BuildProjectProps, 'environment' | 'service' | 'logGroup' | 'artifacts'> & {
  /** The bundled check, one file. */
  readonly bundle: string;
  /** What the service's files must fit. */
  readonly facts: ServiceFacts;
};

/**
 * Checks a commit's files with the schemas of this platform before anything is built. Commands and code are the
 * platform's: nothing that is pushed can change or skip them.
 */
export function createCheck(
  scope: Construct,
  id: string,
  { bundle, facts, ...props }: CheckProps,
): BuildProject {
  const asset = new Asset(scope, 'CheckBundle', { path: bundle });
  const readsBundle: Permission = {
    actions: ['s3:GetObject'],
    resources: [asset.bucket.arnForObjects(asset.s3ObjectKey)],
  };
  return new BuildProject(scope, id, {
    ...props,
    part: 'check',
    description: `Checks the specfiles of ${props.service} before each build`,
    buildSpec: JSON.stringify({ version: 0.2, phases: { build: { commands: COMMANDS } } }, null, 2),
    compute: 'small',
    timeoutMinutes: CHECK_MINUTES,
    buildsImages: false,
    variables: {
      CHECK_BUNDLE: asset.s3ObjectUrl,
      SERVICE_PROTOCOL: facts.protocol,
      SERVICE_HAS_VOLUME: String(facts.hasVolume),
    },
    permissions: [readsBundle],
  });
}
