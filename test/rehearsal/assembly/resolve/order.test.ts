import { inCreationOrder } from '../../../../rehearsal/assembly/resolve/order';
import { AssemblyValues } from '../../../../rehearsal/assembly/resolve/values';
import { anAssembly } from '../_helpers/an-assembly';

function orderOf(resources: Record<string, object>): readonly string[] {
  const Resources = Object.fromEntries(
    Object.entries(resources).map(([name, rest]) => [name, { Type: 'AWS::EC2::VPC', ...rest }]),
  );
  return inCreationOrder(new AssemblyValues(anAssembly({ Resources })).resources()).map(
    ({ logicalId }) => logicalId,
  );
}

describe('inCreationOrder', () => {
  it('creates what is referred to first', () => {
    const order = orderOf({
      A: { Properties: { P: { Ref: 'B' } } },
      B: { Properties: { P: [{ 'Fn::GetAtt': ['C', 'VpcId'] }] } },
      C: { Properties: { P: { 'Fn::Sub': 'x-${D}-${AWS::Region}' } } },
      D: { Properties: { P: { 'Fn::Sub': ['${E.VpcId}', {}] } } },
      E: { DependsOn: ['F'] },
      F: {},
    });
    expect(order).toEqual(['F', 'E', 'D', 'C', 'B', 'A']);
  });

  it('takes the last written first where the order is open', () => {
    expect(orderOf({ A: {}, B: {}, C: { DependsOn: 'A' } })).toEqual(['B', 'A', 'C']);
  });

  it('refuses a circle', () => {
    expect(() => orderOf({ A: { DependsOn: 'B' }, B: { DependsOn: 'A' } })).toThrow(
      /depend on each other: A, B/,
    );
  });
});
