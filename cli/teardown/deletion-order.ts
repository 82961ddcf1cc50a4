import type { SurveyedStack } from './survey';

/**
 * Stacks in waves: each stack after all that import from it, so that nothing is removed that something else needs.
 * Stacks that stand in a circle come last, all at once: CloudFormation then says what holds them.
 */
export function deletionWaves(stacks: readonly SurveyedStack[]): readonly (readonly SurveyedStack[])[] {
  const waves: SurveyedStack[][] = [];
  let waiting = [...stacks];
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name));
    const free = waiting.filter(({ importers }) => !importers.some((importer) => names.has(importer)));
    const wave = free.length > 0 ? free : waiting;
    waves.push(wave);
    waiting = waiting.filter((stack) => !wave.includes(stack));
  }
  return waves;
}
