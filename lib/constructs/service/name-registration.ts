import { CfnInstance, CfnService } from 'aws-cdk-lib/aws-servicediscovery';
import { Construct } from 'constructs';

/**
 * An address of the documentation range (RFC 5737): nobody answers there, and nobody needs to. The caller's proxy
 * takes the connection over by the service's name; the name only has to resolve to something beyond loopback.
 */
const PLACEHOLDER_ADDRESS = '192.0.2.1';

/** What a service's name is made from. */
export interface NameRegistrationProps {
  readonly service: string;
  readonly namespaceId: string;
}

/** Makes `<service>.<namespace>` resolve, whether or not a version runs. */
export class NameRegistration extends Construct {
  constructor(scope: Construct, id: string, props: NameRegistrationProps) {
    super(scope, id);
    const service = new CfnService(this, 'Service', {
      name: props.service,
      description: `Name of ${props.service}; its versions register beside it`,
      namespaceId: props.namespaceId,
      dnsConfig: { dnsRecords: [{ type: 'A', ttl: 300 }], routingPolicy: 'MULTIVALUE' },
    });
    new CfnInstance(this, 'Instance', {
      serviceId: service.attrId,
      instanceId: 'placeholder',
      instanceAttributes: { AWS_INSTANCE_IPV4: PLACEHOLDER_ADDRESS },
    });
  }
}
