/**
 * The seams between the parts of the rehearsal. Every part is written against these, so that each can be
 * tested alone and replaced alone. All times are virtual unless a name says `wall`.
 */

/** The rehearsal's clock. Virtual time runs `speed` times as fast as the wall; waits and deadlines are virtual. */
export interface RehearsalClock {
  /** Virtual seconds per wall second; 1 is real time. */
  readonly speed: number;
  /** Virtual time in milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `virtualMillis`; rejects with the signal's reason when aborted. */
  sleep(virtualMillis: number, signal?: AbortSignal): Promise<void>;
  /** Wall milliseconds that `virtualMillis` take. */
  toWallMillis(virtualMillis: number): number;
  /** Memory from which a worker reads the same time (`clock/shared-time.js`); null for clocks that no worker needs. */
  readonly shared: SharedArrayBuffer | null;
  /** Wall milliseconds for which time stood still, because this machine could not keep up. */
  stoodStillMillis(): number;
}

/** One AWS API call that reached the local endpoint. */
export interface CallRecord {
  /** ISO 8601, virtual. */
  readonly at: string;
  /** Role name of a function, or `operator` for any key that belongs to no role. */
  readonly principal: string;
  /** IAM action, such as `appmesh:UpdateRoute`. */
  readonly action: string;
  /** ARNs the call touches, as IAM evaluates them (`*` where the action has no resource level). */
  readonly resources: readonly string[];
  readonly outcome: 'ok' | 'denied' | 'error' | 'fault';
  readonly errorCode?: string;
  readonly wallMillis: number;
}

