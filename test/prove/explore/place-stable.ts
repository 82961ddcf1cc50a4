import { deploySchema } from '../../../core/config/deploy-schema';
import { taskDefinitionSchema } from '../../../core/config/task-definition-schema';
import { nextVersion } from '../../../core/rollout/lease';
import { only } from '../../../core/traffic/split';
import { aCommit } from '../../_helpers/builders';
import { A, type Scenario } from './scenarios';
import type { Stage } from './stage';

/** Puts the stable version where its release would have put it (a test holds the two together), only faster. */
export async function placeStable({ theatre }: Stage, scenario: Scenario): Promise<void> {
  const { store } = theatre.world;
  const { router, workload } = theatre.service;
  const taskDefinition = taskDefinitionSchema.parse(scenario.task ?? {});
  const built = {
    service: 'shop',
    version: A,
    commit: aCommit('a'),
    image: 'registry/shop:a',
    deploy: deploySchema.parse(scenario.deploy),
    taskDefinition,
    builtAt: new Date(theatre.clock.now()).toISOString(),
  };
  await store.saveVersion(built);
  const { state } = nextVersion(await store.loadService('shop'), built.commit);
  await store.saveService({ ...state, fence: 1, stable: A });
  await router.addTarget(A);
  await workload.create({
    version: A,
    image: built.image,
    taskDefinition,
    desired: scenario.stableTasks ?? taskDefinition.desired_count,
    ...(built.deploy.strategy === 'all_at_once' ? { isExclusive: true } : {}),
  });
  await workload.describe(A);
  await router.setSplit(only(A));
}
