import { Stack } from 'aws-cdk-lib';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { PlatformConfig } from '../../../core/config/platform-schema';
import { arnIn } from '../../arn';
import { createLogGroup } from '../log-group';

/** Requests of one address within five minutes, above which it is blocked until it slows down. */
export const RATE_LIMIT = 5000;

/** AWS's own rule groups, in the order in which requests meet them. */
const MANAGED_GROUPS = ['AWSManagedRulesKnownBadInputsRuleSet', 'AWSManagedRulesCommonRuleSet'] as const;

/** What the web ACL is made from. */
export interface WebAclProps {
  readonly platform: PlatformConfig;
  readonly balancerArn: string;
}

/** A web application firewall in front of the load balancer; what it blocks is logged, without credentials. */
export class WebAcl extends Construct {
  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { environment, log_retention_days: retentionDays } = props.platform;
    const acl = new CfnWebACL(this, 'Acl', {
      name: `${environment}-ingress`,
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible(`${environment}-ingress`),
      rules: [rateLimit(environment), ...MANAGED_GROUPS.map((name, index) => managed(name, index + 1))],
    });
    new CfnWebACLAssociation(this, 'Association', {
      webAclArn: acl.attrArn,
      resourceArn: props.balancerArn,
    });
    const log = createLogGroup(this, 'Log', { name: webAclLogName(environment), retentionDays });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // Without the `:*` with which the log group's own attribute ends.
      logDestinationConfigs: [arnIn(Stack.of(this), 'logs', `log-group:${log.logGroupName}`)],
      redactedFields: ['authorization', 'cookie'].map((name) => ({ singleHeader: { Name: name } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: [{ ActionCondition: { Action: 'BLOCK' } }],
          },
        ],
      },
    });
  }
}

/** WAF writes only to log groups whose name begins like this. */
function webAclLogName(environment: string): string {
  return `aws-waf-logs-${environment}-ingress`;
}

function rateLimit(environment: string): CfnWebACL.RuleProperty {
  return {
    name: 'rate-limit',
    priority: 0,
    action: { block: {} },
    statement: {
      rateBasedStatement: { limit: RATE_LIMIT, evaluationWindowSec: 300, aggregateKeyType: 'IP' },
    },
    visibilityConfig: visible(`${environment}-rate-limit`),
  };
}

function managed(name: (typeof MANAGED_GROUPS)[number], priority: number): CfnWebACL.RuleProperty {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name } },
    visibilityConfig: visible(name),
  };
}

function visible(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
