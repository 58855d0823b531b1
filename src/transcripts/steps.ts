/**
 * Work that takes long, cut into steps of a few milliseconds at most: between two of them, at each
 * `yield`, whoever does it can let others go first, or give it up.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** Items in a step: a step for each would take time of its own. */
const ITEMS = 16;

/** Does all steps without a pause, for callers that keep nobody waiting. */
export const atOnce = <Result>(steps: Steps<Result>): Result => {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
};

/**
 * Visits each item, some in a step.
 *
 * @param perStep how many; fewer where one may take long
 */
export function* eachInSteps<Item>(
  items: Iterable<Item>,
  visit: (item: Item, index: number) => void,
  perStep = ITEMS,
): Steps<void> {
  let index = 0;
  for (const item of items) {
    visit(item, index);
    index += 1;
    if (index % perStep === 0) yield;
  }
}

/** Makes another list of a list, some items in a step. */
export function* mapInSteps<Item, Made>(
  items: readonly Item[],
  make: (item: Item, index: number) => Made,
  perStep = ITEMS,
): Steps<Made[]> {
  const made: Made[] = [];
  yield* eachInSteps(items, (item, index) => made.push(make(item, index)), perStep);
  return made;
}
