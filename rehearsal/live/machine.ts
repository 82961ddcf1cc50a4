import type { DrawnState } from './state';

/** The members of a definition in Amazon States Language that the drawing needs. */
export interface DrawableDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, DrawableState>>;
}

interface DrawableState {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next?: string }[];
  readonly Catch?: readonly { readonly Next: string }[];
}

/**
 * The states of a definition as the page draws them: the first state first, the others as they are written.
 * Takes the text of the definition or the definition itself; placeholders need not be filled.
 *
 * @throws {Error} when the text is not a definition.
 */
export function drawnStates(definition: string | DrawableDefinition): readonly DrawnState[] {
  const { StartAt: start, States: states } = typeof definition === 'string' ? parsed(definition) : definition;
  return Object.entries(states)
    .sort(([a], [b]) => Number(b === start) - Number(a === start))
    .map(([name, state]) => drawn(name, state));
}

function parsed(text: string): DrawableDefinition {
  const value: unknown = JSON.parse(text);
  const { StartAt: start, States: states } = (value ?? {}) as Partial<DrawableDefinition>;
  if (typeof start !== 'string' || typeof states !== 'object' || states === null) {
    throw new Error(
      'the state machine cannot be drawn: it has no StartAt or no States; give a definition in Amazon States Language',
    );
  }
  return { StartAt: start, States: states };
}

function drawn(name: string, state: DrawableState): DrawnState {
  const expected = [state.Next, ...(state.Choices ?? []).map((choice) => choice.Next), state.Default];
  const normal = new Set(expected.filter((target) => target !== undefined));
  const onError = [...new Set((state.Catch ?? []).map((catcher) => catcher.Next))].filter(
    (target) => !normal.has(target),
  );
  return {
    name,
    type: state.Type,
    comment: state.Comment ?? '',
    next: [...normal, ...onError],
    ...(onError.length > 0 ? { onError } : {}),
  };
}
