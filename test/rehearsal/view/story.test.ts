import { readFileSync } from 'node:fs';
import { rollbackStory, splitSpans, versionName, weightIn } from '../../../rehearsal/view/story';
import { columnsOf, cut, cutStart, fold, oneLine, paintPlain, toLine } from '../../../rehearsal/view/text';
import { durationText, hasStateWords, stateWords } from '../../../rehearsal/view/words';
import { aBadRollout, aGoodRollout, at, FIXED, node } from '../report/builders';

describe('splitSpans', () => {
  it('covers the rollout from its start to its end without gaps', () => {
    const spans = splitSpans(aGoodRollout());
    expect(spans[0]).toMatchObject({ canary: 0, stable: 100 });
    expect(spans).toHaveLength(11);
    expect(spans.slice(1).every((span, i) => span.from === spans[i]?.to)).toBe(true);
    expect(spans.at(-1)).toMatchObject({ canary: 100, stable: 0, to: Date.parse(at(800)) });
  });
});

describe('rollbackStory', () => {
  it('tells from which check on the limit was broken', () => {
    expect(rollbackStory(aBadRollout())).toMatchObject({
      weight: 10,
      watchedMillis: 60_000,
      backMillis: 1000,
    });
  });

  it('is null for a rollout that no check rolled back', () => {
    expect(rollbackStory(aGoodRollout())).toBeNull();
  });
});

describe('weightIn', () => {
  it('takes version ids and virtual node names', () => {
    expect(weightIn({ [node(FIXED)]: 30 }, FIXED)).toBe(30);
    expect(weightIn({ [FIXED]: 40 }, FIXED)).toBe(40);
    expect(weightIn(undefined, FIXED)).toBe(0);
  });
});

describe('versionName', () => {
  it('does not take a service for another whose name ends alike', () => {
    const rollouts = [{ service: 'db', version: FIXED, stable: null }];
    expect(versionName(`demo-db-${FIXED}`, rollouts)).toBe(`db ${FIXED}`);
    expect(versionName(`demo-otherdb-${FIXED}`, rollouts)).toBe(`demo-otherdb-${FIXED}`);
  });
});

describe('stateWords', () => {
  it('has words for every state that a rollout passes', () => {
    const definition = JSON.parse(readFileSync('state-machine/rollout.asl.json', 'utf8')) as {
      States: Record<string, { Type: string }>;
    };
    const passed = Object.entries(definition.States).filter(
      ([, { Type }]) => Type === 'Task' || Type === 'Wait',
    );
    expect(passed.map(([name]) => name).filter((name) => !hasStateWords(name))).toEqual([]);
  });

  it('tells an unknown state by its own name', () => {
    expect(stateWords('AskAHuman')).toBe('ask a human');
    expect(stateWords('toString')).toBe('to string');
  });
});

describe('durationText', () => {
  it.each([
    [900, '1 s'],
    [60_000, '1 min'],
    [125_000, '2 min 5 s'],
    [7_800_000, '2 h 10 min'],
    [Number.NaN, '?'],
  ])('tells %d ms as %s', (millis, text) => {
    expect(durationText(millis)).toBe(text);
  });
});

describe('text', () => {
  it('cuts by columns, also where characters are wide', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cutStart('yelb-ui 1234', 6)).toBe('… 1234');
    expect(columnsOf(cut('日本語テキスト', 6))).toBeLessThanOrEqual(6);
  });

  it('cuts a line inside the span that does not fit', () => {
    expect(toLine([['abc'], ['defg'], ['h']], 6, paintPlain)).toBe('abcde…');
    expect(toLine([['abc'], ['def']], 6, paintPlain)).toBe('abcdef');
    expect(toLine([['abc'], ['d']], 3, paintPlain)).toBe('ab…');
  });

  it('folds words, and cuts those that are longer than a line', () => {
    expect(fold('aa bb cccccccc d', 5)).toEqual(['aa bb', 'ccccc', 'ccc d']);
  });

  it('makes one harmless line of anything', () => {
    expect(oneLine('a\n\u001b]0;title\u0007b\u202ec')).toBe('a b c');
  });
});
