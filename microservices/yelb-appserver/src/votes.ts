/** How much one vote adds to a restaurant's count. */
export const VOTE_INCREMENT = 2;
