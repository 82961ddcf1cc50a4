import { LoadGenerator } from './generator';
import type { LoadCommand, LoadMessage } from './types';

/** Program of the process that makes the load; it takes `LoadCommand`s and ends with its parent. */

let generator: LoadGenerator | undefined;

function tell(message: LoadMessage): void {
  process.send?.(message);
}

async function obey(command: LoadCommand): Promise<void> {
  switch (command.kind) {
    case 'start':
      generator = new LoadGenerator(command.config, (second) => tell({ kind: 'second', second }));
      return;
    case 'rate':
      return generator?.setRate(command.rate);
    case 'pause':
      return generator?.pause();
    case 'resume':
      return generator?.resume();
    case 'stop':
      // Whoever gets the report hangs up: hanging up here could cut off a report that is still on its way.
      if (generator !== undefined) tell({ kind: 'report', report: await generator.stop() });
  }
}

process.on('message', (command: LoadCommand) => void obey(command));
// The parent is gone, however it ended: nobody wants this load any more.
process.on('disconnect', () => process.exit(0));
// Ctrl-C at the terminal reaches the whole process group; the parent decides when the load ends.
process.on('SIGINT', () => undefined);
tell({ kind: 'ready' });
