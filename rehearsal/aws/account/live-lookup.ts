import { apiOver, type EndpointServices, type Properties } from '../../assembly/deploy/creator';
import { ApiError } from '../api';
import type { LiveLookup } from '../services/cloud-control/service';

type Lookup = (identifier: string) => Promise<Properties | null>;

/** Looks up what services hold that no stack made: log groups that were written to, parameters that people put. */
export function liveLookup(services: EndpointServices): LiveLookup {
  const api = apiOver(services);
  const lookups: Readonly<Record<string, Lookup>> = {
    'AWS::Logs::LogGroup': async (name) => {
      const { logGroups } = await api.call('logs', 'DescribeLogGroups', { logGroupNamePrefix: name });
      const found = (logGroups as readonly Properties[]).find(({ logGroupName }) => logGroupName === name);
      return found === undefined ? null : { LogGroupName: name };
    },
    'AWS::SSM::Parameter': async (Name) => {
      await api.call('ssm', 'GetParameter', { Name });
      return { Name };
    },
  };
  return async (type, identifier) => {
    try {
      return (await lookups[type]?.(identifier)) ?? null;
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  };
}
