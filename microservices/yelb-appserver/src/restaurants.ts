/** The restaurants one can vote for, in the order in which the API lists them. */
export const RESTAURANTS = ['outback', 'bucadibeppo', 'ihop', 'chipotle'] as const;

export type Restaurant = (typeof RESTAURANTS)[number];

/** True when `name` is one of the four restaurants. */
export function isRestaurant(name: string): name is Restaurant {
  return (RESTAURANTS as readonly string[]).includes(name);
}
