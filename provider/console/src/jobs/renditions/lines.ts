/** Colour of the line with a number; the dashes tell lines apart without colours. */
export const colourOf = (index: number): string => COLOURS[index % COLOURS.length]!;
export const dashOf = (index: number): string => DASHES[index % DASHES.length]!;

const COLOURS = ["blue.solid", "orange.solid", "green.solid", "purple.solid", "red.solid", "teal.solid"];
const DASHES = ["", "8 3", "2 3", "12 4 2 4", "4 4", "1 5"];
