/** What the page shows of a restaurant. */
export interface RestaurantCard {
  readonly id: string;
  readonly title: string;
  readonly line: string;
}

/** The restaurants in the order in which the page shows them. */
export const RESTAURANT_CARDS: readonly RestaurantCard[] = [
  { id: 'ihop', title: 'IHOP', line: 'Pancakes at any hour.' },
  { id: 'chipotle', title: 'Chipotle', line: 'Burritos, built to order.' },
  { id: 'outback', title: 'Outback', line: 'Steaks off the grill.' },
  { id: 'bucadibeppo', title: 'Buca di Beppo', line: 'Italian plates to share.' },
];
