import { Match } from 'aws-cdk-lib/assertions';
import { sharedStacks } from './shared-stacks';
import { flat } from './templates';

const CERTIFICATE = 'arn:aws:acm:us-west-2:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const LISTENER = 'AWS::ElasticLoadBalancingV2::Listener';
const BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

describe('the load balancer', () => {
  it('takes plain HTTP from everybody by default, and forwards it to the gateway', () => {
    const { cluster } = sharedStacks();

    cluster.resourceCountIs(LISTENER, 1);
    cluster.hasResourceProperties(LISTENER, { Port: 80, DefaultActions: [{ Type: 'forward' }] });
    expect(rulesOf(cluster.findResources('AWS::EC2::SecurityGroup'))).toEqual(['0.0.0.0/0 80']);
  });

  it('takes HTTPS with a certificate, by a policy of today, and redirects plain HTTP', () => {
    const { cluster } = sharedStacks({ load_balancer: { certificate_arn: CERTIFICATE } });

    cluster.hasResourceProperties(LISTENER, {
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: CERTIFICATE }],
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      DefaultActions: [{ Type: 'forward' }],
    });
    cluster.hasResourceProperties(LISTENER, {
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } },
      ],
    });
  });

  it('admits the ranges of platform.yaml alone, on the ports that listen', () => {
    const load_balancer = {
      certificate_arn: CERTIFICATE,
      allowed_cidrs: ['203.0.113.0/24', '198.51.100.7/32'],
    };

    expect(rulesOf(sharedStacks({ load_balancer }).cluster.findResources('AWS::EC2::SecurityGroup'))).toEqual(
      ['198.51.100.7/32 443', '198.51.100.7/32 80', '203.0.113.0/24 443', '203.0.113.0/24 80'],
    );
  });

  it('has no firewall and no access logs unless asked', () => {
    const { cluster } = sharedStacks();

    cluster.resourceCountIs('AWS::WAFv2::WebACL', 0);
    cluster.resourceCountIs('AWS::S3::Bucket', 0);
  });

  it('has AWS’s common rules and a rate limit in front, and logs what they block without credentials', () => {
    const { cluster } = sharedStacks({ load_balancer: { waf: true }, log_retention_days: 90 });

    cluster.hasResourceProperties('AWS::WAFv2::WebACL', {
      Scope: 'REGIONAL',
      DefaultAction: { Allow: {} },
      Rules: [
        {
          Priority: 0,
          Action: { Block: {} },
          Statement: { RateBasedStatement: { Limit: 5000, AggregateKeyType: 'IP' } },
        },
        {
          Priority: 1,
          Statement: {
            ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesKnownBadInputsRuleSet' },
          },
        },
        {
          Priority: 2,
          Statement: {
            ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' },
          },
        },
      ],
    });
    cluster.hasResourceProperties('AWS::WAFv2::WebACLAssociation', { ResourceArn: Match.anyValue() });
    cluster.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: 'aws-waf-logs-demo-ingress',
      RetentionInDays: 90,
    });
    const [logging] = Object.values(cluster.findResources('AWS::WAFv2::LoggingConfiguration'));
    expect(flat(logging?.Properties.LogDestinationConfigs[0])).toMatch(
      /^arn:aws:logs:us-west-2:<AWS::AccountId>:log-group:<IngressDoorWebAclLog[A-Z0-9]+>$/,
    );
    expect(JSON.stringify(logging?.Properties.RedactedFields)).toContain('authorization');
  });

  it('keeps access logs encrypted, private, sent by TLS alone, for as long as all logs', () => {
    const { cluster } = sharedStacks({ load_balancer: { access_logs: true }, log_retention_days: 60 });

    cluster.hasResourceProperties(BALANCER, {
      LoadBalancerAttributes: Match.arrayWith([{ Key: 'access_logs.s3.enabled', Value: 'true' }]),
    });
    cluster.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 60, Status: 'Enabled' }] },
    });
    cluster.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });
});

/** `range port` of everything that the balancer's group admits. */
function rulesOf(groups: Record<string, { Properties?: Record<string, unknown> }>): readonly string[] {
  const balancer = Object.values(groups).find(({ Properties }) => Properties?.GroupName === 'demo-balancer');
  const rules = balancer?.Properties?.SecurityGroupIngress as { CidrIp: string; FromPort: number }[];
  return rules.map(({ CidrIp, FromPort }) => `${CidrIp} ${FromPort}`).sort();
}
