import type { DrawnState, LiveState } from '../state';
import type { MachineLayout } from './machine-layout';

/** What one person looks at; nothing of it leaves the page. */
export interface PageView {
  /** Rollout that was chosen; null follows the newest. */
  readonly rollout: string | null;
  /** Stages whose log is open, by run: `<run id>` → name of the stage. */
  readonly stages: Readonly<Record<string, string>>;
  /** State of the machine that is asked about; null for the one that the rollout is in. */
  readonly machineState: string | null;
  readonly allRuns: boolean;
  readonly allRollouts: boolean;
}

/** How a page begins. */
export const FIRST_VIEW: PageView = {
  rollout: null,
  stages: {},
  machineState: null,
  allRuns: false,
  allRollouts: false,
};

/** Everything that a section is drawn from. */
export interface Scene {
  readonly state: LiveState;
  readonly view: PageView;
  readonly machine: readonly DrawnState[];
  readonly layout: MachineLayout;
}
