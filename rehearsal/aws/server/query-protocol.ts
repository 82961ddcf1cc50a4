import { ApiError, type WireProtocol } from '../api';
import type { DecodedCall, Protocol, ResponseCodec, WireRequest, WireResponse } from './wire';
import { xmlElement, xmlMembers } from './xml';

/**
 * AWS Query: a form names the operation in `Action`, answers are XML.
 * Every input scalar arrives as a string; `X.member.N` and `X.N` become arrays, `X.entry.N.key/value` an object.
 * In answers return `Date` for timestamps and `Map` for map-shaped members, so that XML can tell them from structures.
 */
export function createQueryProtocol(protocol: Extract<WireProtocol, { kind: 'query' }>): Protocol {
  return {
    accepts: (request) =>
      request.headers['x-amz-target'] === undefined &&
      (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'),
    decode: (request) => decodeForm(request),
    codec: (_request, operation) => queryCodec(protocol.xmlNamespace, operation ?? 'Unknown'),
  };
}

function queryCodec(namespace: string, operation: string): ResponseCodec {
  const answer = (status: number, requestId: string, body: string): WireResponse => ({
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body,
  });
  const metadata = (requestId: string) =>
    xmlElement('ResponseMetadata', xmlMembers({ RequestId: requestId }));
  return {
    success: (output, requestId) =>
      answer(
        200,
        requestId,
        xmlElement(
          `${operation}Response`,
          xmlElement(`${operation}Result`, xmlMembers(output ?? {})) + metadata(requestId),
          namespace,
        ),
      ),
    failure: (error, requestId) =>
      answer(error.status, requestId, errorDocument(error, requestId, namespace)),
  };
}

function errorDocument(error: ApiError, requestId: string, namespace: string): string {
  const details = {
    Type: error.status >= 500 ? 'Receiver' : 'Sender',
    Code: error.code,
    Message: error.message,
    ...error.members,
  };
  const inner = xmlElement('Error', xmlMembers(details)) + xmlMembers({ RequestId: requestId });
  return xmlElement('ErrorResponse', inner, namespace);
}

type FormNode = Map<string, FormNode | string>;

function decodeForm(request: WireRequest): DecodedCall {
  const form = new URLSearchParams(request.body);
  const operation = form.get('Action');
  if (!operation)
    throw new ApiError('MissingAction', 'the request has no Action; name the operation in the form', 400);
  const root: FormNode = new Map();
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') insert(root, name, value);
  }
  return { operation, input: structure(root) };
}

const MAX_DEPTH = 16;

function insert(root: FormNode, name: string, value: string): void {
  const path = name.split('.');
  if (path.length > MAX_DEPTH)
    throw new ApiError('MalformedQueryString', `parameter "${name}" is nested deeper than ${MAX_DEPTH}`);
  let node = root;
  for (const key of path.slice(0, -1)) {
    const next = node.get(key);
    if (next instanceof Map) {
      node = next;
    } else {
      const created: FormNode = new Map();
      node.set(key, created);
      node = created;
    }
  }
  node.set(path[path.length - 1] ?? name, value);
}

function structure(node: FormNode): Record<string, unknown> {
  return Object.fromEntries([...node].map(([key, child]) => [key, convert(child)]));
}

function convert(node: FormNode | string): unknown {
  if (typeof node === 'string') return node;
  const wrapped = node.size === 1 ? (node.get('member') ?? node.get('entry')) : undefined;
  if (wrapped instanceof Map && isNumbered(wrapped))
    return node.has('entry') ? keyValues(inOrder(wrapped)) : inOrder(wrapped).map(convert);
  if (isNumbered(node)) return inOrder(node).map(convert);
  return structure(node);
}

function isNumbered(node: FormNode): boolean {
  return node.size > 0 && [...node.keys()].every((key) => /^\d+$/.test(key));
}

function inOrder(node: FormNode): readonly (FormNode | string)[] {
  return [...node].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

/** SNS spells the parts of its message attributes `Name` and `Value`; everything else writes `key` and `value`. */
function keyValues(entries: readonly (FormNode | string)[]): Record<string, unknown> {
  return Object.fromEntries(
    entries.map((entry) => {
      const node: FormNode = entry instanceof Map ? entry : new Map();
      const key = node.get('key') ?? node.get('Name');
      if (typeof key !== 'string')
        throw new ApiError(
          'MalformedQueryString',
          'a map entry has no key; write X.entry.N.key and X.entry.N.value',
        );
      return [key, convert(node.get('value') ?? node.get('Value') ?? '')];
    }),
  );
}
