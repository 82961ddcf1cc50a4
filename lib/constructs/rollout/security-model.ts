import type { FunctionName } from '../../../core/config/function-environment';
import type { Permission } from '../permission';
import { type PermissionScope, PORT_PERMISSIONS, type PortVerb } from './port-permissions';

/** Every step reads its record, and asks what the platform says about the service. */
const EVERY_LOOK: readonly PortVerb[] = ['store.load', 'directory.load'];
/** Most steps write down what they did, too. */
const EVERY_STEP: readonly PortVerb[] = [...EVERY_LOOK, 'store.save'];
/** Verifying a split needs no more than reading it. */
const READ_TRAFFIC: readonly PortVerb[] = ['router.getSplit'];
const MOVE_TRAFFIC: readonly PortVerb[] = ['router.getSplit', 'router.setSplit'];
/** A service has no route before its first version, and none any more when somebody deleted it. */
const MAKE_OR_MOVE_TRAFFIC: readonly PortVerb[] = [...MOVE_TRAFFIC, 'router.setFirstSplit'];
/** Giving traffic back to nobody, where nobody served before, deletes the route. */
const REPAIR_TRAFFIC: readonly PortVerb[] = [...MAKE_OR_MOVE_TRAFFIC, 'router.setNoTraffic'];

/**
 * Who may do what: the port verbs that each function's use case calls, and nothing else. A function's policy is the
 * union of its rows in `PORT_PERMISSIONS`.
 */
export const FUNCTION_PORTS: Readonly<Record<FunctionName, readonly PortVerb[]>> = {
  'claim-rollout': [
    ...EVERY_STEP,
    'store.fence',
    ...REPAIR_TRAFFIC,
    'workload.list',
    'workload.describe',
    'executions.stateOf',
    'notifier.notify',
  ],
  'stop-stable': [...EVERY_STEP, ...READ_TRAFFIC, 'workload.list', 'workload.describe', 'workload.scale'],
  'create-version': [...EVERY_STEP, 'router.addTarget', 'workload.create', 'workload.countRunning'],
  'check-version-ready': [
    ...EVERY_LOOK,
    ...READ_TRAFFIC,
    'workload.describe',
    'workload.countRunning',
    'workload.scale',
    'taskLogs.read',
  ],
  'shift-traffic': [...EVERY_STEP, ...MAKE_OR_MOVE_TRAFFIC, 'workload.describe', 'workload.countRunning'],
  'evaluate-health': [...EVERY_STEP, ...READ_TRAFFIC, 'workload.describe', 'metrics.read'],
  'promote-version': [...EVERY_STEP, ...MOVE_TRAFFIC],
  'roll-back': [...EVERY_STEP, ...REPAIR_TRAFFIC, 'notifier.notify'],
  'restore-stable': [
    ...EVERY_STEP,
    ...MAKE_OR_MOVE_TRAFFIC,
    'workload.list',
    'workload.describe',
    'workload.scale',
  ],
  'remove-version': [
    ...EVERY_STEP,
    ...REPAIR_TRAFFIC,
    'router.removeTarget',
    'workload.list',
    'workload.remove',
  ],
  'complete-rollout': [...EVERY_STEP, ...READ_TRAFFIC, 'workload.describe', 'notifier.notify'],
  'recover-rollout': ['store.load', 'store.save', 'executions.start'],
  'claim-split': [
    ...EVERY_STEP,
    'store.fence',
    ...READ_TRAFFIC,
    'store.listVersions',
    'executions.stateOf',
    'notifier.notify',
  ],
  'start-versions': [
    ...EVERY_STEP,
    ...READ_TRAFFIC,
    'router.addTarget',
    'workload.create',
    'workload.describe',
    'taskLogs.read',
  ],
  'set-split': [...EVERY_STEP, ...MAKE_OR_MOVE_TRAFFIC, 'workload.describe'],
  'restore-split': [...EVERY_STEP, ...REPAIR_TRAFFIC, 'notifier.notify'],
  'remove-unnamed-versions': [
    ...EVERY_STEP,
    ...REPAIR_TRAFFIC,
    'router.removeTarget',
    'workload.list',
    'workload.remove',
  ],
  'complete-split': [...EVERY_STEP, ...READ_TRAFFIC, 'notifier.notify'],
  'recover-split': ['store.load', 'store.save', 'executions.startSplit'],
};

/** The permissions of one function in one environment. */
export function permissionsOf(name: FunctionName, scope: PermissionScope): readonly Permission[] {
  return FUNCTION_PORTS[name].flatMap((verb) => PORT_PERMISSIONS[verb](scope));
}
