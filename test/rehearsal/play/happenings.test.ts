import { Happenings } from '../../../rehearsal/play/happenings';

describe('Happenings', () => {
  it('prints each line with its sign and shows the page the text and its level', () => {
    const printed: string[] = [];
    const happenings = new Happenings(
      () => Date.UTC(2030, 0, 1),
      (line) => printed.push(line),
      () => {},
    );
    happenings.add('✓ web  promoted after 5 min');
    happenings.add('web: stage Build failed: exit code 1');

    expect(printed[0]).toMatch(/^\d\d:\d\d:\d\d {2}✓ web {2}promoted/);
    expect(happenings.all()).toEqual([
      { at: '2030-01-01T00:00:00.000Z', level: 'bad', text: 'web: stage Build failed: exit code 1' },
      { at: '2030-01-01T00:00:00.000Z', level: 'good', text: 'web  promoted after 5 min' },
    ]);
  });

  it('keeps the newest 200', () => {
    let changes = 0;
    const happenings = new Happenings(
      () => 0,
      () => {},
      () => {
        changes += 1;
      },
    );
    for (let each = 1; each <= 500; each += 1) happenings.add(`event ${each}`);

    expect(happenings.all()).toHaveLength(200);
    expect(happenings.all()[0]?.text).toBe('event 500');
    expect(changes).toBe(500);
  });
});
