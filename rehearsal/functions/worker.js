'use strict';

/**
 * The inside of one function's execution environment: loads the built bundle, then handles one event at a time.
 * Plain CommonJS, because a worker thread loads it as it is, whatever compiled the code that starts it.
 */

const { performance } = require('node:perf_hooks');
const path = require('node:path');
const { parentPort, workerData } = require('node:worker_threads');
const { readTime } = require('../clock/shared-time.js');
const { installVirtualDate } = require('../clock/virtual-date.js');

installVirtualDate({ now: readTime(workerData.time) });

// As messages rather than through the streams: so lines come before the answer that they belong to, and an idle
// worker's streams do not keep the process from ending.
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, callback) => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    parentPort.postMessage({ kind: 'output', text });
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
}

function describeError(thrown) {
  if (thrown instanceof Error) {
    return {
      errorType: thrown.name || 'Error',
      errorMessage: thrown.message,
      trace: String(thrown.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

function loadHandler() {
  const [file, exported] = workerData.handler.split('.');
  const loaded = require(path.join(workerData.bundleDir, `${file}.js`));
  if (typeof loaded[exported] === 'function') return loaded[exported];
  const missing = new Error(`${workerData.handler} is undefined or not exported`);
  missing.name = 'Runtime.HandlerNotFound';
  throw missing;
}

function contextOf(message) {
  return {
    functionName: workerData.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: workerData.functionArn,
    memoryLimitInMB: String(workerData.memoryMb),
    awsRequestId: message.requestId,
    logGroupName: `/aws/lambda/${workerData.functionName}`,
    logStreamName: 'rehearsal',
    callbackWaitsForEmptyEventLoop: true,
    // The function's time limit is on the wall clock, and so is what is left of it.
    getRemainingTimeInMillis: () =>
      Math.max(0, Math.round(message.deadlineWallMillis - performance.timeOrigin - performance.now())),
  };
}

async function handle(handler, message) {
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message));
    parentPort.postMessage({ kind: 'result', requestId: message.requestId, payload: JSON.stringify(result) });
  } catch (thrown) {
    parentPort.postMessage({ kind: 'error', requestId: message.requestId, error: describeError(thrown) });
  }
}

const began = performance.now();
try {
  const handler = loadHandler();
  parentPort.postMessage({ kind: 'loaded', millis: performance.now() - began });
  parentPort.on('message', (message) => void handle(handler, message));
} catch (thrown) {
  parentPort.postMessage({ kind: 'load_failed', error: describeError(thrown) });
}
