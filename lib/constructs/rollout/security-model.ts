import type { FunctionName } from '../../../core/config/function-environment';
import type { Permission } from '../permission';
import { type PermissionScope, PORT_PERMISSIONS, type PortVerb } from './port-permissions';

/** Every step of a rollout reads and writes its record, and asks what the platform says about the service. */
const EVERY_STEP: readonly PortVerb[] = ['store', 'directory.load'];
/** Verifying a split needs no more than reading it. */
const READ_TRAFFIC: readonly PortVerb[] = ['router.getSplit'];
const MOVE_TRAFFIC: readonly PortVerb[] = ['router.getSplit', 'router.setSplit'];

/**
 * Who may do what: the port verbs that each function's use case calls, and nothing else. A function's policy is the
 * union of its rows in `PORT_PERMISSIONS`.
 */
export const FUNCTION_PORTS: Readonly<Record<FunctionName, readonly PortVerb[]>> = {
  'claim-rollout': [
    ...EVERY_STEP,
    ...MOVE_TRAFFIC,
    'workload.list',
    'workload.describe',
    'executions.stateOf',
    'notifier.notify',
  ],
  'stop-stable': [...EVERY_STEP, ...READ_TRAFFIC, 'workload.list', 'workload.describe', 'workload.scale'],
  'create-version': [...EVERY_STEP, 'router.addTarget', 'workload.create', 'workload.countRunning'],
  'check-version-ready': [
    ...EVERY_STEP,
    ...READ_TRAFFIC,
    'workload.describe',
    'workload.countRunning',
    'workload.scale',
    'taskLogs.read',
  ],
  'shift-traffic': [...EVERY_STEP, ...MOVE_TRAFFIC, 'workload.describe', 'workload.countRunning'],
  'evaluate-health': [...EVERY_STEP, ...READ_TRAFFIC, 'workload.describe', 'metrics.read'],
  'promote-version': [...EVERY_STEP, ...MOVE_TRAFFIC],
  'roll-back': [...EVERY_STEP, ...MOVE_TRAFFIC, 'notifier.notify'],
  'restore-stable': [...EVERY_STEP, ...MOVE_TRAFFIC, 'workload.list', 'workload.describe', 'workload.scale'],
  'remove-version': [
    ...EVERY_STEP,
    ...READ_TRAFFIC,
    'router.removeTarget',
    'workload.list',
    'workload.remove',
  ],
  'complete-rollout': [...EVERY_STEP, ...READ_TRAFFIC, 'workload.describe', 'notifier.notify'],
  'recover-rollout': ['store', 'executions.start'],
  'claim-split': [
    ...EVERY_STEP,
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
  'set-split': [...EVERY_STEP, ...MOVE_TRAFFIC, 'workload.describe'],
  'restore-split': [...EVERY_STEP, ...MOVE_TRAFFIC],
  'remove-unnamed-versions': [
    ...EVERY_STEP,
    ...READ_TRAFFIC,
    'router.removeTarget',
    'workload.list',
    'workload.remove',
  ],
  'complete-split': [...EVERY_STEP, ...READ_TRAFFIC, 'notifier.notify'],
  'recover-split': ['store', 'executions.startSplit'],
};

/** The permissions of one function in one environment. */
export function permissionsOf(name: FunctionName, scope: PermissionScope): readonly Permission[] {
  return FUNCTION_PORTS[name].flatMap((verb) => PORT_PERMISSIONS[verb](scope));
}
