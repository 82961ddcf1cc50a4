import { findingsOf } from './shared-stacks';

const LEAST = { network: { flow_logs: 'none', endpoints: 'none' } };

const MOST = {
  network: { flow_logs: 'all', endpoints: 'all', nat_gateways: 2 },
  load_balancer: {
    certificate_arn: 'arn:aws:acm:us-west-2:111122223333:certificate/0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    allowed_cidrs: ['203.0.113.0/24'],
    waf: true,
    access_logs: true,
  },
};

describe('cdk-nag and the template validation', () => {
  it.each([
    ['the least that', LEAST],
    ['all that', MOST],
  ])(
    'find nothing in network and cluster that has no reason beside it, with %s platform.yaml allows',
    (_, change) => {
      const { open, excused } = findingsOf(change);

      expect(open).toEqual([]);
      expect(excused.filter(({ reason }) => reason.length < 15)).toEqual([]);
    },
    120_000,
  );
});
