import { ApiError } from '../api';

interface ErrorWords {
  readonly throttle: readonly [code: string, status: number];
  readonly serverError: readonly [code: string, status: number];
  readonly denied: readonly [code: string, status: number];
}

const JSON_DEFAULTS: ErrorWords = {
  throttle: ['ThrottlingException', 400],
  serverError: ['InternalServerError', 500],
  denied: ['AccessDeniedException', 400],
};

const QUERY_DEFAULTS: ErrorWords = {
  throttle: ['Throttling', 400],
  serverError: ['InternalFailure', 500],
  denied: ['AccessDenied', 403],
};

/** What each service calls its general failures, by SigV4 name. */
const WORDS: Readonly<Record<string, ErrorWords>> = {
  appmesh: {
    throttle: ['TooManyRequestsException', 429],
    serverError: ['InternalServerErrorException', 500],
    denied: ['AccessDeniedException', 403],
  },
  ecs: { ...JSON_DEFAULTS, serverError: ['ServerException', 500] },
  dynamodb: { ...JSON_DEFAULTS, throttle: ['ProvisionedThroughputExceededException', 400] },
  servicediscovery: { ...JSON_DEFAULTS, serverError: ['InternalFailure', 500] },
  states: { ...JSON_DEFAULTS, serverError: ['InternalFailure', 500] },
  monitoring: { ...QUERY_DEFAULTS, serverError: ['InternalServiceFault', 500] },
  sns: { ...QUERY_DEFAULTS, serverError: ['InternalError', 500], denied: ['AuthorizationError', 403] },
  sts: QUERY_DEFAULTS,
  cloudformation: QUERY_DEFAULTS,
  s3: { throttle: ['SlowDown', 503], serverError: ['InternalError', 500], denied: ['AccessDenied', 403] },
};

function wordsOf(signingName: string): ErrorWords {
  return WORDS[signingName] ?? JSON_DEFAULTS;
}

/** The error a service sends to a caller that asks too often. */
export function throttlingError(signingName: string): ApiError {
  const [code, status] = wordsOf(signingName).throttle;
  return new ApiError(code, 'Rate exceeded', status);
}

/** The error a service sends when it fails itself. */
export function serverError(signingName: string, message: string): ApiError {
  const [code, status] = wordsOf(signingName).serverError;
  return new ApiError(code, message, status);
}

/** The error a service sends to a caller that lacks a permission. */
export function accessDenied(signingName: string, message: string): ApiError {
  const [code, status] = wordsOf(signingName).denied;
  return new ApiError(code, message, status);
}
