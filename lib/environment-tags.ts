import { type App, Tags } from 'aws-cdk-lib';
import { ENVIRONMENT_TAG, MANAGED_TAG } from '../core/config/tags';

/** Type under which the CDK tags a stack itself; without it only the stack's resources would be tagged. */
const STACK = 'aws:cdk:stack';

/** Tags every stack of an environment and every resource in it, so that taking the environment down finds them. */
export function tagEnvironment(app: App, environment: string): void {
  for (const options of [{}, { includeResourceTypes: [STACK] }]) {
    Tags.of(app).add(MANAGED_TAG, 'true', options);
    Tags.of(app).add(ENVIRONMENT_TAG, environment, options);
  }
}
