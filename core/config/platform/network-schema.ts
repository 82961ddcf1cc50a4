import * as z from 'zod';
import { refuse } from '../problems';
import { ipv4RangeSchema, vpcRangeSchema } from './ipv4-range';

/** A security group holds 60 rules, and each range needs one for HTTP and one for HTTPS. */
const MOST_RANGES = 30;

/** Where the environment's tasks live, and how they reach AWS. */
export const networkSchema = z
  .strictObject({
    cidr: vpcRangeSchema.default('10.0.0.0/16').describe('Address range of the VPC, a private one.'),
    nat_gateways: z
      .int()
      .min(1)
      .max(2)
      .default(1)
      .describe('NAT gateways: 2 survive the loss of a zone and cost twice as much.'),
    flow_logs: z
      .enum(['rejected', 'all', 'none'])
      .default('rejected')
      .describe('Which connections the flow log keeps: refused ones, all, or none.'),
    endpoints: z
      .enum(['none', 'gateway', 'all'])
      .default('gateway')
      .describe(
        'VPC endpoints: `gateway` for S3 and DynamoDB, which cost nothing; `all` adds those that tasks need to start and to log, billed by the hour; `none` sends everything through NAT.',
      ),
  })
  .describe('The network.');

/** How users reach the ingress service. */
export const loadBalancerSchema = z
  .strictObject({
    certificate_arn: z
      .string()
      .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/, 'ARN of an ACM certificate')
      .optional()
      .describe('Certificate for HTTPS; with it, port 80 only redirects. Without it users speak plain HTTP.'),
    allowed_cidrs: z
      .array(ipv4RangeSchema)
      .min(1)
      .max(MOST_RANGES)
      .superRefine((ranges, context) => {
        for (const [index, range] of ranges.entries()) {
          if (ranges.indexOf(range) < index) {
            refuse(context, [index], range, 'each range once', 'remove the second one');
          }
        }
      })
      .default(['0.0.0.0/0'])
      .describe('Address ranges that may connect.'),
    waf: z
      .boolean()
      .default(false)
      .describe('Puts a web ACL with AWS’s common rules and a rate limit in front.'),
    access_logs: z
      .boolean()
      .default(false)
      .describe('Keeps the load balancer’s access logs in a bucket for `log_retention_days`.'),
  })
  .describe('The load balancer in front of the ingress service.');
