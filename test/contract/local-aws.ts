import type { ClientSettings } from '../../adapters/clients';
import type { ApiContext, ApiService } from '../../rehearsal/aws/api';
import { type AwsEndpoint, createAwsEndpoint } from '../../rehearsal/aws/server/endpoint';
import { PrincipalRegistry } from '../../rehearsal/aws/server/principals';
import { createManualClock, type ManualClock } from '../../rehearsal/clock/manual-clock';
import type { CallRecord } from '../../rehearsal/contracts';

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';

/** The local AWS endpoint for one test, on a clock that moves only when told to. */
export interface LocalAws {
  readonly clock: ManualClock;
  readonly endpoint: AwsEndpoint;
  /** Every call so far. */
  readonly calls: readonly CallRecord[];
  /** For the functions of adapters/clients.ts. */
  readonly settings: ClientSettings;
  close(): Promise<void>;
}

/** Starts an endpoint on loopback that serves what `services` makes. */
export async function startLocalAws(
  services: (context: ApiContext & { readonly clock: ManualClock }) => readonly ApiService[],
): Promise<LocalAws> {
  const clock = createManualClock();
  const context = { clock, region: REGION, account: ACCOUNT, changed: () => undefined };
  const calls: CallRecord[] = [];
  const endpoint = await createAwsEndpoint({
    clock,
    region: REGION,
    account: ACCOUNT,
    services: services(context),
    authorize: () => ({ allowed: true }),
    principals: new PrincipalRegistry(),
    onCall: (call) => calls.push(call),
  });
  return {
    clock,
    endpoint,
    calls,
    settings: {
      region: REGION,
      endpoint: endpoint.url,
      credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'none' },
    },
    close: () => endpoint.close(),
  };
}
