import type { Authorizer, CallRecord, RehearsalClock } from '../contracts';

/** What AWS would refuse a pipeline, an event rule or a build. */
export class AccessDenied extends Error {
  constructor(role: string, action: string, reason: string) {
    super(`AccessDenied: role "${role}" may not call ${action}: ${reason}`);
    this.name = 'AccessDenied';
  }
}

/** Asks for the calls that AWS makes where the rehearsal makes none. */
export class Access {
  constructor(
    private readonly authorize: Authorizer,
    private readonly clock: Pick<RehearsalClock, 'now'>,
    private readonly onCall: (call: CallRecord) => void,
  ) {}

  /**
   * Asks whether a role may make these calls on a resource, each of them.
   * @throws {AccessDenied} at the first that its policies do not allow.
   */
  demand(role: string, actions: readonly string[], resource: string): void {
    for (const action of actions) {
      const answer = this.authorize({ principal: role, action, resources: [resource], context: {} });
      this.onCall({
        at: new Date(this.clock.now()).toISOString(),
        principal: role,
        action,
        resources: [resource],
        outcome: answer.allowed ? 'ok' : 'denied',
        wallMillis: 0,
        ...(answer.allowed ? {} : { errorCode: 'AccessDenied' }),
      });
      if (!answer.allowed) {
        throw new AccessDenied(role, action, answer.reason);
      }
    }
  }

  /** Asks for what reading (or writing) an artifact takes: CodePipeline ends its key with random characters. */
  demandArtifact(kind: 'read' | 'write', role: string, bucket: string, name: string): void {
    const actions = kind === 'read' ? ['s3:GetObject', 's3:GetObjectVersion'] : ['s3:PutObject'];
    this.demand(role, actions, `arn:aws:s3:::${bucket}/${name}`);
  }

  /** Asks for any one of several calls, of which AWS makes the one that fits. */
  demandAny(role: string, actions: readonly string[], resource: string): void {
    const allowed = actions.find(
      (action) => this.authorize({ principal: role, action, resources: [resource], context: {} }).allowed,
    );
    this.demand(role, [allowed ?? actions[0] ?? ''], resource);
  }
}
