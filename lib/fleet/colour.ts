/** The two colours of a fleet, in the order in which everything lists them. */
export const colours = ['blue', 'green'] as const;

/** `blue` or `green`. Which one is live is read from the weights, never stored. */
export type Colour = (typeof colours)[number];

/** The colour beside this one. */
export const sibling = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');
