import * as z from 'zod';
import { refuse } from '../problems';

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const ADDRESS = `${OCTET}(\\.${OCTET}){3}`;

/** The beginnings of address ranges that belong to nobody in the internet (RFC 1918, RFC 6598). */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** An IPv4 address range; `10.0.0.1/16`, whose address is within the range, is refused, for AWS would change it. */
export const ipv4RangeSchema = z
  .string()
  .regex(new RegExp(`^${ADDRESS}/(3[0-2]|[12]?[0-9])$`), {
    error: 'an IPv4 range such as 203.0.113.0/24, each part of the address at most 255',
    // What is no range cannot be looked at further.
    abort: true,
  })
  .superRefine(refuseInnerAddress);

/** The address range of a VPC: private, and of a size that AWS allows and the subnets need. */
export const vpcRangeSchema = z
  .string()
  .regex(new RegExp(`^${ADDRESS}/(1[6-9]|2[0-4])$`), {
    error: 'an IPv4 range from /16 to /24, each part of the address at most 255',
    abort: true,
  })
  .superRefine(refuseInnerAddress)
  .superRefine((text, context) => {
    if (!PRIVATE_RANGES.some((range) => contains(range, text))) {
      const allowed = `a range within ${PRIVATE_RANGES.join(', ')}: others belong to somebody in the internet`;
      refuse(context, [], text, allowed, 'choose a private range that no network you connect with uses');
    }
  });

/** True when `inner` lies within `outer`. */
function contains(outer: string, inner: string): boolean {
  const [range, other] = [parse(outer), parse(inner)];
  return (
    other.prefix >= range.prefix &&
    firstOf(other.address, range.prefix) === firstOf(range.address, range.prefix)
  );
}

function refuseInnerAddress(text: string, context: z.RefinementCtx): void {
  const { address, prefix } = parse(text);
  const first = firstOf(address, prefix);
  if (first !== address) {
    const range = `${render(first)}/${prefix}`;
    refuse(context, [], text, 'the first address of the range', `write ${range}, or a longer prefix`);
  }
}

interface Range {
  readonly address: number;
  readonly prefix: number;
}

function parse(text: string): Range {
  const [address = '', prefix = ''] = text.split('/');
  return {
    address: address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0),
    prefix: Number(prefix),
  };
}

/** Without bit operators, which JavaScript makes signed. */
function firstOf(address: number, prefix: number): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(address / size) * size;
}

function render(address: number): string {
  return [3, 2, 1, 0].map((place) => Math.floor(address / 256 ** place) % 256).join('.');
}
