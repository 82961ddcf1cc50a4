import { startVersions } from '../../core/manual-split/start-versions';
import { router } from '../shared/router-part';
import { createStepHandler } from '../shared/step-handler';
import { taskLogs } from '../shared/task-logs-part';
import { workload } from '../shared/workload-part';

export const handler = createStepHandler(startVersions, { router, taskLogs, workload });
