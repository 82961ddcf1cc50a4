import type { OptionSpec } from '../command';

/** The platform team's file. */
export const PLATFORM_OPTION: OptionSpec = {
  name: 'platform',
  value: 'FILE',
  meaning: 'The platform team’s decisions',
  default: 'platform.yaml',
};

/** Whose credentials to use. */
export const PROFILE_OPTION: OptionSpec = {
  name: 'profile',
  value: 'P',
  meaning: 'Profile of the AWS CLI’s configuration',
};

/** Where AWS is. */
export const ENDPOINT_OPTION: OptionSpec = {
  name: 'endpoint-url',
  value: 'URL',
  meaning: 'Another endpoint than AWS’s own, such as the rehearsal’s',
};
