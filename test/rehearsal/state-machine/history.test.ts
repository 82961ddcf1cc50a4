import { History } from '../../../rehearsal/state-machine/history';
import { aMachine } from './a-machine';

describe('History', () => {
  it('answers the same events when they are packed, times included', () => {
    const history = new History(() => Date.UTC(2026, 0, 1));
    history.add('ExecutionStarted', { executionStartedEventDetails: { input: '{"name":"naïve"}' } });
    history.end('ExecutionSucceeded', { executionSucceededEventDetails: { output: '{}' } });
    const events = structuredClone(history.events);
    history.pack();
    history.pack();

    expect(history.events).toEqual(events);
    expect(history.events[0]?.timestamp).toEqual(new Date(Date.UTC(2026, 0, 1)));
  });
});

describe('an engine that has run many executions', () => {
  it('still answers the whole history of the first', async () => {
    const machine = aMachine({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });
    const first = await machine.finish({ number: 0 });
    const events = structuredClone(machine.engine.history(first.executionArn));
    for (let number = 1; number <= 30; number += 1) {
      await machine.finish({ number }, `run-${number}`);
    }

    expect(machine.engine.history(first.executionArn)).toEqual(events);
    expect(events).toHaveLength(4);
  });
});
