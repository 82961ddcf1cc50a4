import type { PlatformConfig } from '../core/config/platform-schema';
import type { TrafficRouting } from './constructs/traffic-routing/traffic-routing';

const PLAIN_HTTP =
  'users speak plain HTTP: platform.yaml has no `load_balancer.certificate_arn`. What they send can be read and changed ' +
  'on its way; request a certificate in ACM and name it there.';

/** What a platform engineer must know of what was synthesized, each once. */
export function warningsFor(platform: PlatformConfig, routing: TrafficRouting): readonly string[] {
  return [
    ...(routing.warning === null ? [] : [routing.warning]),
    ...(platform.load_balancer.certificate_arn === undefined ? [PLAIN_HTTP] : []),
  ];
}
