import { comparePermissions } from '../../../tools/permissions/compare';
import { EXCUSES } from '../../../tools/permissions/excuses';
import { SERVICE_AUTHORIZATION } from '../../../tools/permissions/service-authorization';
import type { ComparisonResult } from '../../../tools/permissions/types';
import { type Evidence, EXAMPLE_SERVICE } from './evidence';

/** Compares the roles of what was played with what they did in it. */
export function proofOf(evidence: Evidence): ComparisonResult {
  return comparePermissions({
    ...evidence,
    exampleService: EXAMPLE_SERVICE,
    reference: SERVICE_AUTHORIZATION,
    excuses: EXCUSES,
  });
}
