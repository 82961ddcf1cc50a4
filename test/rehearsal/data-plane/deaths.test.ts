import { Deaths } from '../../../rehearsal/data-plane/envoy/deaths';

describe('Deaths', () => {
  it('forgives three within a minute, and any number further apart', () => {
    const deaths = new Deaths();
    for (let minute = 0; minute < 10; minute += 1) {
      for (const second of [0, 1, 2]) deaths.note('killed', minute * 62_000 + second * 1000, []);
    }
  });

  it('throws at the fourth within a minute, with what to do and what Envoy said last', () => {
    const deaths = new Deaths();
    for (const now of [0, 20_000, 40_000]) deaths.note('it ended with SIGKILL', now, []);
    expect(() => deaths.note('it ended with code 1', 59_999, ['no more memory'])).toThrow(
      /4 times within 60 s, at last because it ended with code 1.*--data-plane embedded; its last lines:\nno more memory/,
    );
  });
});