/** Says whether AWS would allow a call: the synthesized role policies, evaluated. */
export type Authorizer = (request: {
  readonly principal: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** IAM condition keys known for this call, such as `ecs:cluster` or `iam:PassedToService`. */
  readonly context: Readonly<Record<string, string>>;
}) => { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** A fault that a scenario or drill puts in the way of API calls. */
export interface ApiFault {
  /** IAM action with optional `*`, such as `appmesh:UpdateRoute` or `ecs:*`. */
  readonly action: string;
  /** `after`: the call takes effect, then the caller sees a time-out. */
  readonly kind: 'throttle' | 'server_error' | 'denied' | 'timeout_before' | 'timeout_after';
  /** How many matching calls are hit; then the fault is over. */
  readonly times: number;
  /** Only calls of this principal (role name) are hit. Default: every principal. */
  readonly principal?: string;
}

/** Everything in one mesh, in the App Mesh API's own JSON shapes. */
export interface MeshSnapshot {
  readonly mesh: string;
  readonly virtualNodes: readonly {
    readonly name: string;
    readonly spec: import('@aws-sdk/client-app-mesh').VirtualNodeSpec;
  }[];
  readonly virtualRouters: readonly {
    readonly name: string;
    readonly spec: import('@aws-sdk/client-app-mesh').VirtualRouterSpec;
    readonly routes: readonly {
      readonly name: string;
      readonly spec: import('@aws-sdk/client-app-mesh').RouteSpec;
    }[];
  }[];
  readonly virtualServices: readonly {
    readonly name: string;
    readonly spec: import('@aws-sdk/client-app-mesh').VirtualServiceSpec;
  }[];
  readonly virtualGateways: readonly {
    readonly name: string;
    readonly spec: import('@aws-sdk/client-app-mesh').VirtualGatewaySpec;
    readonly gatewayRoutes: readonly {
      readonly name: string;
      readonly spec: import('@aws-sdk/client-app-mesh').GatewayRouteSpec;
    }[];
  }[];
}

/** One instance registered in Cloud Map. */
export interface DiscoveredInstance {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly instanceId: string;
  readonly ip: string;
  readonly port: number;
  /** False when ECS reported the container unhealthy. */
  readonly healthy: boolean;
}

/** A running task whose traffic the data plane carries. */
export interface MeshTask {
  readonly taskId: string;
  /** Virtual node (or gateway) name, from the proxy container's `APPMESH_RESOURCE_ARN`. */
  readonly node: string;
  /** Loopback address that belongs to this task alone. */
  readonly ip: string;
  /** Port the application is expected to listen on (`AppPorts` of the proxy configuration). */
  readonly appPort: number;
}

/** All the data plane must carry at one moment. */
export interface MeshPlan {
  readonly mesh: MeshSnapshot;
  readonly instances: readonly DiscoveredInstance[];
  readonly tasks: readonly MeshTask[];
}

/** Cumulative latency histogram: `counts[i]` requests took at most `upperMillis[i]`, and more than the bound before. */
export interface LatencyHistogram {
  readonly upperMillis: readonly number[];
  readonly counts: readonly number[];
}

/** Counters since the proxy first knew the target; a smaller value than before means the proxy forgot and restarted. */
export interface ProxyCounters {
  /** Who measured: a caller's proxy about its target, or a node's own proxy about what it received. */
  readonly side: 'caller' | 'own';
  /** Virtual node or gateway whose proxy this is. */
  readonly proxy: string;
  /** Virtual node the requests went to; equals `proxy` for side `own`. */
  readonly target: string;
  readonly protocol: 'http' | 'http2' | 'grpc' | 'tcp';
  /** Completed requests, connect failures included (Envoy `upstream_rq_completed`); connections for tcp. */
  readonly requests: number;
  readonly responses: {
    readonly '2xx': number;
    readonly '3xx': number;
    readonly '4xx': number;
    readonly '5xx': number;
  };
  readonly connectFailures: number;
  readonly latency: LatencyHistogram;
}

/** The proxies of a mesh: one real Envoy, or the embedded proxy with the same behaviour. */
export interface DataPlane {
  readonly kind: 'envoy' | 'embedded';
  readonly version: string;
  start(): Promise<void>;
  /** Resolves once the plan is in effect: new connections and new requests follow it. */
  apply(plan: MeshPlan): Promise<void>;
  /** Where a task of `node` reaches the virtual service: allocated on first ask, then stable. */
  egressAddress(
    node: string,
    virtualService: string,
    port: number,
  ): { readonly host: string; readonly port: number };
  /** Where users reach a virtual gateway's listener. */
  gatewayAddress(gateway: string): { readonly host: string; readonly port: number };
  counters(): Promise<readonly ProxyCounters[]>;
  /** Kills the proxy as a crash would, for drills; it comes back by itself. Throws where it is no process of its own. */
  kill(): void;
  stop(): Promise<void>;
}

/** Response header to which each hop's proxy appends the virtual node that answered; the nearest to the data comes first. */
export const SERVED_BY_HEADER = 'x-served-by';

/** What ECS asks of whatever runs tasks. */
export interface TaskRequest {
  readonly taskArn: string;
  readonly taskId: string;
  readonly cluster: string;
  /** ECS service name. */
  readonly serviceName: string;
  /** As registered: the AWS `TaskDefinition` shape. */
  readonly taskDefinition: import('@aws-sdk/client-ecs').TaskDefinition;
}

/** What becomes of a task; ECS turns these into task states. */
export type TaskChange =
  | { readonly kind: 'running'; readonly ip: string }
  | { readonly kind: 'health'; readonly status: 'HEALTHY' | 'UNHEALTHY' }
  | {
      readonly kind: 'stopped';
      /** As ECS words it: `Essential container in task exited`, `CannotPullContainerError: …`. */
      readonly stoppedReason: string;
      readonly exitCode?: number;
      /** Last lines the container wrote, newest last. */
      readonly lastLogLines: readonly string[];
    };

/** Runs tasks as processes of this machine. */
export interface TaskRunner {
  /** Returns at once; everything that happens to the task comes through `onChange`. */
  start(request: TaskRequest, onChange: (change: TaskChange) => void): void;
  /** SIGTERM, then SIGKILL after the container's `stopTimeout` (virtual). Idempotent. */
  stop(taskArn: string, reason: string): Promise<void>;
  /** Kills a task's application as a crash would, for drills: the task then stops by itself. */
  kill(taskArn: string): void;
  /** Ends every process that is left, at once. */
  stopAll(): Promise<void>;
}

/** A synthesized Lambda function, ready to run. */
export interface FunctionSpec {
  readonly name: string;
  readonly arn: string;
  /** Folder that holds `index.js`. */
  readonly bundleDir: string;
  /** Such as `index.handler`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleName: string;
}

/** Invokes functions as the Lambda service does. */
export interface FunctionRunner {
  /** Rejects with a `FunctionError` whose `errorType` is what Step Functions matches. */
  invoke(functionArn: string, payload: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** What a caller of a failed function sees. */
export class FunctionError extends Error {
  constructor(
    readonly errorType: string,
    readonly errorMessage: string,
    /** The JSON that Step Functions puts into `Cause`. */
    readonly payload: string,
  ) {
    super(`${errorType}: ${errorMessage}`);
    this.name = 'FunctionError';
  }
}

/** A fault put in the way of one function's invocations. */
export interface FunctionFault {
  /** Function name; `*` for any. */
  readonly functionName: string;
  /** `killed_before`: it never runs. `killed_after`: it did its work, its answer is lost. */
  readonly kind: 'killed_before' | 'killed_after';
  readonly times: number;
}

/** A change of an execution's status, as EventBridge would deliver it. */
export interface ExecutionStatusEvent {
  readonly stateMachineArn: string;
  readonly executionArn: string;
  readonly name: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly startDate: number;
  readonly stopDate?: number;
}

/** A state being entered or left, for the live view and the report. */
export interface StateEvent {
  readonly at: string;
  readonly executionArn: string;
  readonly kind: 'entered' | 'exited' | 'failed' | 'retried';
  readonly state: string;
  readonly detail?: unknown;
}
